"""Connections: many at once, broken ones, and how all of them end."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from errno import EADDRNOTAVAIL, ECONNREFUSED
from typing import TYPE_CHECKING

import pytest

from gts_wizard.loopback.listener import LoopbackListener, Outcome
from gts_wizard.loopback.ports import find_port, is_port_free
from tests.helpers.event_loop import wait_until_loop_is_idle
from tests.loopback.raw_browser import PATIENCE_SECONDS, RawConnection, received

if TYPE_CHECKING:
    from tests.loopback.raw_browser import RawBrowser

_CALLBACK = "/callback?code=SECRET-CODE&state=first-state"
_MODULE = "gts_wizard.loopback.listener"


async def _connect_many(browser: RawBrowser, count: int) -> list[RawConnection]:
    connections = [await browser.connect() for _ in range(count)]
    await wait_until_loop_is_idle()
    return connections


async def test_idle_connections_are_in_nobodys_way(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    await _connect_many(browser, 10)

    await browser.open(_CALLBACK)

    assert (await received(listener)).state == "first-state"


async def test_a_slow_request_is_in_nobodys_way(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    slow = await browser.connect()
    request = browser.request("/callback?code=SLOW&state=second-state")
    await slow.send(request[:20])
    await wait_until_loop_is_idle()

    await browser.open(_CALLBACK)
    await slow.send(request[20:])

    assert (await slow.read_reply()).status == 303
    assert (await received(listener)).state == "first-state"


async def test_a_request_may_come_byte_by_byte(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    connection = await browser.connect()
    for byte in browser.request(_CALLBACK):
        await connection.send(bytes([byte]))
        await wait_until_loop_is_idle()

    assert (await connection.read_reply()).status == 303
    assert (await received(listener)).state == "first-state"


@pytest.mark.usefixtures("listener")
async def test_a_connection_takes_one_request(browser: RawBrowser) -> None:
    connection = await browser.connect()
    await connection.send(browser.request("/") + browser.request(_CALLBACK))

    assert (await connection.read_to_end()).count(b"HTTP/1.1") == 1
    assert (await browser.open("/done")).status == 404


@pytest.mark.usefixtures("listener")
async def test_a_client_may_go_on_sending_after_the_page(browser: RawBrowser) -> None:
    connection = await browser.connect()
    await connection.send(b"x" * 100_000)
    await wait_until_loop_is_idle()

    await connection.send(b"x" * 100_000)
    await wait_until_loop_is_idle()
    await connection.send(b"x")

    assert (await connection.read_reply()).status in {400, 431}


@pytest.mark.usefixtures("listener")
async def test_the_oldest_of_too_many_connections_is_closed(browser: RawBrowser) -> None:
    oldest, *_, newest = await _connect_many(browser, 32)

    assert (await browser.open(_CALLBACK)).status == 303
    assert await oldest.read_to_end() == b""

    await newest.send(browser.request(_CALLBACK))
    assert (await newest.read_reply()).status == 303


@pytest.mark.usefixtures("listener")
async def test_of_many_connections_at_once_the_oldest_are_closed(browser: RawBrowser) -> None:
    # The system has taken them all before the loop accepts the first.
    clients = [socket.create_connection(("127.0.0.1", browser.port)) for _ in range(40)]

    assert (await browser.open(_CALLBACK)).status == 303

    for client in clients:
        client.setblocking(False)
    for client in clients[:8]:
        with suppress(ConnectionResetError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await asyncio.get_running_loop().sock_recv(client, 1) == b""
    with pytest.raises(BlockingIOError):
        clients[-1].recv(1)
    for client in clients:
        client.close()


@pytest.mark.parametrize("sent", [b"", b"GET /callb", b"GET / HTTP/1.1\r\nHost: "])
@pytest.mark.usefixtures("listener")
async def test_a_connection_that_takes_too_long_is_closed(
    sent: bytes, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{_MODULE}._REQUEST_SECONDS", 0.05)
    connection = await browser.connect()
    await connection.send(sent)

    assert await connection.read_to_end() == b""

    monkeypatch.setattr(f"{_MODULE}._REQUEST_SECONDS", 2 * PATIENCE_SECONDS)
    assert (await browser.open(_CALLBACK)).status == 303


async def test_broken_connections_are_in_nobodys_way(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    for sent in (b"", b"GET /callb", browser.request("/"), browser.request("/")[:-2]):
        for end in (RawConnection.close, RawConnection.reset):
            connection = await browser.connect()
            await connection.send(sent)
            await end(connection)
            await wait_until_loop_is_idle()

    await browser.open(_CALLBACK)
    held = await browser.connect()
    await held.send(browser.request("/done"))
    await wait_until_loop_is_idle()
    await held.reset()
    listener.show(Outcome.CONNECTED)

    assert "You are connected" in (await browser.open("/done")).body


@pytest.mark.parametrize("outcome", Outcome)
async def test_it_closes_after_the_outcome_was_seen(
    outcome: Outcome,
    listener: LoopbackListener,
    browser: RawBrowser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{_MODULE}._LINGER_SECONDS", 0)
    (witness,) = await _connect_many(browser, 1)
    await browser.open(_CALLBACK)
    listener.show(outcome)

    assert "terminal" in (await browser.open("/done")).body

    assert await witness.read_to_end() == b""
    assert is_port_free(browser.port)


async def test_seeing_the_outcome_again_keeps_it_open_no_longer(
    listener: LoopbackListener, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    (witness,) = await _connect_many(browser, 1)
    await browser.open(_CALLBACK)
    listener.show(Outcome.CONNECTED)
    monkeypatch.setattr(f"{_MODULE}._LINGER_SECONDS", 0.5)
    await browser.open("/done")

    monkeypatch.setattr(f"{_MODULE}._LINGER_SECONDS", 2 * PATIENCE_SECONDS)
    # A computer that is busy for longer has closed it already.
    with suppress(OSError):
        again = await browser.connect()
        await again.send(browser.request("/done"))
        await again.read_to_end()

    assert await witness.read_to_end() == b""


async def test_it_closes_where_the_outcome_never_comes(
    listener: LoopbackListener, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{_MODULE}._MAX_OUTCOME_SECONDS", 0)
    (witness,) = await _connect_many(browser, 1)
    await browser.open(_CALLBACK)

    assert await witness.read_to_end() == b""
    assert (await received(listener)).code is not None


async def test_it_closes_after_an_error_was_seen(
    listener: LoopbackListener, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{_MODULE}._LINGER_SECONDS", 0)
    (witness,) = await _connect_many(browser, 1)
    await browser.open("/callback?error=access_denied&state=first-state")

    assert "You didn't allow access." in (await browser.open("/done")).body

    assert await witness.read_to_end() == b""
    assert is_port_free(browser.port)
    assert (await received(listener)).error == "access_denied"


@pytest.mark.parametrize("result", ["code=SECRET-CODE", "error=access_denied"])
async def test_it_closes_where_no_browser_comes_back(
    result: str, listener: LoopbackListener, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{_MODULE}._MAX_LINGER_SECONDS", 0)
    (witness,) = await _connect_many(browser, 1)
    await browser.open(f"/callback?{result}&state=first-state")

    if (await received(listener)).code is not None:
        listener.show(Outcome.CONNECTED)

    assert await witness.read_to_end() == b""
    assert is_port_free(browser.port)


async def test_it_stays_open_until_the_outcome_is_known(
    listener: LoopbackListener, browser: RawBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_LINGER_SECONDS", "_MAX_LINGER_SECONDS", "_HOLD_SECONDS"):
        monkeypatch.setattr(f"{_MODULE}.{name}", 0)
    await browser.open(_CALLBACK)
    await browser.open("/done")

    assert "Almost there" in (await browser.open("/done")).body
    assert (await received(listener)).state == "first-state"


async def test_closing_ends_every_connection_at_once(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    own_tasks = asyncio.all_tasks()
    await browser.open(_CALLBACK)
    connections = await _connect_many(browser, 4)
    for connection, sent in zip(
        connections,
        (b"", b"GET /callb", browser.request("/done"), browser.request("/")),
        strict=True,
    ):
        await connection.send(sent)
    await wait_until_loop_is_idle()

    async with asyncio.timeout(PATIENCE_SECONDS):
        await listener.aclose()

    assert asyncio.all_tasks() == own_tasks
    assert is_port_free(browser.port)
    idle, half_sent, held, answered = [await each.read_to_end() for each in connections]
    assert (idle, half_sent, held) == (b"", b"", b"")
    assert b"404" in answered


# Of the loop: before it is accepted, and between that and its first callback. In the middle of
# accepting, asyncio itself forgets the connection, until the garbage collector comes.
@pytest.mark.parametrize("steps", [0, 3])
async def test_closing_ends_connections_that_just_came(
    steps: int, listener: LoopbackListener, browser: RawBrowser
) -> None:
    own_tasks = asyncio.all_tasks()
    with socket.create_connection(("127.0.0.1", browser.port)) as client:
        for _ in range(steps):
            await asyncio.sleep(0)

        async with asyncio.timeout(PATIENCE_SECONDS):
            await listener.aclose()
        await wait_until_loop_is_idle()

        client.settimeout(PATIENCE_SECONDS)
        with suppress(ConnectionResetError):
            assert client.recv(1) == b""
    assert asyncio.all_tasks() == own_tasks


async def test_closing_twice_is_closing_once(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    await listener.aclose()
    await listener.aclose()
    listener.show(Outcome.FAILED)

    assert is_port_free(browser.port)


async def test_one_that_never_started_can_be_closed() -> None:
    await LoopbackListener(find_port(), set()).aclose()


@pytest.mark.usefixtures("listener")
async def test_a_taken_port_is_told(browser: RawBrowser) -> None:
    second = LoopbackListener(browser.port, set())

    with pytest.raises(OSError, match="in use"):
        await second.start()


async def test_a_port_can_be_used_again_at_once(
    listener: LoopbackListener, browser: RawBrowser
) -> None:
    await browser.open(_CALLBACK)
    await listener.aclose()

    again = LoopbackListener(browser.port, {"first-state"})
    await again.start()

    assert (await browser.open(_CALLBACK)).status == 303
    await again.aclose()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only 127.0.0.1 is on the interface")
@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.2"), (socket.AF_INET6, "::1")]
)
@pytest.mark.usefixtures("listener")
async def test_it_listens_on_one_address_only(
    family: socket.AddressFamily, address: str, browser: RawBrowser
) -> None:
    with socket.socket(family) as client:
        assert client.connect_ex((address, browser.port)) in {ECONNREFUSED, EADDRNOTAVAIL}
