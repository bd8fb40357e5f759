"""A server that misbehaves: raw bytes over real sockets on this computer, one way at a time.

    async with RawServer(respond(200, b"{}")) as server:
        await http.get(server.url)

It runs in the test's own event loop and remembers what it was asked and how much it could send.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import trustme

Responder = Callable[["RawRequest"], Awaitable[None]]


@dataclass(frozen=True)
class RawRequest:
    """One request, and the connection to answer on."""

    server: RawServer
    head: bytes
    body: bytes
    writer: asyncio.StreamWriter

    @property
    def path(self) -> str:
        """What was asked for, with its query."""
        return self.head.split(b" ", 2)[1].decode()

    async def send(self, *pieces: bytes) -> None:
        """Send bytes as they are, and count them."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            self.server.sent += len(piece)


class RawServer:
    """A listening server; every request on it is answered by the script.

    Args:
        script: what to do with a request.
        tls: speak https with this certificate; plain http when left out.
        name: what to be called in `origin`: `127.0.0.1`, or `localhost` as another name.
    """

    def __init__(
        self, script: Responder, tls: ssl.SSLContext | None = None, name: str = "127.0.0.1"
    ) -> None:
        self.script = script
        self.sent = 0
        self.received_requests: list[RawRequest] = []
        self.asked = asyncio.Event()
        self.port = 0
        self._tls = tls
        self._name = name
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        connections = dict(self._connections)
        for connection, writer in connections.items():
            # A TLS connection that is only closed waits half a minute for the other side.
            writer.transport.abort()
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    @property
    def host(self) -> str:
        """Name and port."""
        return f"{self._name}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, name and port."""
        return f"{'https' if self._tls else 'http'}://{self.host}"

    @property
    def url(self) -> str:
        """An address on it."""
        return f"{self.origin}/thing"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.received_requests]

    @property
    def received(self) -> bytes:
        """Everything that was sent to it."""
        return b"".join(request.head + request.body for request in self.received_requests)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.ensure_future(self._serve(reader, writer))
        self._connections[connection] = writer
        connection.add_done_callback(self._connections.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # A client may hang up at any moment, which ends the reading or the writing.
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                while not writer.is_closing():
                    request = await self._read(reader, writer)
                    self.received_requests.append(request)
                    self.asked.set()
                    await self.script(request)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> RawRequest:
        head = await reader.readuntil(b"\r\n\r\n")
        _, has_length, length = head.lower().partition(b"content-length: ")
        body = await reader.readexactly(int(length.split(b"\r\n")[0])) if has_length else b""
        return RawRequest(self, head, body, writer)


class BannerServer(RawServer):
    """A server that says its bytes to whatever comes, TLS handshakes included, and hangs up."""

    def __init__(self, words: bytes) -> None:
        super().__init__(_nothing)
        self._words = words

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(self._words)
        writer.close()


async def _nothing(_request: RawRequest) -> None:
    """Answer no request, for none is read."""


def tls_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return the context with which a server speaks https with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
