"""What hostile servers do besides what `tests.server.scripts` has."""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING

from tests.server.scripts import http, json_bytes, says

if TYPE_CHECKING:
    from tests.server.hostile import Script, Visit

MEBIBYTE = 1024 * 1024
COOKIE = f"a=b; expires=1-Jan-{'9' * 5000}"
"""What Python's own reader of cookies falls over."""
_LET_THROUGH = b"HTTP/1.1 200 Connection established\r\n\r\n"
_CHUNKED = http(200, Transfer_Encoding="chunked")


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * 64 * MEBIBYTE)


async def sends_a_bomb(visit: Visit) -> None:
    """Send 64 MiB in 64 KiB, compressed though nobody asked for that."""
    await visit.send(http(200, _bomb(), Content_Encoding="gzip", Content_Type="application/json"))


async def echoes(visit: Visit) -> None:
    """Refuse, and repeat everything that was sent; what is secret comes first, for it stands last.

    Only the beginning of what a server says is shown.
    """
    heard = b" ".join([visit.body, *reversed(visit.head.splitlines())]).decode()
    await visit.send(http(400, json_bytes({"error": heard, "error_description": heard})))


def repeats(beginning: bytes, unit: bytes) -> Script:
    """Send a beginning, and then the same for ever."""

    async def script(visit: Visit) -> None:
        await visit.send(beginning)
        while True:
            await visit.send(unit * 100)

    return script


sends_trailers_for_ever = repeats(_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: and more\r\n")
sends_one_header_for_ever = repeats(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 64)
sends_a_size_for_ever = repeats(_CHUNKED + b"2;", b"x" * 64)
speaks_mail = repeats(_LET_THROUGH, b"220 mail.example.org ESMTP\r\n")
continues_for_ever = repeats(b"", http(100))


def filled(unit: bytes, beginning: bytes = b"[", end: bytes = b"0]") -> bytes:
    """Return a mebibyte of the same, between a beginning and an end."""
    room = MEBIBYTE - len(beginning) - len(end)
    return beginning + unit * (room // len(unit)) + end


def packed(depth: int = 900) -> dict[str, bytes]:
    """Return documents of a mebibyte that unpack into as much as they can."""
    return {
        "objects": filled(b"{},"),
        "objects with a key": filled(b'{"":{}},'),
        "lists in lists": filled(b"[" * depth + b"]" * depth + b","),
        "objects in objects": filled(b'{"":' * depth + b"0" + b"}" * depth + b","),
        "short texts": filled(b'"ab",'),
        "short texts in wide letters": filled(b'"ab",', '["\N{GRINNING FACE}",'.encode()),
        "numbers": filled(b"300,"),
        "one text": b'"' + b"x" * (MEBIBYTE - 2) + b'"',
    }


def full() -> dict[str, bytes]:
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


def keys(number: int) -> bytes:
    """Return an object of which every key is another; 100,000 take a mebibyte."""
    return b"{" + b",".join(b'"%05x":0' % one for one in range(number)) + b"}"


def to_another(status: int, path: str = "") -> Script:
    """Send everybody on to the other name of this computer, at the same port."""

    async def script(visit: Visit) -> None:
        server = visit.server
        is_first = f"127.0.0.1:{server.port}".encode() in visit.head
        name = "localhost" if is_first else "127.0.0.1"
        location = f"http://{name}:{server.port}{path or visit.path}"
        await visit.send(http(status, b"", Location=location))

    return script


def shows_a_portal(visit_to: str = "/hotel") -> Script:
    """Send everybody on to a page for people at another name, as hotels do."""
    go = to_another(302, visit_to)

    async def script(visit: Visit) -> None:
        await (PAGE if visit.path == visit_to else go)(visit)

    return script


PAGE = says(200, b"<!doctype html><title>Log in</title>", Content_Type="text/html")


async def lets_through(visit: Visit) -> None:
    """Be a proxy that lets everybody through, to nobody."""
    await visit.send(_LET_THROUGH)
    visit.writer.close()
