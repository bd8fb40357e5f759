"""Decodes a stranger's picture within limits. Screens come in, in a thread of their own."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# A picture of 1 MiB can unpack into gigabytes; what this allows takes 16 MiB.
_MOST_PIXELS = 4_000_000

Pixel = tuple[int, int, int]


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
    from PIL import Image, ImageOps  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(file), formats=_FORMATS) as picture:
                _check_size(picture.width * picture.height)
                flat = Image.new("RGBA", picture.size, "black")
                flat.alpha_composite(picture.convert("RGBA"))
                return ImageOps.fit(flat.convert("RGB"), (width, height))
    except Exception as failure:  # noqa: BLE001 - decoders fail in every way there is
        reason = type(failure).__name__
    raise UnreadablePicture(reason)


def _check_size(pixels: int) -> None:
    if pixels > _MOST_PIXELS:
        raise UnreadablePicture("far too large")


def _pixel(data: bytes, at: int) -> Pixel:
    return data[at], data[at + 1], data[at + 2]
