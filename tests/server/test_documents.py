"""Tokens and registrations a server may issue: what can't be used is refused before use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import Nonsense, WebPage
from gts_wizard.models import Token
from gts_wizard.secret import Secret
from gts_wizard.server import api
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import TOKEN, UNUSABLE_VALUES, is_recent, make_client

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport


async def answered(transport: Transport, body: bytes) -> Token:
    """Exchange a code where this is answered."""
    async with RawServer(respond(200, body)) as server:
        return await api.exchange(transport, make_client(server.origin), Secret("A" * 48))


@pytest.mark.parametrize("value", UNUSABLE_VALUES)
async def test_a_token_that_can_not_be_sent_is_refused(transport: Transport, value: object) -> None:
    with pytest.raises(Nonsense) as caught:
        await answered(transport, json_bytes({"access_token": value, "scope": "read"}))
    assert caught.value.details == "no usable access_token"


@pytest.mark.parametrize("value", UNUSABLE_VALUES)
@pytest.mark.parametrize("key", ["client_id", "client_secret"])
async def test_a_registration_that_can_not_be_used_is_refused(
    transport: Transport, key: str, value: object
) -> None:
    document = {"client_id": "C", "client_secret": "S", key: value}
    async with RawServer(respond(200, json_bytes(document))) as server:
        with pytest.raises(Nonsense) as caught:
            await api.register(transport, server.origin, ("read",))
    assert caught.value.details == f"no usable {key}"


@pytest.mark.parametrize("body", [b"{}", b'{"error": "invalid_grant"}'])
async def test_a_success_without_a_token_makes_no_sense(transport: Transport, body: bytes) -> None:
    with pytest.raises(Nonsense):
        await answered(transport, body)


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        ("read write:statuses", ("read", "write:statuses")),
        ("  read\n write ", ("read", "write")),
        ("", ()),
        (None, ()),
        (["read"], ()),
        ("re\u202ead", ("read",)),
    ],
)
async def test_the_scopes_are_words(
    transport: Transport, scope: object, scopes: tuple[str, ...]
) -> None:
    token = await answered(transport, json_bytes({"access_token": TOKEN, "scope": scope}))
    assert token.scopes == scopes


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "soon",
        [],
        float("inf"),
        float("nan"),
        1e300,
        -1e300,
        10**15,
        -(10**11),
        9_999_999_999_999,
        253_402_300_799,
    ],
)
async def test_an_impossible_time_becomes_now(transport: Transport, value: object) -> None:
    token = await answered(transport, json_bytes({"access_token": TOKEN, "created_at": value}))
    assert is_recent(token.created_at)
    assert token.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("value", [1_767_225_600, "1767225600", 1_767_225_600.9])
async def test_a_possible_time_is_kept_in_whole_seconds(
    transport: Transport, value: object
) -> None:
    token = await answered(transport, json_bytes({"access_token": TOKEN, "created_at": value}))
    assert token.created_at == datetime(2026, 1, 1, tzinfo=UTC)


async def test_a_page_is_not_taken_for_the_end_of_an_access(transport: Transport) -> None:
    async with RawServer(respond(200, b"<!doctype html>")) as server:
        with pytest.raises(WebPage):
            await api.revoke(transport, make_client(server.origin), Secret(TOKEN))


@pytest.mark.parametrize("body", [b"", b"{}"])
async def test_an_access_ends_with_any_success(transport: Transport, body: bytes) -> None:
    async with RawServer(respond(200, body)) as server:
        await api.revoke(transport, make_client(server.origin), Secret(TOKEN))
        assert f"token={TOKEN}".encode() in server.received


async def test_what_is_registered_is_what_the_link_will_ask_for(transport: Transport) -> None:
    document = {"client_id": "C", "client_secret": "S", "scopes": ["admin"]}
    async with RawServer(respond(200, json_bytes(document))) as server:
        known = await api.register(transport, server.origin, ("read", "write:media"))
        body = server.received_requests[0].body.decode()
    assert known.client_id == "C"
    assert "scopes=read+write%3Amedia" in body
    assert "redirect_uris=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob" in body
    assert known.client_secret.reveal() == "S"
