"""The list of accesses a server may give: all of it made safe, and no longer than it may be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccessEnded,
    Nonsense,
    NotAnInstance,
    NotPermitted,
    WebPage,
    WireError,
)
from gts_wizard.models import IssuedToken
from gts_wizard.secret import Secret
from gts_wizard.server import api
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport
    from tests.helpers.raw_server import Responder

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


async def listed(transport: Transport, script: Responder) -> list[IssuedToken]:
    """Return what a server lists."""
    async with RawServer(script) as server:
        return await api.tokens(transport, server.origin, Secret(TOKEN))


async def issued(transport: Transport, **fields: object) -> IssuedToken:
    """Return the one access that has these fields."""
    (only,) = await listed(transport, respond(200, json_bytes([fields])))
    return only


async def test_an_access_is_made_safe(transport: Transport) -> None:
    told = await issued(
        transport,
        id="01M84X726FNCRWZC8N04DQXWA7",
        created_at="2026-01-01T00:00:00.000Z",
        last_used="2026-01-01T01:00:00.000+01:00",
        scope="read\u202e  write:statuses\n",
        application={"name": "A\x1b[31mpp\n[b]lication[/b]", "website": "javascript:alert(1)"},
    )
    application = "A[31mpp [b]lication[/b]"
    assert told == IssuedToken(application, ("read", "write:statuses"), WHEN, WHEN)


@pytest.mark.parametrize("odd", [None, 5, True, "text", [], {}, [{"name": "x"}], {"name": 5}])
async def test_an_access_that_says_little_is_still_one(transport: Transport, odd: object) -> None:
    told = await issued(transport, application=odd, scope=None, created_at=odd, last_used=odd)
    assert told == IssuedToken("", (), None, None)


async def test_what_is_left_out_is_not_made_up(transport: Transport) -> None:
    assert await issued(transport, created_at="2026-01-01T00:00:00Z") == IssuedToken(
        "", (), WHEN, None
    )


@pytest.mark.parametrize(
    "when",
    ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "yesterday", "2026-13-01", 10**20],
)
async def test_an_impossible_date_is_none(transport: Transport, when: object) -> None:
    told = await issued(transport, created_at=when, last_used=when)
    assert (told.created_at, told.last_used) == (None, None)


async def test_names_and_scopes_have_an_end(transport: Transport) -> None:
    told = await issued(transport, application={"name": "n" * 9000}, scope="read " * 9000)
    assert len(told.application) == 100
    assert len(told.scopes) <= 100


async def test_what_is_no_scope_is_left_out(transport: Transport) -> None:
    # RFC 6749 section 3.3: visible ASCII.
    odd = "read é Z\u0335\u0335\u0335 " + " ".join(chr(0x4E00 + number) for number in range(900))
    assert (await issued(transport, scope=odd)).scopes == ("read",)


async def test_eighty_are_asked_for_and_no_more_are_taken(transport: Transport) -> None:
    many = [{"application": {"name": str(number)}} for number in range(500)]
    async with RawServer(respond(200, json_bytes(many))) as server:
        told = await api.tokens(transport, server.origin, Secret(TOKEN))
        assert server.paths == ["/api/v1/tokens?limit=80"]
        assert f"authorization: bearer {TOKEN}".lower().encode() in server.received.lower()
    assert [one.application for one in told] == [str(number) for number in range(80)]


async def test_none_at_all_is_an_empty_list(transport: Transport) -> None:
    assert await listed(transport, respond(200, b"[]")) == []


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, b"{}", Nonsense),
        (200, b"null", Nonsense),
        (200, b'["01M84X726FNCRWZC8N04DQXWA7"]', Nonsense),
        (200, b"[" * 100_000, Nonsense),
        (200, b"", Nonsense),
        (200, b"<!doctype html>", WebPage),
        (401, b"{}", AccessEnded),
        (403, b'{"error": "Forbidden"}', NotPermitted),
        (404, b'{"error": "Not Found"}', NotAnInstance),
        (404, b"<!doctype html>", NotAnInstance),
    ],
)
async def test_what_is_no_list_is_told_apart(
    transport: Transport, status: int, body: bytes, failure: type[WireError]
) -> None:
    with pytest.raises(failure):
        await listed(transport, respond(status, body))
