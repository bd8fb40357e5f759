"""Asks for room where the window is too small for any page, and keeps the keys from what is hidden.

The pages below stay as they are, so that nothing is lost once there is room again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.widgets import Static

if TYPE_CHECKING:
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

    def on_mount(self) -> None:
        """Cover the first screen, and all that will come."""
        self._cover(self.screen)
        self.screen_change_signal.subscribe(self, self._cover, immediate=True)

    async def on_event(self, event: events.Event) -> None:
        """Let no key or paste through to a page that can't be seen."""
        is_leaving = isinstance(event, events.Key) and event.key in _LEAVING
        if self._is_too_small and not is_leaving and isinstance(event, events.Key | events.Paste):
            return
        await super().on_event(event)

    @property
    def _is_too_small(self) -> bool:
        return self.size.width < _WIDTH or self.size.height < _HEIGHT

    def _cover(self, screen: Screen[object]) -> None:
        if not screen.query(TooSmall):
            screen.mount(TooSmall())
