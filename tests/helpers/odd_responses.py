"""Rarer responses of hostile servers, besides those of `tests.helpers.raw_responses`."""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING

from tests.helpers.raw_responses import http_response, json_bytes, respond

if TYPE_CHECKING:
    from tests.helpers.raw_server import RawRequest, Responder

MEBIBYTE = 1024 * 1024
OVERLONG_COOKIE = f"a=b; expires=1-Jan-{'9' * 5000}"
"""A cookie that raises an exception in Python's own parser."""
_TUNNEL_OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_CHUNKED = http_response(200, Transfer_Encoding="chunked")


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * 64 * MEBIBYTE, compresslevel=1)


async def gzip_bomb(request: RawRequest) -> None:
    """Send a body that unpacks from 300 KiB to 64 MiB, although the client accepts no gzip."""
    await request.send(
        http_response(200, _bomb(), Content_Encoding="gzip", Content_Type="application/json")
    )


async def echo_request(request: RawRequest) -> None:
    """Respond with 400 and an error that repeats the request, its secrets first.

    They are sent last, in the body and the last header, and only the beginning of an error is
    shown.
    """
    repeated = b" ".join([request.body, *reversed(request.head.splitlines())]).decode()
    await request.send(
        http_response(400, json_bytes({"error": repeated, "error_description": repeated}))
    )


def repeat_forever(beginning: bytes, unit: bytes) -> Responder:
    """Send a beginning, then the same bytes again and again."""

    async def script(request: RawRequest) -> None:
        await request.send(beginning)
        while True:
            await request.send(unit * 100)

    return script


endless_trailers = repeat_forever(_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: and more\r\n")
endless_header = repeat_forever(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 64)
endless_chunk_size = repeat_forever(_CHUNKED + b"2;", b"x" * 64)
smtp_banner = repeat_forever(_TUNNEL_OPENED, b"220 mail.example.org ESMTP\r\n")
endless_100 = repeat_forever(b"", http_response(100))


def fill_mebibyte(unit: bytes, beginning: bytes = b"[", end: bytes = b"0]") -> bytes:
    """Return a mebibyte: a beginning, the same bytes again and again, and an end."""
    room = MEBIBYTE - len(beginning) - len(end)
    return beginning + unit * (room // len(unit)) + end


def expanding_documents(depth: int = 900) -> dict[str, bytes]:
    """Return JSON documents of a mebibyte whose parsed form would be as large as possible."""
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
    """Return the JSON documents of a mebibyte with the largest parsed form among the accepted."""
    rest = '"\N{GRINNING FACE}'.encode() + b"x" * (MEBIBYTE // 3) + b'"'
    objects = b'[{"":[{}]},' + b'{"":{}},' * 16_000
    wide = ",".join(f'"\N{GRINNING FACE}{number:05x}":[]' for number in range(24_000)).encode()
    return {
        "an object full of objects": b'{"a":' + objects + b'0],"b":' + rest + b"}",
        "a list full of objects": objects + rest + b"]",
        "a list full of lists in lists": b"[" + (b"[" * 900 + b"]" * 900 + b",") * 54 + rest + b"]",
        "an object full of wide keys": b"{" + wide + b',"b":' + rest + b"}",
    }


def object_with_keys(count: int) -> bytes:
    """Return an object with so many different keys; 100,000 take a mebibyte."""
    return b"{" + b",".join(b'"%05x":0' % number for number in range(count)) + b"}"


def redirect_to_other_name(status: int, path: str = "") -> Responder:
    """Redirect from 127.0.0.1 to localhost, or the other way round, at the same port."""

    async def script(request: RawRequest) -> None:
        server = request.server
        is_first = f"127.0.0.1:{server.port}".encode() in request.head
        name = "localhost" if is_first else "127.0.0.1"
        location = f"http://{name}:{server.port}{path or request.path}"
        await request.send(http_response(status, b"", Location=location))

    return script


def captive_portal(login_path: str = "/login") -> Responder:
    """Redirect every request to the log-in page of a network, under another name."""
    redirect = redirect_to_other_name(302, login_path)

    async def script(request: RawRequest) -> None:
        await (HTML_PAGE if request.path == login_path else redirect)(request)

    return script


HTML_PAGE = respond(200, b"<!doctype html><title>Log in</title>", Content_Type="text/html")


async def connect_then_close(request: RawRequest) -> None:
    """Be a proxy that accepts a tunnel, and closes it at once."""
    await request.send(_TUNNEL_OPENED)
    request.writer.close()
