"""An account's picture in half blocks, and its initial until there is one."""

from typing import ClassVar

from textual.color import Color
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from gts_wizard.tui.picture import Pixel


class Portrait(Static):
    """Shows an initial, and in its place the picture once it has come.

    Args:
        name: whose portrait it is.
    """

    PIXELS: ClassVar[tuple[int, int]] = (12, 12)
    """Pixels across and down: a character holds one above another."""

    def __init__(self, name: str) -> None:
        super().__init__(name[:1].upper(), markup=False)

    def show(self, picture: list[list[Pixel]]) -> None:
        """Show a picture of as many pixels as `PIXELS` says."""
        lines = zip(picture[::2], picture[1::2], strict=True)
        self.update(Content("\n").join(_line(upper, lower) for upper, lower in lines))


def _line(upper: list[Pixel], lower: list[Pixel]) -> Content:
    return Content.assemble(
        *(
            ("▀", Style(foreground=Color(*above), background=Color(*below)))
            for above, below in zip(upper, lower, strict=True)
        )
    )
