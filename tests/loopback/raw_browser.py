"""A browser that connects to the listener, and sends exactly what a test says."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from gts_wizard.loopback.listener import LoopbackListener
    from gts_wizard.loopback.response import AuthorizationResponse

PATIENCE_SECONDS = 30
"""How long something that happens at once may take on a busy computer."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


async def received(listener: LoopbackListener) -> AuthorizationResponse:
    """Return the response that a listener has got."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        response = await listener.wait()
    assert response is not None
    return response


class Reply(NamedTuple):
    """A response.

    Attributes:
        status: the HTTP status.
        headers: the headers, by lower-case name.
        body: the page.
    """

    status: int
    headers: dict[str, str]
    body: str


class RawConnection:
    """A connection to the listener."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def read_to_end(self) -> bytes:
        """Return all that comes until the listener closes the connection."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            data = b""
            with suppress(ConnectionResetError):
                while chunk := await self._reader.read(65536):
                    data += chunk
            return data

    async def read_reply(self) -> Reply:
        """Return the response."""
        head, _, body = (await self.read_to_end()).partition(b"\r\n\r\n")
        status_line, *lines = head.decode("ascii").split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }
        return Reply(int(status_line.split()[1]), headers, body.decode())

    async def reset(self) -> None:
        """Break the connection, as a killed browser does."""
        self._writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE
        )
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()


class RawBrowser:
    """Opens connections to a port of this computer, and closes them in the end.

    Attributes:
        port: the port.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self._connections: list[RawConnection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._connections:
            await connection.close()

    async def connect(self) -> RawConnection:
        """Open a connection, and send nothing."""
        connection = RawConnection(*await asyncio.open_connection("127.0.0.1", self.port))
        self._connections.append(connection)
        return connection

    def request(self, target: str, *, method: str = "GET", host: str | None = None) -> bytes:
        """Return a request as bytes."""
        host = f"127.0.0.1:{self.port}" if host is None else host
        return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()

    async def open(self, target: str, *, method: str = "GET", host: str | None = None) -> Reply:
        """Request something on a connection of its own, and return the response."""
        return await self.send(self.request(target, method=method, host=host))

    async def send(self, data: bytes) -> Reply:
        """Send bytes on a connection of their own, and return the response."""
        connection = await self.connect()
        await connection.send(data)
        reply = await connection.read_reply()
        await connection.close()
        return reply
