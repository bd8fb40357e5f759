"""The token is in nothing that a client shows, logs or raises."""

from __future__ import annotations

import copy
import dataclasses
import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gts_wizard import open_account
from tests.helpers.client_harness import BEARER, SendGet, account_at, save_account
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
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers.raw_server import Responder


def shown(thing: object) -> str:
    return f"{thing!r} {thing} {getattr(thing, '__dict__', '')!r}"


def texts_of(failure: BaseException) -> Iterator[str]:
    """Yield what is shown of an exception, and of those it was raised from."""
    yield shown(failure)
    for source in (failure.__cause__, failure.__context__):
        if source is not None:
            yield from texts_of(source)


def test_token_is_in_no_representation() -> None:
    account = account_at("https://example.org")
    with account.client() as client:
        request = client.build_request("GET", "/thing")
        assert client.auth is not None
        next(client.auth.sync_auth_flow(request))
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        texts = map(shown, [account, account.account, client, client.auth, request])
        assert TOKEN not in "".join([*texts, repr(request.headers)])


@pytest.mark.parametrize(
    "copy_out",
    [pickle.dumps, copy.deepcopy, dataclasses.asdict, dataclasses.astuple],
    ids=lambda function: function.__name__,
)
def test_token_is_only_where_it_is_revealed(copy_out: Callable[[Any], object]) -> None:
    account = account_at("https://example.org")
    assert account.reveal_token() == TOKEN
    with pytest.raises(TypeError, match="not copied out of the process") as failure:
        copy_out(account)
    assert TOKEN not in "".join(traceback.format_exception(failure.value))
    texts = [account, vars(account), copy.copy(account), dataclasses.fields(account)]
    assert TOKEN not in "".join(map(shown, texts))


def test_traceback_with_all_variables_shows_no_token(credentials_path: Path) -> None:
    save_account(credentials_path, "https://example.org")

    def break_off(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        raise httpx.ReadError("it broke")

    def ask() -> None:
        account = open_account(credentials=credentials_path)
        with account.client(transport=httpx.MockTransport(break_off)) as client:
            client.get("/thing")

    with pytest.raises(httpx.ReadError) as failure:
        ask()
    lines = traceback.TracebackException.from_exception(failure.value, capture_locals=True).format()
    shown_there = "".join(lines)
    assert "account = OpenAccount(" in shown_there
    assert TOKEN not in shown_there


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
