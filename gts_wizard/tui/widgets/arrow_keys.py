"""The base of every screen and dialog: the arrow keys move the focus, and styles are set once."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.screen import Screen, ScreenResultType

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.widget import Widget


class ArrowKeysScreen(Screen[ScreenResultType]):
    """A screen on which Up and Down lead to another row of buttons, Left and Right along a row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "focus_row(1)", show=False),
        Binding("up", "focus_row(-1)", show=False),
        Binding("right", "focus_in_row(1)", show=False),
        Binding("left", "focus_in_row(-1)", show=False),
    ]

    @on(events.ScreenResume)
    def _keep_styles(self, event: events.ScreenResume) -> None:
        """Leave out that Textual styles all of a page again, which it has just styled."""
        event.refresh_styles = False

    def action_focus_row(self, step: int) -> None:
        """Focus the row below or above; see `focus_row`."""
        focus_row(self, step)

    def action_focus_in_row(self, step: int) -> None:
        """Focus the next button of the row, or the one before it; none after the last.

        Args:
            step: 1 for the next one, -1 for the one before.
        """
        for row in _rows(self):
            if self.focused in row:
                place = row.index(self.focused) + step
                self.set_focus(row[max(0, min(place, len(row) - 1))])


def focus_row(screen: Screen[ScreenResultType], step: int) -> Widget | None:
    """Focus what is nearest in the row below or above; after the last row comes the first.

    Args:
        screen: the screen.
        step: 1 for the row below, -1 for the one above.

    Returns:
        What has the focus then.
    """
    rows, focused = _rows(screen), screen.focused
    current = next((number for number, row in enumerate(rows) if focused in row), None)
    if focused is None or current is None:
        return screen.focus_next()
    row = rows[(current + step) % len(rows)]
    screen.set_focus(min(row, key=lambda widget: abs(widget.region.x - focused.region.x)))
    return screen.focused


def _rows(screen: Screen[ScreenResultType]) -> list[list[Widget]]:
    """Return what can have the focus, row by row."""
    return [list(row) for _, row in groupby(screen.focus_chain, key=_place)]


def _place(widget: Widget) -> tuple[DOMNode | None, int]:
    return widget.parent, widget.region.y
