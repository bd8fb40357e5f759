"""Secrets stay secret: in errors, in logs, and from one request to the next."""

from __future__ import annotations

import itertools
import logging
import traceback
from typing import TYPE_CHECKING

import pytest

from gts_wizard import __version__
from gts_wizard.api import endpoints
from gts_wizard.errors import TokenRevoked, WizardError
from gts_wizard.secret import Secret
from tests.helpers.raw_responses import (
    close_at_once,
    endless_headers,
    http_response,
    json_bytes,
    never_respond,
    reset_after,
    respond,
    respond_raw,
)
from tests.helpers.raw_server import RawRequest, RawServer, Responder
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, make_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gts_wizard.api.http import HttpClient

CANARIES = (CODE, CLIENT_SECRET, TOKEN)


async def repeat_secrets_as_error(request: RawRequest) -> None:
    """Refuse, and name all secrets of the request in the error."""
    asked = request.head + request.body
    secrets = " ".join(canary for canary in CANARIES if canary.encode() in asked)
    await request.send(
        http_response(400, json_bytes({"error": secrets, "error_description": secrets}))
    )


async def repeat_request_as_bad_json(request: RawRequest) -> None:
    """Return the whole request as broken JSON."""
    await request.send(http_response(200, b"{" + request.head + request.body))


BAD_RESPONSES = [
    repeat_secrets_as_error,
    respond(302, Location="https://elsewhere.example/"),
    respond(302, Location="urn:ietf:wg:oauth:2.0:oob"),
    never_respond,
    close_at_once,
    reset_after(b"HTTP/1.1 200"),
    endless_headers,
    respond_raw(b"nonsense\r\n\r\n", hang_up=True),
    respond(401),
    respond(403),
    respond(429),
    respond(500, b"<html>"),
    respond(200, b"<html>"),
]
# Revoking succeeds with any body but a page (RFC 7009 section 2.2).
BAD_DOCUMENTS = [repeat_request_as_bad_json, respond(200, b"[" * 100_000), respond(200, b"[5]")]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that any library logs."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


def texts_of(error: BaseException) -> Iterator[str]:
    """Yield all that can be seen of an error: its texts, attributes, causes and local variables."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    yield from (repr(frame.locals) for frame in shown.stack)
    yield from (str(error), repr(error), repr(vars(error)))
    for cause in (error.__cause__, error.__context__):
        if cause is not None:
            yield from texts_of(cause)


async def make_call(call: str, http: HttpClient, origin: str) -> None:
    """Make one of the calls that send a secret."""
    match call:
        case "exchange":
            await endpoints.exchange_code(http, make_client(origin), Secret(CODE))
        case "verify":
            await endpoints.verify_credentials(http, origin, Secret(TOKEN))
        case "notifications":
            await endpoints.fetch_notifications(http, origin, Secret(TOKEN))
        case _:
            await endpoints.revoke_token(http, make_client(origin), Secret(TOKEN))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "script"),
    [
        # The code and the client's secret, the token in the header, the token in the form.
        *itertools.product(["exchange", "verify", "revoke"], BAD_RESPONSES),
        *itertools.product(["exchange", "verify", "notifications"], BAD_DOCUMENTS),
    ],
)
async def test_error_and_log_hold_no_secret(
    http: HttpClient,
    impatient: HttpClient,
    log: pytest.LogCaptureFixture,
    call: str,
    script: Responder,
) -> None:
    asking = impatient if script is never_respond else http
    async with RawServer(script) as server:
        with pytest.raises(WizardError) as caught:
            await make_call(call, asking, server.origin)
        assert any(canary.encode() in server.received for canary in CANARIES)
    assert "httpcore" in log.text
    seen = [*texts_of(caught.value), log.text]
    assert [canary for canary in CANARIES if any(canary in text for text in seen)] == []


async def test_log_of_a_success_holds_no_secret(
    http: HttpClient, log: pytest.LogCaptureFixture
) -> None:
    issued = json_bytes({"access_token": TOKEN, "scope": "read", "created_at": 1})
    async with RawServer(respond(200, issued)) as server:
        token = await endpoints.exchange_code(http, make_client(server.origin), Secret(CODE))
    assert token.value == Secret(TOKEN)
    assert "/oauth/token" in log.text
    assert [canary for canary in CANARIES if canary in log.text] == []
    assert TOKEN not in repr(token)


@pytest.mark.parametrize("damage", ["\n", " ", "\r\nX-Evil: 1", "\x00", "é", "\ud800", "x" * 5000])
async def test_damaged_token_is_neither_sent_nor_logged(
    http: HttpClient, log: pytest.LogCaptureFixture, damage: str
) -> None:
    async with RawServer(respond(200, b"{}")) as server:
        with pytest.raises(TokenRevoked) as caught:
            await http.get(server.url, token=Secret(TOKEN + damage))
        assert server.received_requests == []
    assert [text for text in (*texts_of(caught.value), log.text) if TOKEN in text] == []


async def test_only_the_necessary_headers_are_sent(http: HttpClient) -> None:
    async with RawServer(respond(200, b"{}")) as server:
        await http.get(server.url)
        await http.post(server.url, {"code": Secret("a b&c=d"), "grant_type": "e"})
        await http.get(server.url, token=Secret("t"))
        lines = [request.head.decode().split("\r\n") for request in server.received_requests]
    common = {
        f"Host: {server.host}",
        f"User-Agent: gts-wizard/{__version__}",
        "Accept: application/json",
        "Accept-Encoding: identity",
        "Connection: keep-alive",
        "",
    }
    form = {"Content-Length: 29", "Content-Type: application/x-www-form-urlencoded"}
    extra = [set(), form, {"Authorization: Bearer t"}]
    assert [set(sent[1:]) for sent in lines] == [common | more for more in extra]
    assert server.received_requests[1].body == b"code=a+b%26c%3Dd&grant_type=e"


async def test_cookies_are_not_kept(http: HttpClient) -> None:
    cookies = http_response(200, b"{}", Set_Cookie="session=canary; Path=/")
    async with (
        RawServer(respond_raw(cookies)) as server,
        RawServer(respond_raw(cookies), name="localhost") as other,
    ):
        for asked in (server, server, other):
            await http.get(asked.url)
        assert b"cookie" not in (server.received + other.received).lower()


async def test_netrc_is_not_used(
    http: HttpClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login alice password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with RawServer(respond(200, b"{}")) as server:
        await http.get(server.url)
        assert b"uthorization" not in server.received
