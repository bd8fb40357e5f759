"""Decodes a stranger's picture within limits. Screens come in, in a thread of their own."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# A picture of 1 MiB can unpack into gigabytes; what this allows takes 30 MiB at most, as WebP.
_MAX_PIXELS = 1_100_000
# Each scan of a JPEG can go over the whole picture once more, and a few bytes make one.
_SCAN, _MOST_SCANS = b"\xff\xda", 64
# A PNG can hold compressed texts, which Pillow unpacks whether anybody wants them or not.
_MAX_TEXT = 1 << 20

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
