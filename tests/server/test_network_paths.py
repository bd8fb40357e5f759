"""The way to a server: names, refusals, routes and proxies, each told apart."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    ConnectionLost,
    NoRoute,
    NoSuchName,
    ProxyTrouble,
    Refused,
    TooSlow,
    Unreachable,
    WireError,
)
from gts_wizard.secret import Secret
from gts_wizard.server.transport import Transport
from tests.helpers.raw_responses import close_at_once, never_respond, respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://social.example/api"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on, kept from being given to anybody else."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


def looked_up(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name be at these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def connecting_fails(monkeypatch: pytest.MonkeyPatch, **failures: OSError) -> None:
    """Let connecting to an address fail; its dots are underscores, `_` stands before a digit."""

    async def connect(_loop: object, _factory: object, host: str, *_: object, **__: object) -> None:
        raise failures["_" + host.replace(".", "_")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_connection", connect)


async def fails(transport: Transport, leaf: type[WireError], url: str = URL) -> WireError:
    """Ask, and return the failure, which must be this leaf."""
    with pytest.raises(WireError) as caught:
        await transport.get(url)
    assert type(caught.value) is leaf
    assert caught.value.__context__ is None
    return caught.value


async def test_a_name_that_does_not_exist(transport: Transport) -> None:
    assert "social.example" in (await fails(transport, NoSuchName)).what_happened


async def test_a_name_is_told_in_the_letters_people_read(transport: Transport) -> None:
    told = await fails(transport, NoSuchName, "https://xn--bcher-kva.example/")
    assert "bücher.example" in told.what_happened


async def test_no_name_server_means_that_this_computer_is_offline(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    await fails(transport, NoRoute)


async def test_nobody_listens(transport: Transport, closed_port: int) -> None:
    told = await fails(transport, Refused, f"http://127.0.0.1:{closed_port}/")
    assert f"127.0.0.1:{closed_port}" in told.what_happened
    await fails(transport, Refused, f"http://localhost:{closed_port}/")


@pytest.mark.parametrize(
    ("number", "leaf"),
    [
        (errno.ENETUNREACH, NoRoute),
        (errno.EHOSTUNREACH, NoRoute),
        (errno.ENETDOWN, NoRoute),
        (errno.ECONNREFUSED, Refused),
        (errno.ETIMEDOUT, TooSlow),
        (errno.ECONNRESET, ConnectionLost),
        (errno.EACCES, Unreachable),
        (errno.EMFILE, Unreachable),
    ],
)
async def test_what_the_system_says_of_connecting(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, number: int, leaf: type[WireError]
) -> None:
    looked_up(monkeypatch, "192.0.2.1")
    connecting_fails(monkeypatch, _192_0_2_1=OSError(number, "so it is"))
    await fails(transport, leaf)


async def test_of_several_addresses_the_nearest_failure_counts(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up(monkeypatch, "192.0.2.1", "192.0.2.2")
    unreachable, refused = OSError(errno.ENETUNREACH, "no"), OSError(errno.ECONNREFUSED, "no")
    connecting_fails(monkeypatch, _192_0_2_1=unreachable, _192_0_2_2=refused)
    await fails(transport, Refused)


async def proxied(monkeypatch: pytest.MonkeyPatch, proxy: str) -> WireError:
    """Return how asking fails with this proxy in the environment."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    transport = Transport(deadline=10)
    try:
        with pytest.raises(WireError) as caught:
            await transport.get(URL)
    finally:
        await transport.aclose()
    assert caught.value.host == "social.example"
    assert caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
async def test_a_proxy_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, closed_port: int, scheme: str
) -> None:
    told = await proxied(monkeypatch, f"{scheme}://127.0.0.1:{closed_port}")
    assert isinstance(told, ProxyTrouble)
    assert "HTTPS_PROXY" in told.what_to_do


@pytest.mark.parametrize("proxy", ["nonsense", "http://nonsense.invalid:3128"])
async def test_a_proxy_of_no_known_name_is_the_proxys_fault(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    assert isinstance(await proxied(monkeypatch, proxy), ProxyTrouble)


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_lets_nobody_through(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    async with RawServer(respond(status, b"<html>canary")) as proxy:
        told = await proxied(monkeypatch, f"http://alice:canary@127.0.0.1:{proxy.port}")
        assert proxy.paths == ["social.example:443"]
    assert isinstance(told, ProxyTrouble)
    assert "canary" not in repr(told)


async def test_a_proxy_that_hangs_up_is_told_as_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawServer(close_at_once) as proxy:
        told = await proxied(monkeypatch, f"http://127.0.0.1:{proxy.port}")
    assert isinstance(told, ConnectionLost)


@pytest.mark.parametrize(
    "proxy",
    ["socks://alice:canary@127.0.0.1:1", "socks4://127.0.0.1:1", "http://[::1", "gopher://x"],
)
def test_a_proxy_that_can_not_be_used_is_told_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ProxyTrouble) as caught:
        Transport()
    assert "canary" not in repr(caught.value)
    assert caught.value.__context__ is None
    assert "proxy" in caught.value.what_happened


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_what_is_for_this_computer_does_not_pass_a_proxy(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with (
        RawServer(respond(200, b"{}")) as proxy,
        RawServer(respond(200, b"{}"), name=name) as server,
    ):
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        transport = Transport(deadline=10)
        await transport.post(server.url, {"code": Secret("canary")})
        await transport.aclose()
        assert b"canary" in server.received
        assert proxy.received == b""


async def test_a_host_that_needs_no_proxy_is_asked_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with RawServer(never_respond) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "social.example")
        transport = Transport(deadline=10)
        await fails(transport, NoSuchName)
        await transport.aclose()
        assert proxy.received_requests == []
