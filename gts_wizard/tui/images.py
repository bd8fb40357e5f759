"""The account's picture: decoded within limits, as half blocks or whole in kitty and Ghostty.

Whole pictures use kitty's graphics protocol with Unicode placeholders, from kitty 0.28 on:
https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders
"""

from __future__ import annotations

import base64
import io
import sys
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

from textual.color import Color
from textual.content import Content
from textual.style import Style

if TYPE_CHECKING:
    from PIL.Image import Image


# The protocol allows no longer chunks.
_CHUNK_LENGTH = 4096
_PLACEHOLDER = "\U0010eeee"
# The diacritics that number rows and columns, in the order of kitty's rowcolumn-diacritics.txt.
_DIACRITICS = "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c"
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# A picture of 1 MiB can decode to gigabytes; this many pixels take 30 MiB at most, as WebP.
_MAX_PIXELS = 1_100_000
# Each scan of a progressive JPEG decodes the whole picture again, and takes only a few bytes.
_SCAN_MARKER, _MAX_SCANS = b"\xff\xda", 64
# A PNG can hold compressed texts, which Pillow always decompresses.
_MAX_TEXT_BYTES = 1 << 20
Pixel = tuple[int, int, int]


def transmission(number: int, png: bytes, columns: int, rows: int) -> str:
    """Return the escape sequences that send a picture to the terminal.

    The terminal then shows it wherever the `placeholders` with its number are.

    Args:
        number: the id of the picture, from 1 to 16,777,215.
        png: the picture, made by `png_of`.
        columns: its width in characters, at most 12.
        rows: its height in characters, at most 12.
    """
    data = base64.b64encode(png).decode("ascii")
    chunks = [data[start : start + _CHUNK_LENGTH] for start in range(0, len(data), _CHUNK_LENGTH)]
    first = f"a=T,U=1,q=2,f=100,i={number},c={columns},r={rows},"
    return "".join(
        f"\x1b_G{'' if index else first}m={int(index < len(chunks) - 1)};{chunk}\x1b\\"
        for index, chunk in enumerate(chunks)
    )


def placeholders(number: int, columns: int, rows: int) -> Content:
    """Return the characters in whose place the terminal shows a picture.

    Args:
        number: the id of the picture; the foreground colour of the characters encodes it.
        columns: as for `transmission`.
        rows: as for `transmission`.
    """
    red, green_and_blue = divmod(number, 1 << 16)
    style = Style(foreground=Color(red, *divmod(green_and_blue, 1 << 8)), bold=False)
    lines = (
        "".join(_PLACEHOLDER + row + column for column in _DIACRITICS[:columns])
        for row in _DIACRITICS[:rows]
    )
    return Content.styled("\n".join(lines), style)


def deletion(number: int) -> str:
    """Return the escape sequence that makes the terminal delete a picture.

    Args:
        number: the id of the picture.
    """
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


class UnreadablePicture(Exception):
    """The file is not a picture that can be decoded within the limits, or Pillow is missing."""


def how_to_get_pictures() -> str:
    """Return the command that installs Pillow where it is missing; empty where it is installed."""
    return "" if find_spec("PIL") else f"To see it, run: {sys.executable} -m pip install pillow"


def pixels_of(file: bytes, width: int, height: int) -> list[list[Pixel]]:
    """Decode a picture to rows of pixels: red, green and blue from 0 to 255.

    Args:
        file: a PNG, JPEG, WebP or GIF file.
        width: how many pixels wide the result is.
        height: how many pixels high; the picture is scaled, and cropped evenly to this shape.

    Raises:
        UnreadablePicture: it has none of these formats, is damaged, or far too large.
    """
    data = _decode(file, width, height).tobytes()
    return [
        [_pixel(data, (row * width + column) * 3) for column in range(width)]
        for row in range(height)
    ]


def png_of(file: bytes, width: int, height: int) -> bytes:
    """Encode a picture anew as PNG, so that only pixels of the server's file reach the terminal.

    Args:
        file: as for `pixels_of`.
        width: as for `pixels_of`.
        height: as for `pixels_of`.

    Raises:
        UnreadablePicture: as for `pixels_of`.
    """
    output = io.BytesIO()
    _decode(file, width, height).save(output, "PNG")
    return output.getvalue()


def _decode(file: bytes, width: int, height: int) -> Image:
    """Decode a picture, of an animation the first frame; transparent pixels become black."""
    try:
        # Importing Pillow would delay the first screen; the program of one file is without it.
        from PIL import Image, ImageOps, PngImagePlugin  # noqa: PLC0415

        PngImagePlugin.MAX_TEXT_MEMORY = _MAX_TEXT_BYTES
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(file), formats=_FORMATS) as picture:
                _check_size(picture.width * picture.height, file.count(_SCAN_MARKER))
                small = ImageOps.fit(picture.convert("RGBA"), (width, height))
                flat = Image.new("RGBA", small.size, "black")
                flat.alpha_composite(small)
                return flat.convert("RGB")
    except Exception as error:  # noqa: BLE001 - Pillow's decoders raise all kinds of exceptions
        reason = type(error).__name__
    raise UnreadablePicture(reason)


def _check_size(pixels: int, scans: int) -> None:
    if pixels > _MAX_PIXELS or scans > _MAX_SCANS:
        raise UnreadablePicture("far too much work")


def _pixel(data: bytes, offset: int) -> Pixel:
    return data[offset], data[offset + 1], data[offset + 2]
