"""Small pictures for the accounts, drawn when asked for.

The account and instance documents point here. Each picture is a PNG (W3C PNG, colour type 2) made
with zlib and struct; nothing is read from disk. Uses `accounts` for the colours.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache

from gts_wizard.practice.accounts import ACCOUNTS, Account

Colour = tuple[int, int, int]

_SIDE = 96
_INK: Colour = (43, 38, 36)
_HEADER_SIZE = (600, 200)
_INSTANCE_COLOURS: tuple[Colour, Colour] = ((74, 120, 92), (58, 99, 148))


@cache
def picture(name: str) -> bytes | None:
    """Give the PNG of a picture, or None when there is none of that name.

    Args:
        name: `USERNAME.png` for an avatar, `USERNAME-header.png` for a header, `instance.png`.
    """
    if name == "instance.png":
        return _gradient(*_INSTANCE_COLOURS)
    for account in ACCOUNTS.values():
        if name == f"{account.username}.png":
            return _face(account)
        if name == f"{account.username}-header.png":
            return _gradient(account.backdrop, account.skin)
    return None


def _face(account: Account) -> bytes:
    side = range(_SIDE)
    rows = [b"".join(bytes(_face_pixel(account, x, y)) for x in side) for y in side]
    return _png(_SIDE, rows)


def _face_pixel(account: Account, x: int, y: int) -> Colour:
    from_middle = abs(x - _SIDE / 2 + 0.5)
    eye = _within(from_middle - 13, y - 44, 4.5)
    smile = _within(from_middle, y - 54, 17) and not _within(from_middle, y - 50, 17)
    if eye or smile:
        return _INK
    if _within(from_middle, y - 50, 34):
        return account.skin
    return account.backdrop


def _within(x: float, y: float, radius: float) -> bool:
    return x * x + y * y <= radius * radius


def _gradient(top: Colour, bottom: Colour) -> bytes:
    width, height = _HEADER_SIZE
    rows = []
    for y in range(height):
        share = y / (height - 1)
        mixed = (round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        rows.append(bytes(mixed) * width)
    return _png(width, rows)


def _png(width: int, rows: list[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    # Each row of a PNG begins with its filter; 0 is none.
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
