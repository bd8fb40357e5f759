"""What can be between a person and a server: ports that lead nowhere, silence, proxies."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from tests.hostile.standing import ELSEWHERE, Opening, Place, World
from tests.server.conftest import speaking_tls
from tests.server.hostile import Hostile, PlainTalker
from tests.server.scripts import never_answers

if TYPE_CHECKING:
    from tests.server.hostile import Script


@asynccontextmanager
async def at_a_closed_port(_world: World) -> AsyncIterator[Place]:
    """Stand before a port that nobody listens on."""
    with _taken() as host:
        yield Place(host, host)


@asynccontextmanager
async def at_a_black_hole(_world: World) -> AsyncIterator[Place]:
    """Stand before a port that takes no connection and refuses none."""
    with _black_hole(socket.AF_INET, "127.0.0.1", 0) as port:
        yield Place(f"127.0.0.1:{port}", f"127.0.0.1:{port}")


def with_half_of_ipv6(script: Script) -> Opening:
    """Stand before a server that has an IPv6 address, too, whose packets come nowhere."""

    @asynccontextmanager
    async def opened(world: World) -> AsyncIterator[Place]:
        tls = speaking_tls(world.authority.issue_cert(ELSEWHERE))
        async with Hostile(script, tls=tls, name=ELSEWHERE) as server:
            with _black_hole(socket.AF_INET6, "::1", server.port):
                names = {ELSEWHERE: ["::1", "127.0.0.1"]}
                yield Place(server.origin, server.host, names, world.trusting, server)

    return opened


@asynccontextmanager
async def in_a_silent_handshake(_world: World) -> AsyncIterator[Place]:
    """Stand before a server that takes a connection, and says nothing when TLS should begin."""
    async with Hostile(never_answers) as server:
        yield Place(f"https://{server.host}", server.host, server=server)


def behind_a_proxy(
    script: Script | bytes | None, proxy: str = "http://127.0.0.1:{port}"
) -> Opening:
    """Stand behind a proxy.

    Args:
        script: what it does, or says to anything; nobody listens there when it is None.
        proxy: what the environment says of it.
    """

    @asynccontextmanager
    async def opened(_world: World) -> AsyncIterator[Place]:
        if script is None:
            with _taken() as host:
                port = host.rpartition(":")[2]
                yield Place(ELSEWHERE, ELSEWHERE, {}, {"HTTPS_PROXY": proxy.format(port=port)})
            return
        async with PlainTalker(script) if isinstance(script, bytes) else Hostile(script) as server:
            settings = {"HTTPS_PROXY": proxy.format(port=server.port)}
            yield Place(ELSEWHERE, ELSEWHERE, {}, settings, server)

    return opened


@contextmanager
def _taken() -> Iterator[str]:
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
