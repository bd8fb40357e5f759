"""The token is in nothing that a client shows, logs or raises."""

from __future__ import annotations

import logging
import pickle
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.helpers.client_harness import BEARER, SendGet, account_at
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

    from tests.helpers.raw_server import Responder


def shown(thing: object) -> str:
    return f"{thing!r} {thing} {getattr(thing, '__dict__', '')!r}"


def texts_of(failure: BaseException) -> Iterator[str]:
    """Yield what is shown of an exception, and of those it was raised from."""
    yield shown(failure)
    for source in (failure.__cause__, failure.__context__):
        if source is not None:
            yield from texts_of(source)


def test_token_is_in_no_representation_and_no_pickle() -> None:
    account = account_at("https://example.org")
    with account.client() as client:
        request = client.build_request("GET", "/thing")
        assert client.auth is not None
        next(client.auth.sync_auth_flow(request))
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        texts = map(shown, [account, account.account, client, client.auth, request])
        assert TOKEN not in "".join([*texts, repr(request.headers)])
    with pytest.raises(TypeError, match="not copied out of the process"):
        pickle.dumps(account)


@pytest.mark.parametrize(
    ("script", "error"),
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
    ids=[
        *("401", "redirect to a URN", "redirect loop", "bad gzip", "no HTTP", "closed", "reset"),
        "timeout",
    ],
)
async def test_failed_request_is_httpxs_error_without_the_token(
    get: SendGet,
    caplog: pytest.LogCaptureFixture,
    script: Responder,
    error: type[Exception],
) -> None:
    timeout = 0.5 if script is never_respond else 15
    with caplog.at_level(logging.DEBUG):
        async with RawServer(script) as home:
            with pytest.raises(error) as failure:
                response = await get(
                    account_at(home.origin), "/thing", timeout=timeout, follow_redirects=True
                )
                response.raise_for_status()
            assert BEARER in home.received
    assert "httpcore" in caplog.text
    assert TOKEN not in "".join([*texts_of(failure.value), caplog.text])


async def test_successful_request_logs_no_token(
    get: SendGet, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with RawServer(respond(200, b"{}")) as home:
            await get(account_at(home.origin), "/api/v1/notifications")
            assert BEARER in home.received
    assert "/api/v1/notifications" in caplog.text
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text
