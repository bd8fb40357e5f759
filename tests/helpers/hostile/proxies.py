"""Environments of closed and silent ports, and of proxies."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from tests.helpers.hostile.environments import (
    OTHER_HOST,
    Environment,
    EnvironmentFactory,
    FakeNetwork,
)
from tests.helpers.raw_responses import never_respond
from tests.helpers.raw_server import BannerServer, RawServer, tls_context

if TYPE_CHECKING:
    from tests.helpers.raw_server import Responder


@asynccontextmanager
async def closed_port(_network: FakeNetwork) -> AsyncIterator[Environment]:
    """Make a port on which nobody listens."""
    with _unused_port() as host:
        yield Environment(host, host)


@asynccontextmanager
async def black_hole(_network: FakeNetwork) -> AsyncIterator[Environment]:
    """Make a port that neither accepts nor refuses connections."""
    with _black_hole(socket.AF_INET, "127.0.0.1", 0) as port:
        yield Environment(f"127.0.0.1:{port}", f"127.0.0.1:{port}")


def broken_ipv6(script: Responder) -> EnvironmentFactory:
    """Make a server whose name has a working IPv4 address, and an IPv6 address that is silent."""

    @asynccontextmanager
    async def opened(network: FakeNetwork) -> AsyncIterator[Environment]:
        tls = tls_context(network.authority.issue_cert(OTHER_HOST))
        async with RawServer(script, tls=tls, name=OTHER_HOST) as server:
            with _black_hole(socket.AF_INET6, "::1", server.port):
                names = {OTHER_HOST: ["::1", "127.0.0.1"]}
                yield Environment(server.origin, server.host, names, network.trusting, server)

    return opened


@asynccontextmanager
async def silent_handshake(_network: FakeNetwork) -> AsyncIterator[Environment]:
    """Make a server that accepts connections, and never responds to a TLS handshake."""
    async with RawServer(never_respond) as server:
        yield Environment(f"https://{server.host}", server.host, server=server)


def behind_proxy(
    script: Responder | bytes | None, proxy: str = "http://127.0.0.1:{port}"
) -> EnvironmentFactory:
    """Make a proxy that the environment names.

    Args:
        script: how it responds, or the bytes it sends to anything; when None, nobody listens.
        proxy: the proxy's address for the environment variable.
    """

    @asynccontextmanager
    async def opened(_network: FakeNetwork) -> AsyncIterator[Environment]:
        if script is None:
            with _unused_port() as host:
                port = host.rpartition(":")[2]
                yield Environment(
                    OTHER_HOST, OTHER_HOST, {}, {"HTTPS_PROXY": proxy.format(port=port)}
                )
            return
        async with (
            BannerServer(script) if isinstance(script, bytes) else RawServer(script) as server
        ):
            settings = {"HTTPS_PROXY": proxy.format(port=server.port)}
            yield Environment(OTHER_HOST, OTHER_HOST, {}, settings, server)

    return opened


@contextmanager
def _unused_port() -> Iterator[str]:
    """Reserve a port without listening on it."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{unused.getsockname()[1]}"


@contextmanager
def _black_hole(family: socket.AddressFamily, address: str, port: int) -> Iterator[int]:
    """Listen with a full queue, so that the kernel drops further connections."""
    with ExitStack() as sockets:
        # Without IPv6 on this computer, the address is unreachable anyway.
        with suppress(OSError):
            listening = sockets.enter_context(socket.socket(family))
            listening.bind((address, port))
            listening.listen(0)
            port = listening.getsockname()[1]
            for _ in range(2):
                waiting = sockets.enter_context(socket.socket(family))
                waiting.setblocking(False)
                waiting.connect_ex((address, port))
        yield port
