"""A connection to the listener, good for one request (RFC 9112): it is read, and a page sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import h11

from gts_wizard.loopback import pages

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

MAX_REQUEST_BYTES = 16 * 1024
"""The maximum size of a request's line and headers."""

_CHUNK_BYTES = 4096
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    ("Connection", "close"),
)


class Reply(NamedTuple):
    """What is sent for a request.

    Attributes:
        status: the HTTP status.
        page: the page; empty where nobody would read one.
        headers: the headers that not every reply has.
        is_last: whether the browser has no reason to come back.
    """

    status: HTTPStatus
    page: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    is_last: bool = False


class Connection:
    """A connection, which is good for one request.

    Args:
        reader: reads from the connection.
        writer: writes to the connection.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_REQUEST_BYTES)

    async def reply_with(self, reply_to: Callable[[h11.Request], Awaitable[Reply]]) -> Reply | None:
        """Read a request, and send the reply to it.

        Args:
            reply_to: returns the reply to a request.

        Returns:
            the reply; None where the connection ended before there was a request.

        Raises:
            OSError: the connection broke.
        """
        try:
            request = await self._receive()
        except h11.RemoteProtocolError as error:
            # Its text may quote the request, and with it a code.
            reply = Reply(HTTPStatus(error.error_status_hint), pages.unknown_page())
        else:
            if request is None:
                return None
            reply = await reply_to(request)
        await self._send(reply)
        return reply

    async def wait_for_end(self) -> None:
        """Wait until the other side closes the connection.

        To close it while something is unread would reset it, and the page could be lost.

        Raises:
            OSError: the connection broke.
        """
        while await self._reader.read(_CHUNK_BYTES):
            pass

    async def _receive(self) -> h11.Request | None:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_CHUNK_BYTES))
        return event if isinstance(event, h11.Request) else None

    async def _send(self, reply: Reply) -> None:
        body = reply.page.encode()
        headers = [*_HEADERS, *reply.headers, ("Content-Length", str(len(body)))]
        response = h11.Response(
            status_code=reply.status, reason=reply.status.phrase, headers=headers
        )
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()
        self._writer.write_eof()
