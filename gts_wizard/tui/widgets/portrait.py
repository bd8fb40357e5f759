"""An account's picture, and its initial until there is one."""

from itertools import count
from typing import ClassVar

from textual.color import Color
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from gts_wizard.tui.images import deletion, placeholders, transmission
from gts_wizard.tui.picture import Pixel

_COLUMNS, _ROWS = 12, 6
# One that is taken away must not take its successor along.
_numbers = count(0x675401)


class Avatar(Static):
    """Shows an initial, and in its place the picture once it has come.

    Args:
        name: whose portrait it is.
    """

    PIXELS: ClassVar[tuple[int, int]] = (_COLUMNS, _ROWS * 2)
    """Pixels across and down in half blocks: a character holds one above another."""
    SHARP_PIXELS: ClassVar[tuple[int, int]] = (240, 240)
    """Pixels across and down where the terminal draws real pictures."""

    def __init__(self, name: str) -> None:
        super().__init__(name[:1].upper(), markup=False)
        self._number = 0

    def show(self, picture: list[list[Pixel]]) -> None:
        """Show a picture of as many pixels as `PIXELS` says, in half blocks."""
        lines = zip(picture[::2], picture[1::2], strict=True)
        self.update(Content("\n").join(_line(upper, lower) for upper, lower in lines))

    def show_sharply(self, png: bytes) -> None:
        """Show a picture of our own making as it is, in a terminal that draws pictures."""
        self._number = next(_numbers)
        self._write(transmission(self._number, png, _COLUMNS, _ROWS))
        self.update(placeholders(self._number, _COLUMNS, _ROWS))

    def on_unmount(self) -> None:
        """Have the terminal forget the picture."""
        if self._number:
            self._write(deletion(self._number))

    def _write(self, escape: str) -> None:
        # Textual's own way to the terminal beside the screen; it has none that is public.
        if self.app._driver is not None:
            self.app._driver.write(escape)


def _line(upper: list[Pixel], lower: list[Pixel]) -> Content:
    return Content.assemble(
        *(
            ("▀", Style(foreground=Color(*above), background=Color(*below)))
            for above, below in zip(upper, lower, strict=True)
        )
    )
