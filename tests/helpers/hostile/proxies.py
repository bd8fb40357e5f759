"""What can be between a person and a server: ports that lead nowhere, silence, proxies."""

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
    """Stand before a port that nobody listens on."""
    with _unused_port() as host:
        yield Environment(host, host)


@asynccontextmanager
async def black_hole(_network: FakeNetwork) -> AsyncIterator[Environment]:
    """Stand before a port that takes no connection and refuses none."""
    with _black_hole(socket.AF_INET, "127.0.0.1", 0) as port:
        yield Environment(f"127.0.0.1:{port}", f"127.0.0.1:{port}")


def broken_ipv6(script: Responder) -> EnvironmentFactory:
    """Stand before a server that has an IPv6 address, too, whose packets come nowhere."""

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
    """Stand before a server that takes a connection, and says nothing when TLS should begin."""
    async with RawServer(never_respond) as server:
        yield Environment(f"https://{server.host}", server.host, server=server)


def behind_proxy(
    script: Responder | bytes | None, proxy: str = "http://127.0.0.1:{port}"
) -> EnvironmentFactory:
    """Stand behind a proxy.

    Args:
        script: what it does, or says to anything; nobody listens there when it is None.
        proxy: what the environment says of it.
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
    """Keep a port from being given to anybody else, without listening."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{unused.getsockname()[1]}"


@contextmanager
def _black_hole(family: socket.AddressFamily, address: str, port: int) -> Iterator[int]:
    """Listen with a queue that is full, so that the kernel drops whatever else comes."""
    with ExitStack() as sockets:
        # A computer without IPv6 has such an address lead nowhere by itself.
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
