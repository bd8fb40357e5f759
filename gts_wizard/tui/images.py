"""The account's picture: decoded within limits, as half blocks or by kitty's graphics protocol."""

from __future__ import annotations

import base64
import io
import warnings
from typing import TYPE_CHECKING

from textual.color import Color
from textual.content import Content
from textual.style import Style

if TYPE_CHECKING:
    from PIL.Image import Image


_CHUNK_LENGTH = 4096
_PLACEHOLDER = "\U0010eeee"
# The marks that number rows and columns, in the order of kitty's own list.
_NUMBERS = "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c"
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# A picture of 1 MiB can unpack into gigabytes; what this allows takes 30 MiB at most, as WebP.
_MAX_PIXELS = 1_100_000
# Each scan of a JPEG can go over the whole picture once more, and a few bytes make one.
_SCAN, _MOST_SCANS = b"\xff\xda", 64
# A PNG can hold compressed texts, which Pillow unpacks whether anybody wants them or not.
_MAX_TEXT = 1 << 20
Pixel = tuple[int, int, int]


def transmission(number: int, png: bytes, columns: int, rows: int) -> str:
    """Return what hands a picture to the terminal, to be shown wherever its placeholders stand.

    Args:
        number: what the picture is called, from 1 to 16,777,215.
        png: the picture, of our own making.
        columns: how wide it is shown, in characters.
        rows: how high, at most 12, as the width.
    """
    data = base64.b64encode(png).decode("ascii")
    chunks = [data[start : start + _CHUNK_LENGTH] for start in range(0, len(data), _CHUNK_LENGTH)]
    first = f"a=T,U=1,q=2,f=100,i={number},c={columns},r={rows},"
    return "".join(
        f"\x1b_G{'' if at else first}m={int(at < len(chunks) - 1)};{chunk}\x1b\\"
        for at, chunk in enumerate(chunks)
    )


def placeholders(number: int, columns: int, rows: int) -> Content:
    """Return the characters in whose place the terminal shows a picture.

    Args:
        number: what the picture is called; the colour of the characters tells it.
        columns: as for `transmission`.
        rows: as for `transmission`.
    """
    red, green_and_blue = divmod(number, 1 << 16)
    style = Style(foreground=Color(red, *divmod(green_and_blue, 1 << 8)), bold=False)
    lines = (
        "".join(_PLACEHOLDER + row + column for column in _NUMBERS[:columns])
        for row in _NUMBERS[:rows]
    )
    return Content.styled("\n".join(lines), style)


def deletion(number: int) -> str:
    """Return what has the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


class UnreadablePicture(Exception):
    """It is not a picture that can be shown."""


def pixels_of(file: bytes, width: int, height: int) -> list[list[Pixel]]:
    """Return the picture in rows of red, green and blue from 0 to 255.

    Args:
        file: a PNG, JPEG, WebP or GIF file.
        width: how many pixels across are wanted.
        height: how many pixels down; what does not fit the shape is cut off evenly.

    Raises:
        UnreadablePicture: it is none of these, damaged, or far too large.
    """
    data = _decoded(file, width, height).tobytes()
    return [
        [_pixel(data, (row * width + column) * 3) for column in range(width)]
        for row in range(height)
    ]


def png_of(file: bytes, width: int, height: int) -> bytes:
    """Return the picture as a PNG file of our own, with nothing of the stranger's but its pixels.

    Args:
        file: as for `pixels_of`.
        width: as for `pixels_of`.
        height: as for `pixels_of`.

    Raises:
        UnreadablePicture: as for `pixels_of`.
    """
    drawn = io.BytesIO()
    _decoded(file, width, height).save(drawn, "PNG")
    return drawn.getvalue()


def _decoded(file: bytes, width: int, height: int) -> Image:
    """Decode a picture, the first of a moving one; what it leaves transparent is black."""
    # Loading the decoders takes longer than a first screen should.
    from PIL import Image, ImageOps, PngImagePlugin  # noqa: PLC0415

    PngImagePlugin.MAX_TEXT_MEMORY = _MAX_TEXT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(file), formats=_FORMATS) as picture:
                _check(picture.width * picture.height, file.count(_SCAN))
                small = ImageOps.fit(picture.convert("RGBA"), (width, height))
                flat = Image.new("RGBA", small.size, "black")
                flat.alpha_composite(small)
                return flat.convert("RGB")
    except Exception as failure:  # noqa: BLE001 - decoders fail in every way there is
        reason = type(failure).__name__
    raise UnreadablePicture(reason)


def _check(pixels: int, scans: int) -> None:
    if pixels > _MAX_PIXELS or scans > _MOST_SCANS:
        raise UnreadablePicture("far too much work")


def _pixel(data: bytes, at: int) -> Pixel:
    return data[at], data[at + 1], data[at + 2]
