"""What pages that are mostly read share: the keys that move through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from gts_wizard.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Callable

_SCROLLING: dict[str, Callable[[VerticalScroll], None]] = {
    "up": VerticalScroll.scroll_up,
    "down": VerticalScroll.scroll_down,
    "pageup": VerticalScroll.scroll_page_up,
    "pagedown": VerticalScroll.scroll_page_down,
    "home": VerticalScroll.scroll_home,
    "end": VerticalScroll.scroll_end,
}


class ScrollableScreen(BaseScreen):
    """A page that the arrow keys scroll, whatever has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"scroll_by_key('{key}')", show=False) for key in _SCROLLING
    ]

    def action_scroll_by_key(self, key: str) -> None:
        """Scroll the page, and leave the focus where it is."""
        _SCROLLING[key](self.query_one("#page", VerticalScroll))
