"""What is secret stays so: in what is shown, logged and raised."""

from __future__ import annotations

import logging
import pickle
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.doorway.asking import BEARER, Asking, opened
from tests.server.hostile import Hostile
from tests.server.papers import TOKEN
from tests.server.scripts import hangs_up, http, never_answers, raw, resets, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.hostile import Script


def _shown(thing: object) -> str:
    return f"{thing!r} {thing} {getattr(thing, '__dict__', '')!r}"


def _texts_of(failure: BaseException) -> Iterator[str]:
    yield _shown(failure)
    for source in (failure.__cause__, failure.__context__):
        if source is not None:
            yield from _texts_of(source)


def test_nothing_that_is_handed_out_shows_the_token(shelf: Path) -> None:
    account = opened(shelf, "https://example.org")
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
        (says(401), httpx.HTTPStatusError),
        (says(302, Location="urn:ietf:wg:oauth:2.0:oob"), httpx.InvalidURL),
        (says(302, Location="/again"), httpx.TooManyRedirects),
        (raw(http(200, b"{}", Content_Encoding="gzip")), httpx.DecodingError),
        (raw(b"nonsense\r\n\r\n", hang_up=True), httpx.RemoteProtocolError),
        (hangs_up, httpx.RemoteProtocolError),
        (resets(b"HTTP/1.1 200 OK\r\n"), httpx.ReadError),
        (never_answers, httpx.ReadTimeout),
    ],
)
async def test_failures_are_httpxs_and_show_no_token(
    shelf: Path,
    ask: Asking,
    caplog: pytest.LogCaptureFixture,
    script: Script,
    raises: type[Exception],
) -> None:
    patience = 0.5 if script is never_answers else 15
    with caplog.at_level(logging.DEBUG):
        async with Hostile(script) as home:
            account = opened(shelf, home.origin)
            with pytest.raises(raises) as caught:
                answer = await ask(account, "/thing", timeout=patience, follow_redirects=True)
                answer.raise_for_status()
            assert BEARER in home.received
    assert "httpcore" in caplog.text
    assert TOKEN not in "".join([*_texts_of(caught.value), caplog.text])


async def test_a_success_logs_no_token(
    shelf: Path, ask: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with Hostile(says(200, b"{}")) as home:
            await ask(opened(shelf, home.origin), "/api/v1/notifications")
            assert BEARER in home.received
    assert "/api/v1/notifications" in caplog.text
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text
