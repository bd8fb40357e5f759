"""A QR code in half blocks, which every font has, dark on light in every theme."""

from itertools import zip_longest
from pathlib import Path

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

# The capacity of the largest QR code, version 40 with error correction L (ISO/IEC 18004, table 7).
_MAX_BYTES = 2953
# The width of the empty border in modules: 4 by ISO/IEC 18004, but phones read it with 2.
_QUIET_ZONES = (4, 3, 2)
# By whether the upper and the lower module of a character are dark.
_HALF_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_PIXELS_PER_MODULE = 8


def fits_in_code(text: str) -> bool:
    """Return whether a text fits in a QR code."""
    return len(text.encode()) <= _MAX_BYTES


class QrCode(Static):
    """A text as a QR code.

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
        lines = self._lines(_QUIET_ZONES[-1])
        return Size(len(lines[0]), len(lines))

    def fit(self, space: Size) -> bool:
        """Draw the code with as much border as possible; return False where it does not fit.

        Args:
            space: the available size, in characters.
        """
        for quiet_zone in _QUIET_ZONES:
            lines = self._lines(quiet_zone)
            if len(lines) <= space.height and len(lines[0]) <= space.width:
                self.update(Content.styled("\n".join(lines), "black on white"))
                return True
        self.update("")
        return False

    def save_picture(self, folder: Path) -> Path:
        """Save the code as a picture that only this user can read, and return its path.

        Args:
            folder: an empty folder.

        Raises:
            OSError: it can't be written.
        """
        picture = folder / "qr-code.png"
        picture.touch(mode=0o600)
        with picture.open("wb") as file:
            self._code.save(file, kind="png", scale=_PIXELS_PER_MODULE)
        return picture

    def _lines(self, quiet_zone: int) -> list[str]:
        rows = [list(row) for row in self._code.matrix_iter(1, quiet_zone)]
        light_row = [0] * len(rows[0])
        return [
            "".join(_HALF_BLOCKS[modules] for modules in zip(upper, lower, strict=True))
            for upper, lower in zip_longest(rows[::2], rows[1::2], fillvalue=light_row)
        ]
