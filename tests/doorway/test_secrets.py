"""What is secret stays so: in what is shown, logged and raised."""

from __future__ import annotations

import logging
import pickle
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.helpers.client_harness import BEARER, Request, open_saved_account
from tests.helpers.raw_responses import (
    close_at_once,
    http_response,
    never_respond,
    reset_after,
    respond,
    respond_raw,
)
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.raw_server import Responder


def _shown(thing: object) -> str:
    return f"{thing!r} {thing} {getattr(thing, '__dict__', '')!r}"


def _texts_of(failure: BaseException) -> Iterator[str]:
    yield _shown(failure)
    for source in (failure.__cause__, failure.__context__):
        if source is not None:
            yield from _texts_of(source)


def test_nothing_that_is_handed_out_shows_the_token(credentials_path: Path) -> None:
    account = open_saved_account(credentials_path, "https://example.org")
    with account.client() as client:
        request = client.build_request("GET", "/thing")
        assert client.auth is not None
        next(client.auth.sync_auth_flow(request))
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        shown = map(_shown, [account, account.account, client, client.auth, request])
        assert TOKEN not in "".join([*shown, repr(request.headers)])
    with pytest.raises(TypeError, match="not copied out of the process"):
        pickle.dumps(account)


@pytest.mark.parametrize(
    ("script", "raises"),
    [
        (respond(401), httpx.HTTPStatusError),
        (respond(302, Location="urn:ietf:wg:oauth:2.0:oob"), httpx.InvalidURL),
        (respond(302, Location="/again"), httpx.TooManyRedirects),
        (respond_raw(http_response(200, b"{}", Content_Encoding="gzip")), httpx.DecodingError),
        (respond_raw(b"nonsense\r\n\r\n", hang_up=True), httpx.RemoteProtocolError),
        (close_at_once, httpx.RemoteProtocolError),
        (reset_after(b"HTTP/1.1 200 OK\r\n"), httpx.ReadError),
        (never_respond, httpx.ReadTimeout),
    ],
)
async def test_failures_are_httpxs_and_show_no_token(
    credentials_path: Path,
    ask: Request,
    caplog: pytest.LogCaptureFixture,
    script: Responder,
    raises: type[Exception],
) -> None:
    patience = 0.5 if script is never_respond else 15
    with caplog.at_level(logging.DEBUG):
        async with RawServer(script) as home:
            account = open_saved_account(credentials_path, home.origin)
            with pytest.raises(raises) as caught:
                answer = await ask(account, "/thing", timeout=patience, follow_redirects=True)
                answer.raise_for_status()
            assert BEARER in home.received
    assert "httpcore" in caplog.text
    assert TOKEN not in "".join([*_texts_of(caught.value), caplog.text])


async def test_a_success_logs_no_token(
    credentials_path: Path, ask: Request, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with RawServer(respond(200, b"{}")) as home:
            await ask(open_saved_account(credentials_path, home.origin), "/api/v1/notifications")
            assert BEARER in home.received
    assert "/api/v1/notifications" in caplog.text
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text
