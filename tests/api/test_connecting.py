"""Connecting to a server: names, refused connections and proxies, each error apart."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.http import HttpClient
from gts_wizard.errors import (
    ConnectionLost,
    ConnectionRefused,
    HostNotFound,
    NetworkUnreachable,
    ProxyError,
    ServerError,
)
from gts_wizard.secret import Secret
from tests.helpers.raw_responses import close_at_once, never_respond, respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://social.example/api"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nothing listens on, reserved so that no other program gets it."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


def set_addresses(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Resolve every name to these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def set_connection_errors(monkeypatch: pytest.MonkeyPatch, errors: dict[str, OSError]) -> None:
    """Let connecting to an address fail."""

    async def connect(_loop: object, _factory: object, host: str, *_: object, **__: object) -> None:
        raise errors[host]

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_connection", connect)


async def error_of(http: HttpClient, expected: type[ServerError], url: str = URL) -> ServerError:
    """Ask, and return the failure, which must be this expected."""
    with pytest.raises(ServerError) as caught:
        await http.get(url)
    assert type(caught.value) is expected
    assert caught.value.__context__ is None
    return caught.value


async def test_name_that_does_not_exist(http: HttpClient) -> None:
    assert "social.example" in (await error_of(http, HostNotFound)).message


async def test_name_under_localhost_is_this_computer_itself(http: HttpClient) -> None:
    async with RawServer(respond(200, b"{}"), name="anything.localhost") as server:
        assert (await http.get(f"{server.origin}/")).status == 200


async def test_error_names_the_host_in_unicode(http: HttpClient) -> None:
    error = await error_of(http, HostNotFound, "https://xn--bcher-kva.example/")
    assert "bücher.example" in error.message


async def test_no_name_server_means_no_route(
    http: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    await error_of(http, NetworkUnreachable)


async def test_closed_port_refuses(http: HttpClient, closed_port: int) -> None:
    error = await error_of(http, ConnectionRefused, f"http://127.0.0.1:{closed_port}/")
    assert f"127.0.0.1:{closed_port}" in error.message
    await error_of(http, ConnectionRefused, f"http://localhost:{closed_port}/")


async def test_of_several_addresses_the_nearest_error_counts(
    http: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_addresses(monkeypatch, "192.0.2.1", "192.0.2.2")
    errors = {
        "192.0.2.1": OSError(errno.ENETUNREACH, "no"),
        "192.0.2.2": OSError(errno.ECONNREFUSED, "no"),
    }
    set_connection_errors(monkeypatch, errors)
    await error_of(http, ConnectionRefused)


async def proxy_error(monkeypatch: pytest.MonkeyPatch, proxy: str) -> ServerError:
    """Send a request with this proxy in the environment, and return its error."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    http = HttpClient(deadline=60)
    try:
        with pytest.raises(ServerError) as caught:
            await http.get(URL)
    finally:
        await http.aclose()
    assert caught.value.host == "social.example"
    assert caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
async def test_closed_port_of_a_proxy(
    monkeypatch: pytest.MonkeyPatch, closed_port: int, scheme: str
) -> None:
    error = await proxy_error(monkeypatch, f"{scheme}://127.0.0.1:{closed_port}")
    assert isinstance(error, ProxyError)
    assert "HTTPS_PROXY" in error.hint


@pytest.mark.parametrize("proxy", ["nonsense", "http://nonsense.invalid:3128"])
async def test_proxy_of_unknown_name(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    assert isinstance(await proxy_error(monkeypatch, proxy), ProxyError)


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    async with RawServer(respond(status, b"<html>canary")) as proxy:
        error = await proxy_error(monkeypatch, f"http://alice:canary@127.0.0.1:{proxy.port}")
        assert proxy.paths == ["social.example:443"]
    assert isinstance(error, ProxyError)
    assert "canary" not in repr(error)


async def test_proxy_that_hangs_up_is_a_lost_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawServer(close_at_once) as proxy:
        error = await proxy_error(monkeypatch, f"http://127.0.0.1:{proxy.port}")
    assert isinstance(error, ConnectionLost)


@pytest.mark.parametrize(
    "proxy",
    ["socks://alice:canary@127.0.0.1:1", "socks4://127.0.0.1:1", "http://[::1", "gopher://x"],
)
def test_unusable_proxy_is_an_error_before_sending(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ProxyError) as caught:
        HttpClient()
    assert "canary" not in repr(caught.value)
    assert caught.value.__context__ is None
    assert "proxy" in caught.value.message


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_this_computer_is_asked_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with (
        RawServer(respond(200, b"{}")) as proxy,
        RawServer(respond(200, b"{}"), name=name) as server,
    ):
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        http = HttpClient(deadline=60)
        await http.post(server.url, {"code": Secret("canary")})
        await http.aclose()
        assert b"canary" in server.received
        assert proxy.received == b""


async def test_no_proxy_variable_is_respected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with RawServer(never_respond) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "social.example")
        http = HttpClient(deadline=60)
        await error_of(http, HostNotFound)
        await http.aclose()
        assert proxy.received_requests == []
