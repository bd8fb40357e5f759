"""The part of every screen that scrolls where there is little room."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll


class PageScroll(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Leaves the arrow keys to the screen, which goes from button to button with them.

    Textual's own would scroll instead as soon as there is anything to scroll.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="page")
