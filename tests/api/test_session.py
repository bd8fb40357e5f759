"""The session: one HTTP client, made when it is first needed."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.http import HttpClient, create_client
from gts_wizard.api.session import LazyHttpClient
from gts_wizard.errors import ProxyError
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def slow_opening(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Opening takes until the event is set, as reading many certificates takes a while."""
    may_open = threading.Event()

    def make_client_later() -> object:
        may_open.wait(10)
        return create_client()

    monkeypatch.setattr("gts_wizard.api.http.create_client", make_client_later)
    yield may_open
    may_open.set()


async def test_all_callers_share_one_client() -> None:
    http = LazyHttpClient()
    first, second = await asyncio.gather(http.get(), http.get())
    assert first is second
    assert await http.get() is first
    await http.aclose()


async def test_closing_without_opening_does_nothing() -> None:
    await LazyHttpClient().aclose()


async def test_client_opens_again_after_closing() -> None:
    http = LazyHttpClient()
    async with RawServer(respond(200, b"{}")) as server:
        await (await http.get()).get(server.url)
        await http.aclose()
        await (await http.get()).get(server.url)
        await http.aclose()
        assert len(server.received_requests) == 2


async def test_opening_is_tried_again_after_a_proxy_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    http = LazyHttpClient()
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1")
    for _ in range(2):
        with pytest.raises(ProxyError):
            await http.get()
    monkeypatch.delenv("ALL_PROXY")
    await http.get()
    await http.aclose()


async def test_closing_after_a_failed_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    http = LazyHttpClient()
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1")
    with pytest.raises(ProxyError):
        await http.get()
    await http.aclose()


async def test_cancelled_caller_does_not_stop_the_opening(
    slow_opening: threading.Event,
) -> None:
    http = LazyHttpClient()
    cancelled, waiting_on = (asyncio.create_task(http.get()) for _ in range(2))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    slow_opening.set()
    assert await waiting_on is await http.get()
    await http.aclose()


@pytest.mark.parametrize("proxy", ["", "socks://127.0.0.1:1"])
async def test_closing_during_the_opening(
    monkeypatch: pytest.MonkeyPatch, slow_opening: threading.Event, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    http = LazyHttpClient()
    waiting = asyncio.create_task(http.get())
    await asyncio.sleep(0)
    closing = asyncio.create_task(http.aclose())
    await asyncio.sleep(0)
    slow_opening.set()
    await closing
    (opened,) = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(opened, ProxyError if proxy else HttpClient)
