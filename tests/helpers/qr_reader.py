"""A phone's camera: the screen's cells as pixels, and what a scanner reads in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import zxingcpp
from PIL import Image, ImageDraw, ImageOps
from textual.color import Color

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.screen import Screen

    Box = tuple[int, int, int, int]

# A cell is twice as high as wide, and can be halved.
_WIDTH, _HEIGHT = 12, 24
_DARK, _LIGHT = 40, 215
_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_BLOCKS: dict[str, Box] = {
    "█": (0, 0, _WIDTH, _HEIGHT),
    "▀": (0, 0, _WIDTH, _HEIGHT // 2),
    "▄": (0, _HEIGHT // 2, _WIDTH, _HEIGHT),
}
# What a letter looks like from afar.
_LETTER_BOX = (2, 6, _WIDTH - 2, _HEIGHT - 6)


def render_image(screen: Screen[object]) -> Image.Image:
    """Return the whole screen in the colours it is really drawn in; letters become boxes."""
    columns, rows = screen.size
    picture = Image.new("RGB", (columns * _WIDTH, rows * _HEIGHT))
    draw = ImageDraw.Draw(picture)
    for y, strip in enumerate(screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            style = segment.style
            assert style is not None
            assert style.bgcolor is not None
            ground = Color.from_rich_color(style.bgcolor)
            # What is empty may have no ink.
            ink = Color.from_rich_color(style.color) if style.color else ground
            for character in segment.text:
                left, top = x * _WIDTH, y * _HEIGHT
                _fill(draw, (left, top, left + _WIDTH, top + _HEIGHT), ground)
                if not character.isspace():
                    x0, y0, x1, y1 = _BLOCKS.get(character, _LETTER_BOX)
                    _fill(draw, (left + x0, top + y0, left + x1, top + y1), ink)
                x += 1
    return picture


def crop_cells(picture: Image.Image, region: Region) -> Image.Image:
    """Return a part of a photograph.

    Args:
        picture: the photograph.
        region: which cells.
    """
    box = region.x * _WIDTH, region.y * _HEIGHT, region.right * _WIDTH, region.bottom * _HEIGHT
    return picture.crop(box)


def read_qr_code(picture: Image.Image) -> str:
    """Return what the QR code in a picture says, if it is dark on light; empty where none is."""
    found = zxingcpp.read_barcode(picture, _QR_CODES, try_invert=False)
    return found.text if found else ""


def is_dark_on_light(picture: Image.Image) -> bool:
    """Tell whether a picture has nothing but very dark and very light pixels, and both of them."""
    shades = set(picture.convert("L").tobytes())
    return min(shades) < _DARK and max(shades) > _LIGHT and len(shades) == 2


def quiet_zone(picture: Image.Image, modules: int) -> float:
    """Return how many modules are light, at least, between the edges of a picture and its code.

    Args:
        picture: a photograph of the code alone, dark on light.
        modules: how many the code has across, the quiet zone left out.
    """
    box = ImageOps.invert(picture.convert("L")).point(lambda shade: shade > 255 - _DARK).getbbox()
    assert box is not None
    left, top, right, bottom = box
    across, down = (right - left) / modules, (bottom - top) / modules
    sides = left / across, (picture.width - right) / across
    return min(*sides, top / down, (picture.height - bottom) / down)


def _fill(draw: ImageDraw.ImageDraw, box: Box, color: Color) -> None:
    left, top, right, bottom = box
    draw.rectangle((left, top, right - 1, bottom - 1), fill=color.rgb)
