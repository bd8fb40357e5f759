"""What a hostile server does with a request: answer, in one way after the other, or not."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.raw_server import RawRequest, Responder

_PIECE = b"x" * 65536
_PACE = 0.01


def http_response(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole answer; a header's name has underscores for hyphens."""
    lines = [f"HTTP/1.1 {status} Whatever"]
    bodiless = status < 200 or status in {204, 304}  # RFC 9110, 6.4.1
    if not bodiless and "Content_Length" not in headers and "Transfer_Encoding" not in headers:
        headers["Content_Length"] = str(len(body))
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def respond(status: int, body: bytes = b"", **headers: str) -> Responder:
    """Answer every request alike."""
    return respond_raw(http_response(status, body, **headers))


def respond_raw(answer: bytes, *, hang_up: bool = False) -> Responder:
    """Answer every request with these bytes, and hang up then if wished."""

    async def script(request: RawRequest) -> None:
        await request.send(answer)
        if hang_up:
            request.writer.close()

    return script


def respond_by_path(pages: Mapping[str, object], otherwise: Responder | None = None) -> Responder:
    """Answer by path: a script runs, bytes are sent as they are, anything else is sent as JSON."""

    async def script(request: RawRequest) -> None:
        page = pages.get(request.path.partition("?")[0], otherwise or respond(404))
        if callable(page):
            await page(request)
        else:
            await request.send(
                page if isinstance(page, bytes) else http_response(200, json_bytes(page))
            )

    return script


def json_bytes(document: object) -> bytes:
    """Return a document as a body."""
    return json.dumps(document).encode()


async def never_respond(_request: RawRequest) -> None:
    """Take the request, and say nothing."""
    await asyncio.Event().wait()


async def drip_body(request: RawRequest) -> None:
    """Send a body byte by byte, for ever."""
    await request.send(http_response(200, Transfer_Encoding="chunked"))
    while True:
        await request.send(b"1\r\nx\r\n")
        await asyncio.sleep(_PACE)


async def drip_head(request: RawRequest) -> None:
    """Send a header byte by byte, for ever."""
    await request.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await request.send(b"x")
        await asyncio.sleep(_PACE)


async def endless_headers(request: RawRequest) -> None:
    """Send one header after the other."""
    await request.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await request.send(b"X-More: and more\r\n" * 100)


async def endless_103(request: RawRequest) -> None:
    """Send one 103 after the other, and never the answer."""
    hints = http_response(103, Link="</style.css>") * 100
    while True:
        await request.send(hints)


def endless_body(head: bytes, limit: int = 200 * 1024 * 1024) -> Responder:
    """Send a body of 200 MiB, which is for ever enough."""

    async def script(request: RawRequest) -> None:
        await request.send(head)
        for _ in range(limit // len(_PIECE)):
            await request.send(_PIECE)

    return script


async def endless_chunks(request: RawRequest) -> None:
    """Send a body of 200 MiB in chunks, without saying how long it will be."""
    await request.send(http_response(200, Transfer_Encoding="chunked"))
    for _ in range(200 * 1024 * 1024 // len(_PIECE)):
        await request.send(b"%x\r\n" % len(_PIECE), _PIECE, b"\r\n")


def reset_after(answer: bytes) -> Responder:
    """Send the beginning of an answer, and reset the connection."""

    async def script(request: RawRequest) -> None:
        await request.send(answer)
        # A linger of nought seconds makes closing a reset.
        connection = request.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.writer.transport.abort()

    return script


async def close_at_once(request: RawRequest) -> None:
    """Close the connection without a word."""
    request.writer.close()
