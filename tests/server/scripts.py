"""What a hostile server does with a request: answer, in one way after the other, or not."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.server.hostile import Script, Visit

_PIECE = b"x" * 65536
_PACE = 0.01


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole answer; a header's name has underscores for hyphens."""
    lines = [f"HTTP/1.1 {status} Whatever"]
    bodiless = status < 200 or status in {204, 304}  # RFC 9110, 6.4.1
    if not bodiless and "Content_Length" not in headers and "Transfer_Encoding" not in headers:
        headers["Content_Length"] = str(len(body))
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def says(status: int, body: bytes = b"", **headers: str) -> Script:
    """Answer every request alike."""
    return raw(http(status, body, **headers))


def raw(answer: bytes, *, hang_up: bool = False) -> Script:
    """Answer every request with these bytes, and hang up then if wished."""

    async def script(visit: Visit) -> None:
        await visit.send(answer)
        if hang_up:
            visit.writer.close()

    return script


def site(pages: Mapping[str, object], otherwise: Script | None = None) -> Script:
    """Answer by path: a script runs, bytes are sent as they are, anything else is sent as JSON."""

    async def script(visit: Visit) -> None:
        page = pages.get(visit.path.partition("?")[0], otherwise or says(404))
        if callable(page):
            await page(visit)
        else:
            await visit.send(page if isinstance(page, bytes) else http(200, json_bytes(page)))

    return script


def json_bytes(document: object) -> bytes:
    """Return a document as a body."""
    return json.dumps(document).encode()


async def never_answers(_visit: Visit) -> None:
    """Take the request, and say nothing."""
    await asyncio.Event().wait()


async def drips(visit: Visit) -> None:
    """Send a body byte by byte, for ever."""
    await visit.send(http(200, Transfer_Encoding="chunked"))
    while True:
        await visit.send(b"1\r\nx\r\n")
        await asyncio.sleep(_PACE)


async def drips_its_head(visit: Visit) -> None:
    """Send a header byte by byte, for ever."""
    await visit.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await visit.send(b"x")
        await asyncio.sleep(_PACE)


async def sends_headers_for_ever(visit: Visit) -> None:
    """Send one header after the other."""
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await visit.send(b"X-More: and more\r\n" * 100)


async def informs_for_ever(visit: Visit) -> None:
    """Send one 103 after the other, and never the answer."""
    while True:
        await visit.send(http(103, Link="</style.css>"))


def sends_for_ever(head: bytes, limit: int = 200 * 1024 * 1024) -> Script:
    """Send a body of 200 MiB, which is for ever enough."""

    async def script(visit: Visit) -> None:
        await visit.send(head)
        for _ in range(limit // len(_PIECE)):
            await visit.send(_PIECE)

    return script


async def sends_chunks_for_ever(visit: Visit) -> None:
    """Send a body of 200 MiB in chunks, without saying how long it will be."""
    await visit.send(http(200, Transfer_Encoding="chunked"))
    for _ in range(200 * 1024 * 1024 // len(_PIECE)):
        await visit.send(b"%x\r\n" % len(_PIECE), _PIECE, b"\r\n")


def resets(answer: bytes) -> Script:
    """Send the beginning of an answer, and reset the connection."""

    async def script(visit: Visit) -> None:
        await visit.send(answer)
        # A linger of nought seconds makes closing a reset.
        connection = visit.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        visit.writer.transport.abort()

    return script


async def hangs_up(visit: Visit) -> None:
    """Close the connection without a word."""
    visit.writer.close()
