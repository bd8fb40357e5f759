"""The base class of the app: tells every screen its size, and covers it while it is too small.

The screens below keep their state, so that nothing is lost once the window is large enough again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import App

from gts_wizard.tui.widgets.chrome import MIN_HEIGHT, MIN_WIDTH, TooSmallOverlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.geometry import Size
    from textual.screen import Screen

# Quitting is possible in any window.
_QUIT_KEYS = frozenset({"ctrl+q", "ctrl+c"})


class MinSizeApp(App[None]):
    """An app that shows `TooSmallOverlay` over every screen while the window is too small."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own type
        (0, "-too-narrow"),
        (MIN_WIDTH, "-narrow"),
        (70, "-wide"),
        (100, "-roomy"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-low"),
        (MIN_HEIGHT, "-high"),
        (32, "-tall"),
    ]

    _held_paste: events.Paste | None = None

    def on_mount(self) -> None:
        """Prepare the first screen, and each later one before its widgets are made."""
        self._prepare(self.screen)
        self.screen_change_signal.subscribe(self, self._prepare, immediate=True)

    async def on_event(self, event: events.Event) -> None:
        """Drop keys while the screen is covered, and hold a paste back until it no longer is."""
        if isinstance(event, events.Paste):
            # From the terminal's menu, a paste comes before the report that the terminal has the
            # focus again, and would reach no widget. Textual does the same for keys.
            self.app_focus = True
        is_quitting = isinstance(event, events.Key) and event.key in _QUIT_KEYS
        if _is_too_small(self.size) and isinstance(event, events.Paste):
            self._held_paste = event
        elif is_quitting or not (_is_too_small(self.size) and isinstance(event, events.Key)):
            await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Deliver the paste that was held back: it may be a code, which servers show only once."""
        if self._held_paste is not None and not _is_too_small(event.size):
            paste, self._held_paste = self._held_paste, None
            self.call_after_refresh(self.post_message, events.Paste(paste.text))

    def _prepare(self, screen: Screen[object]) -> None:
        if not screen.query(TooSmallOverlay):
            # Textual sets the classes once the page is laid out, and would style all of it again.
            screen.add_class(*self._size_classes())
            screen.mount(TooSmallOverlay())

    def _size_classes(self) -> Iterator[str]:
        for length, breakpoints in (
            (self.size.width, self.HORIZONTAL_BREAKPOINTS),
            (self.size.height, self.VERTICAL_BREAKPOINTS),
        ):
            yield max((least, name) for least, name in breakpoints if least <= length)[1]


def _is_too_small(window: Size) -> bool:
    return window.width < MIN_WIDTH or window.height < MIN_HEIGHT
