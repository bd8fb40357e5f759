"""Asks for room where the window is too small for any page, and keeps the keys from what is hidden.

The pages below stay as they are, so that nothing is lost once there is room again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.screen import Screen

_WIDTH, _HEIGHT = 60, 20
# Leaving is possible in any window.
_LEAVING = frozenset({"ctrl+q", "ctrl+c"})


class TooSmall(Static):
    """One sentence over everything; out of the way in a window that is large enough."""

    def __init__(self) -> None:
        super().__init__(
            f"This window is too small. Make it at least {_WIDTH} columns wide and {_HEIGHT} lines "
            "high.",
            markup=False,
        )


class RoomyApp(App[None]):
    """An app whose every screen is covered by `TooSmall` while the window is that."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own type
        (0, "-too-narrow"),
        (_WIDTH, "-narrow"),
        (70, "-wide"),
        (100, "-roomy"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-low"),
        (_HEIGHT, "-high"),
        (32, "-tall"),
    ]

    _pasted: events.Paste | None = None

    def on_mount(self) -> None:
        """Cover the first screen, and all that will come."""
        self._cover(self.screen)
        self.screen_change_signal.subscribe(self, self._cover, immediate=True)

    async def on_event(self, event: events.Event) -> None:
        """Let no key through to a page that can't be seen, and a paste once it can be."""
        is_leaving = isinstance(event, events.Key) and event.key in _LEAVING
        if _is_too_small(self.size) and isinstance(event, events.Paste):
            self._pasted = event
        elif is_leaving or not (_is_too_small(self.size) and isinstance(event, events.Key)):
            await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Hand over what was pasted meanwhile: it may be a code that is shown only once."""
        if self._pasted is not None and not _is_too_small(event.size):
            pasted, self._pasted = self._pasted, None
            self.call_after_refresh(self.post_message, events.Paste(pasted.text))

    def _cover(self, screen: Screen[object]) -> None:
        if not screen.query(TooSmall):
            screen.mount(TooSmall())


def _is_too_small(window: Size) -> bool:
    return window.width < _WIDTH or window.height < _HEIGHT
