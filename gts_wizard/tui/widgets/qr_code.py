"""A QR code in block characters, dark on light in every theme."""

from enum import Enum, auto

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

# The capacity of the largest QR code, version 40 with error correction L (ISO/IEC 18004, table 7).
_MAX_BYTES = 2953
# The width of the empty border in modules: 4 by ISO/IEC 18004, but phones read it with 2.
_QUIET_ZONES = (4, 3, 2)
# How many modules one character holds, across and down. In `_HALVES`, the index of a character is
# the sum of the bits of its dark modules, numbered left to right and top to bottom.
_HALF_BLOCKS, _SEXTANTS = (1, 2), (2, 3)
_HALVES = " ▀▄█"
_SEXTANT_LEFT, _SEXTANT_RIGHT, _SEXTANT_FULL = 0b010101, 0b101010, 0b111111


class QrStyle(Enum):
    """The characters that a code is drawn with."""

    HALF_BLOCKS = auto()
    """Half blocks, which every font has."""
    SEXTANTS = auto()
    """Sextants of Unicode 13, which are smaller but missing in some fonts."""
    NONE = auto()
    """Not drawn: there is not enough space."""


def fits_in_code(text: str) -> bool:
    """Return whether a text fits in a QR code."""
    return len(text.encode()) <= _MAX_BYTES


class QrCode(Static):
    """A text as a QR code: in half blocks if there is enough space, otherwise in sextants.

    Args:
        text: the text, which must fit (`fits_in_code`).
    """

    def __init__(self, text: str) -> None:
        super().__init__(markup=False)
        # Only those who show a QR code wait for this import.
        import segno  # noqa: PLC0415

        self._code = segno.make(text, error="l", micro=False)

    @property
    def min_size(self) -> Size:
        """The smallest size that the code can be drawn in, in characters."""
        lines = self._lines(_QUIET_ZONES[-1], *_SEXTANTS)
        return Size(len(lines[0]), len(lines))

    def fit(self, space: Size) -> QrStyle:
        """Draw the code as large as possible, and return in which style.

        Args:
            space: the available size, in characters.
        """
        for cell, style in ((_HALF_BLOCKS, QrStyle.HALF_BLOCKS), (_SEXTANTS, QrStyle.SEXTANTS)):
            for quiet_zone in _QUIET_ZONES:
                lines = self._lines(quiet_zone, *cell)
                if len(lines) <= space.height and len(lines[0]) <= space.width:
                    self.update(Content.styled("\n".join(lines), "black on white"))
                    return style
        self.update("")
        return QrStyle.NONE

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
    bits = sum(1 << position for position, dark in enumerate(modules) if dark)
    return _HALVES[bits] if len(modules) == len(_HALVES) // 2 else _sextant(bits)


def _sextant(bits: int) -> str:
    """Return a sextant of Unicode 13: from U+1FB00, without the four that existed before."""
    if bits in {0, _SEXTANT_FULL, _SEXTANT_LEFT, _SEXTANT_RIGHT}:
        return {0: " ", _SEXTANT_FULL: "█", _SEXTANT_LEFT: "▌", _SEXTANT_RIGHT: "▐"}[bits]
    existing = 1 + (bits > _SEXTANT_LEFT) + (bits > _SEXTANT_RIGHT)
    return chr(0x1FB00 + bits - existing)
