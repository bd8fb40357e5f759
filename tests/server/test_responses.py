"""Whole answers: what a status and a body mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccessEnded,
    Nonsense,
    NotAnInstance,
    NotPermitted,
    ServerTrouble,
    ToldToWait,
    TurnedDown,
    WebPage,
    WireError,
)
from gts_wizard.secret import Secret
from tests.helpers.raw_responses import respond, respond_raw
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from gts_wizard.server.answer import Answer
    from gts_wizard.server.transport import Transport

HTML = "text/html; charset=utf-8"


async def ask(transport: Transport, status: int, body: bytes = b"", **headers: str) -> Answer:
    """Return what came of one answer."""
    async with RawServer(respond(status, body, **headers)) as server:
        return await transport.get(server.url)


@pytest.mark.parametrize(
    ("status", "leaf"),
    [
        (204, TurnedDown),
        (206, TurnedDown),
        (301, NotAnInstance),
        (304, TurnedDown),
        (307, NotAnInstance),
        (400, TurnedDown),
        (401, TurnedDown),
        (402, TurnedDown),
        (403, TurnedDown),
        (404, NotAnInstance),
        (405, NotAnInstance),
        (410, NotAnInstance),
        (418, TurnedDown),
        (422, TurnedDown),
        (429, ToldToWait),
        (451, TurnedDown),
        (500, ServerTrouble),
        (502, ServerTrouble),
        (503, ToldToWait),
        (599, ServerTrouble),
    ],
)
async def test_every_status_but_200_is_a_failure_with_a_leaf(
    transport: Transport, status: int, leaf: type[WireError]
) -> None:
    answer = await ask(transport, status, b"{}")
    for reading in (answer.document, answer.documents, answer.require_success):
        with pytest.raises(WireError) as caught:
            reading()
        assert type(caught.value) is leaf
        assert caught.value.details == f"HTTP {status}"
        assert answer.host in caught.value.what_happened


@pytest.mark.parametrize(("status", "leaf"), [(401, AccessEnded), (403, NotPermitted)])
async def test_only_a_token_can_be_ended_or_too_small(
    transport: Transport, status: int, leaf: type[WireError]
) -> None:
    async with RawServer(respond(status, b'{"error": "Unauthorized"}')) as server:
        answer = await transport.get(server.url, token=Secret("good"))
    assert type(answer.failure()) is leaf


@pytest.mark.parametrize("status", [418, 599])
async def test_a_person_learns_the_status_of_a_failure_without_a_name(
    transport: Transport, status: int
) -> None:
    told = (await ask(transport, status)).failure()
    assert f"(HTTP {status})" in told.what_happened


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"error": "token has insufficient scope"}', "token has insufficient scope"),
        (b'{"error": "\\u001b[31mred\\u202e\\n\\u200b"}', "[31mred"),
        (b'{"error": {"deep": 1}}', ""),
        (b'{"error": null}', ""),
        (b'["error"]', ""),
        (b"<html>", ""),
        (b"\xff\xfe\xfd", ""),
        (b"", ""),
        (b"[" * 100_000, ""),
        (b'{"error": ' + b"9" * 5000 + b"}", ""),
    ],
)
async def test_the_servers_word_for_a_failure_is_made_safe(
    transport: Transport, body: bytes, word: str
) -> None:
    told = (await ask(transport, 500, body)).failure()
    quoted = f", “{word}” in the server's words" if word else ""
    assert told.details == f"HTTP 500{quoted}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"null",
        b"5",
        b'"text"',
        b"\xff\xfe\xfd\xfc",
        b'{"name": "\xe9"}',
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b'{"number": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_of_the_wrong_shape_makes_no_sense(transport: Transport, body: bytes) -> None:
    answer = await ask(transport, 200, body)
    for reading in (answer.document, answer.documents):
        with pytest.raises(Nonsense) as caught:
            reading()
        assert caught.value.__context__ is None


async def test_a_list_is_no_object_and_an_object_is_no_list(transport: Transport) -> None:
    listed, single = await ask(transport, 200, b"[{}]"), await ask(transport, 200, b"{}")
    assert (listed.documents(), single.document()) == ([{}], {})
    with pytest.raises(Nonsense, match="makes no sense"):
        listed.document()
    with pytest.raises(Nonsense, match="makes no sense"):
        single.documents()


async def test_a_list_of_anything_but_objects_makes_no_sense(transport: Transport) -> None:
    answer = await ask(transport, 200, b"[{}, 5]")
    with pytest.raises(Nonsense):
        answer.documents()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"<!doctype html><title>Log in</title>", {"Content_Type": HTML}),
        (b"<!doctype html><title>Log in</title>", {}),
        (b" \n\t<html>", {"Content_Type": "application/json"}),
        (b"Log in first", {"Content_Type": "Text/HTML"}),
    ],
)
async def test_a_page_for_people_is_told_from_data(
    transport: Transport, body: bytes, headers: dict[str, str]
) -> None:
    async with RawServer(respond(200, body, **headers)) as server:
        answer = await transport.get(server.url)
    with pytest.raises(WebPage):
        answer.document()


async def test_an_error_page_means_its_status(transport: Transport) -> None:
    answer = await ask(transport, 502, b"<html>Bad gateway</html>", Content_Type=HTML)
    with pytest.raises(ServerTrouble):
        answer.document()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "120"}, 120),
        ({"Retry_After": "7, Wed, 21 Oct 2099 07:28:00 GMT"}, 7),
        ({"Retry_After": "Wed, 21 Oct 2099 07:28:00 GMT"}, 3600),
        ({"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 1),
        ({"X_Ratelimit_Reset": "2099-01-01T00:00:00.000Z"}, 3600),
        ({"X_Ratelimit_Reset": "45"}, 45),
        ({"Retry_After": "999999999"}, 3600),
        ({}, 30),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_says_for_how_long_to_wait(
    transport: Transport, status: int, headers: dict[str, str], seconds: int
) -> None:
    async with RawServer(respond(status, b"", **headers)) as server:
        told = (await transport.get(server.url)).failure()
    assert isinstance(told, ToldToWait)
    assert told.seconds == seconds
    assert told.span in told.what_to_do


async def test_an_answer_shows_neither_body_nor_headers_of_its_own_accord(
    transport: Transport,
) -> None:
    shown = repr(await ask(transport, 200, b'{"access_token": "canary"}', X_Also="canary"))
    assert "status=200" in shown
    assert "canary" not in shown


async def test_header_names_are_found_however_they_are_written(transport: Transport) -> None:
    answer = b"HTTP/1.1 429 Slow down\r\nrEtRy-aFtEr: 9\r\nContent-Length: 0\r\n\r\n"
    async with RawServer(respond_raw(answer)) as server:
        told = (await transport.get(server.url)).failure()
    assert isinstance(told, ToldToWait)
    assert told.seconds == 9
