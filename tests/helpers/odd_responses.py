"""What hostile servers do besides what `tests.helpers.raw_responses` has."""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING

from tests.helpers.raw_responses import http_response, json_bytes, respond

if TYPE_CHECKING:
    from tests.helpers.raw_server import RawRequest, Responder

MEBIBYTE = 1024 * 1024
OVERLONG_COOKIE = f"a=b; expires=1-Jan-{'9' * 5000}"
"""What Python's own reader of cookies falls over."""
_LET_THROUGH = b"HTTP/1.1 200 Connection established\r\n\r\n"
_CHUNKED = http_response(200, Transfer_Encoding="chunked")


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * 64 * MEBIBYTE)


async def gzip_bomb(request: RawRequest) -> None:
    """Send 64 MiB in 64 KiB, compressed though nobody asked for that."""
    await request.send(
        http_response(200, _bomb(), Content_Encoding="gzip", Content_Type="application/json")
    )


async def echo_request(request: RawRequest) -> None:
    """Refuse, and repeat everything that was sent; what is secret comes first, for it stands last.

    Only the beginning of what a server says is shown.
    """
    heard = b" ".join([request.body, *reversed(request.head.splitlines())]).decode()
    await request.send(http_response(400, json_bytes({"error": heard, "error_description": heard})))


def repeat_forever(beginning: bytes, unit: bytes) -> Responder:
    """Send a beginning, and then the same for ever."""

    async def script(request: RawRequest) -> None:
        await request.send(beginning)
        while True:
            await request.send(unit * 100)

    return script


endless_trailers = repeat_forever(_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: and more\r\n")
endless_header = repeat_forever(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 64)
endless_chunk_size = repeat_forever(_CHUNKED + b"2;", b"x" * 64)
smtp_banner = repeat_forever(_LET_THROUGH, b"220 mail.example.org ESMTP\r\n")
endless_100 = repeat_forever(b"", http_response(100))


def fill_mebibyte(unit: bytes, beginning: bytes = b"[", end: bytes = b"0]") -> bytes:
    """Return a mebibyte of the same, between a beginning and an end."""
    room = MEBIBYTE - len(beginning) - len(end)
    return beginning + unit * (room // len(unit)) + end


def expanding_documents(depth: int = 900) -> dict[str, bytes]:
    """Return documents of a mebibyte that unpack into as much as they can."""
    return {
        "objects": fill_mebibyte(b"{},"),
        "objects with a key": fill_mebibyte(b'{"":{}},'),
        "lists in lists": fill_mebibyte(b"[" * depth + b"]" * depth + b","),
        "objects in objects": fill_mebibyte(b'{"":' * depth + b"0" + b"}" * depth + b","),
        "short texts": fill_mebibyte(b'"ab",'),
        "short texts in wide letters": fill_mebibyte(b'"ab",', '["\N{GRINNING FACE}",'.encode()),
        "numbers": fill_mebibyte(b"300,"),
        "one text": b'"' + b"x" * (MEBIBYTE - 2) + b'"',
    }


def largest_documents() -> dict[str, bytes]:
    """Return documents of a mebibyte that unpack into as much as is let through."""
    rest = '"\N{GRINNING FACE}'.encode() + b"x" * (MEBIBYTE // 3) + b'"'
    objects = b'[{"":[{}]},' + b'{"":{}},' * 16_000
    wide = ",".join(f'"\N{GRINNING FACE}{one:05x}":[]' for one in range(24_000)).encode()
    return {
        "an object full of objects": b'{"a":' + objects + b'0],"b":' + rest + b"}",
        "a list full of objects": objects + rest + b"]",
        "a list full of lists in lists": b"[" + (b"[" * 900 + b"]" * 900 + b",") * 54 + rest + b"]",
        "an object full of wide keys": b"{" + wide + b',"b":' + rest + b"}",
    }


def object_with_keys(number: int) -> bytes:
    """Return an object of which every key is another; 100,000 take a mebibyte."""
    return b"{" + b",".join(b'"%05x":0' % one for one in range(number)) + b"}"


def redirect_to_other_name(status: int, path: str = "") -> Responder:
    """Send everybody on to the other name of this computer, at the same port."""

    async def script(request: RawRequest) -> None:
        server = request.server
        is_first = f"127.0.0.1:{server.port}".encode() in request.head
        name = "localhost" if is_first else "127.0.0.1"
        location = f"http://{name}:{server.port}{path or request.path}"
        await request.send(http_response(status, b"", Location=location))

    return script


def captive_portal(visit_to: str = "/hotel") -> Responder:
    """Send everybody on to a page for people at another name, as hotels do."""
    go = redirect_to_other_name(302, visit_to)

    async def script(request: RawRequest) -> None:
        await (HTML_PAGE if request.path == visit_to else go)(request)

    return script


HTML_PAGE = respond(200, b"<!doctype html><title>Log in</title>", Content_Type="text/html")


async def connect_then_close(request: RawRequest) -> None:
    """Be a proxy that lets everybody through, to nobody."""
    await request.send(_LET_THROUGH)
    request.writer.close()
