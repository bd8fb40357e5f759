"""The way to servers, opened once, when it is first needed."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import ProxyTrouble
from gts_wizard.server.client import make_client
from gts_wizard.server.connection import Connection
from gts_wizard.server.transport import Transport
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Opening takes until the event is set, as reading many certificates takes a while."""
    gate = threading.Event()

    def make_client_later(deadline: float, *, trust_env: bool) -> object:
        gate.wait(10)
        return make_client(deadline, trust_env=trust_env)

    monkeypatch.setattr("gts_wizard.server.transport.make_client", make_client_later)
    yield gate
    gate.set()


async def test_one_transport_serves_all_who_ask() -> None:
    connection = Connection()
    first, second = await asyncio.gather(connection.transport(), connection.transport())
    assert first is second
    assert await connection.transport() is first
    await connection.aclose()


async def test_closing_what_was_never_opened_is_nothing() -> None:
    await Connection().aclose()


async def test_after_closing_it_opens_anew() -> None:
    connection = Connection()
    async with RawServer(respond(200, b"{}")) as server:
        await (await connection.transport()).get(server.url)
        await connection.aclose()
        await (await connection.transport()).get(server.url)
        await connection.aclose()
        assert len(server.received_requests) == 2


async def test_a_proxy_that_is_mended_is_used_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection = Connection()
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1")
    for _ in range(2):
        with pytest.raises(ProxyTrouble):
            await connection.transport()
    monkeypatch.delenv("ALL_PROXY")
    await connection.transport()
    await connection.aclose()


async def test_closing_after_a_failure_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection()
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1")
    with pytest.raises(ProxyTrouble):
        await connection.transport()
    await connection.aclose()


async def test_whoever_is_cancelled_while_it_opens_leaves_it_to_the_others(
    held_up: threading.Event,
) -> None:
    connection = Connection()
    impatient, patient = (asyncio.create_task(connection.transport()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    held_up.set()
    assert await patient is await connection.transport()
    await connection.aclose()


@pytest.mark.parametrize("proxy", ["", "socks://127.0.0.1:1"])
async def test_closing_while_it_opens_is_clean(
    monkeypatch: pytest.MonkeyPatch, held_up: threading.Event, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    connection = Connection()
    waiting = asyncio.create_task(connection.transport())
    await asyncio.sleep(0)
    closing = asyncio.create_task(connection.aclose())
    await asyncio.sleep(0)
    held_up.set()
    await closing
    (opened,) = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(opened, ProxyTrouble if proxy else Transport)
