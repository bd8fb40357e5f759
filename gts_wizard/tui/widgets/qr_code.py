"""A QR code in block characters, dark on light whatever the theme."""

from enum import Enum, auto

import segno
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

# What the largest holds, version 40 with error correction L (ISO/IEC 18004, table 7).
_MAX_BYTES = 2953
# The empty modules around it: what ISO/IEC 18004 asks for, down to what phones put up with.
_QUIET_ZONES = (4, 3, 2)
# How many modules one character holds, across and down, with the characters for it: the index is
# the sum of the bits of the dark modules, left to right and top to bottom.
_HALF_BLOCKS, _SEXTANTS = (1, 2), (2, 3)
_HALVES = " ▀▄█"
_SEXTANT_LEFT, _SEXTANT_RIGHT, _SEXTANT_FULL = 0b010101, 0b101010, 0b111111


class QrStyle(Enum):
    """How a code is drawn."""

    HALF_BLOCKS = auto()
    """In characters that every font has."""
    SEXTANTS = auto()
    """In smaller ones, of Unicode 13."""
    NOT_AT_ALL = auto()
    """There is no room even for these."""


def fits_in_code(text: str) -> bool:
    """Tell whether a text fits in a QR code at all."""
    return len(text.encode()) <= _MAX_BYTES


class QrCode(Static):
    """Shows a text as a QR code: in half blocks where there is room, else in sextants.

    Args:
        text: what it says, which `fits_in_code`.
    """

    def __init__(self, text: str) -> None:
        super().__init__(markup=False)
        self._code = segno.make(text, error="l", micro=False)

    @property
    def least_room(self) -> Size:
        """The smallest space that it can be drawn in, in characters."""
        lines = self._lines(_QUIET_ZONES[-1], *_SEXTANTS)
        return Size(len(lines[0]), len(lines))

    def fit(self, room: Size) -> QrStyle:
        """Draw the code as large as it fits.

        Args:
            room: the space there is, in characters.
        """
        for cells, drawn in ((_HALF_BLOCKS, QrStyle.HALF_BLOCKS), (_SEXTANTS, QrStyle.SEXTANTS)):
            for quiet_zone in _QUIET_ZONES:
                lines = self._lines(quiet_zone, *cells)
                if len(lines) <= room.height and len(lines[0]) <= room.width:
                    self.update(Content.styled("\n".join(lines), "black on white"))
                    return drawn
        self.update("")
        return QrStyle.NOT_AT_ALL

    def _lines(self, quiet_zone: int, across: int, down: int) -> list[str]:
        rows = [[bool(module) for module in row] for row in self._code.matrix_iter(1, quiet_zone)]
        return _draw(rows, across, down)


def _draw(rows: list[list[bool]], across: int, down: int) -> list[str]:
    """Return the modules as lines of characters that hold `across` by `down` of them each."""
    return [
        "".join(
            _character(
                [_module(rows, top + dy, left + dx) for dy in range(down) for dx in range(across)]
            )
            for left in range(0, len(rows[0]), across)
        )
        for top in range(0, len(rows), down)
    ]


def _module(rows: list[list[bool]], y: int, x: int) -> bool:
    return y < len(rows) and x < len(rows[y]) and rows[y][x]


def _character(modules: list[bool]) -> str:
    bits = sum(1 << place for place, dark in enumerate(modules) if dark)
    return _HALVES[bits] if len(modules) == len(_HALVES) // 2 else _sextant(bits)


def _sextant(bits: int) -> str:
    """Return the sextant of Unicode 13 (U+1FB00 on), which leaves out those that exist already."""
    if bits in {0, _SEXTANT_FULL, _SEXTANT_LEFT, _SEXTANT_RIGHT}:
        return {0: " ", _SEXTANT_FULL: "█", _SEXTANT_LEFT: "▌", _SEXTANT_RIGHT: "▐"}[bits]
    skipped = 1 + (bits > _SEXTANT_LEFT) + (bits > _SEXTANT_RIGHT)
    return chr(0x1FB00 + bits - skipped)
