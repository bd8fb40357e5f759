"""Servers without sockets: the wizard's own HTTP client, answered inside this process.

Use `tests.helpers.raw_server` where connections, TLS or unfinished answers matter.
"""

from __future__ import annotations

import asyncio
import socket
from functools import cache
from typing import TYPE_CHECKING, cast

import httpx

from gts_wizard.api.http import HttpClient
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawRequest

if TYPE_CHECKING:
    from asyncio import StreamWriter

    import pytest

    from tests.helpers.raw_server import RawServer, Responder


class FakeServer:
    """A server in a `FakeNetwork`; it answers every request with its script.

    Args:
        host: its name, with its port if it has one.
        script: what to do with a request.
        scheme: `https`, or `http`.

    Attributes:
        asked: set by every request.
    """

    def __init__(self, host: str, script: Responder, scheme: str) -> None:
        self.host = host
        self.origin = f"{scheme}://{host}"
        self.script = script
        self.sent = 0
        self.received_requests: list[RawRequest] = []
        self.asked = asyncio.Event()

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.received_requests]

    @property
    def received(self) -> bytes:
        """Everything that was sent to it."""
        return b"".join(request.head + request.body for request in self.received_requests)

    async def answer(self, question: httpx.Request) -> httpx.Response:
        """Let the script answer a request of the HTTP client."""
        lines = [b"%s: %s" % header for header in question.headers.raw]
        start = f"{question.method} {question.url.raw_path.decode()} HTTP/1.1".encode()
        writer = _Writer()
        request = RawRequest(
            cast("RawServer", self),
            b"\r\n".join([start, *lines, b"", b""]),
            await question.aread(),
            cast("StreamWriter", writer),
        )
        self.received_requests.append(request)
        self.asked.set()
        # No answer comes at once, so that a deadline that has passed is noticed.
        await asyncio.sleep(0)
        await self.script(request)
        return _parsed(bytes(writer.written))


class FakeNetwork:
    """Servers by name, and an HTTP client that reaches them and nothing else.

    Args:
        patch: undoes the change to the HTTP client at the end.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.http = _http_client()
        self._servers: dict[str, FakeServer] = {}

        async def answer(_connections: object, request: httpx.Request) -> httpx.Response:
            server = self._servers.get(f"{request.url.scheme}://{request.url.netloc.decode()}")
            if server is None:
                raise httpx.ConnectError("") from socket.gaierror(socket.EAI_NONAME, "no such name")
            return await server.answer(request)

        patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)

    def serve(
        self, host: str, script: Responder | None = None, scheme: str = "https"
    ) -> FakeServer:
        """Add a server, which knows no page (404) unless told otherwise."""
        server = FakeServer(host, script or respond(404), scheme)
        self._servers[server.origin] = server
        return server


class _Writer:
    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, piece: bytes) -> None:
        self.written += piece

    async def drain(self) -> None:
        """There is always room."""

    def close(self) -> None:
        """An answer ends with its script."""


@cache
def _http_client() -> HttpClient:
    """Return one HTTP client for all tests: reading the system's certificates takes a while."""
    return HttpClient(deadline=60)


def _parsed(answer: bytes) -> httpx.Response:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
    first, *lines = head.split(b"\r\n")
    headers = [(name, value) for name, _, value in (line.partition(b": ") for line in lines)]
    return httpx.Response(int(first.split()[1]), headers=headers, stream=httpx.ByteStream(body))
