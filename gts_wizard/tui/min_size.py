"""An app that asks for room where the window is too small for any page.

The pages below stay as they are, so that nothing is lost once there is room again. The wizard's app
is one of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import App

from gts_wizard.tui.widgets.chrome import HEIGHT, WIDTH, TooSmall

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.screen import Screen

# Leaving is possible in any window.
_QUIT_ACTIONS = frozenset({"ctrl+q", "ctrl+c"})


class MinSizeApp(App[None]):
    """An app whose every screen is covered by `TooSmall` while the window is that."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own type
        (0, "-too-narrow"),
        (WIDTH, "-narrow"),
        (70, "-wide"),
        (100, "-roomy"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-low"),
        (HEIGHT, "-high"),
        (32, "-tall"),
    ]

    _pasted: events.Paste | None = None

    def on_mount(self) -> None:
        """Cover the first screen, and all that will come."""
        self._add_overlay(self.screen)
        self.screen_change_signal.subscribe(self, self._add_overlay, immediate=True)

    async def on_event(self, event: events.Event) -> None:
        """Let no key through to a page that can't be seen, and a paste once it can be."""
        if isinstance(event, events.Paste):
            # Whoever pastes is here: from a menu, it comes before the terminal says that it has the
            # focus again, and then nothing on the page would have it. Textual knows that of keys.
            self.app_focus = True
        is_leaving = isinstance(event, events.Key) and event.key in _QUIT_ACTIONS
        if _is_too_small(self.size) and isinstance(event, events.Paste):
            self._pasted = event
        elif is_leaving or not (_is_too_small(self.size) and isinstance(event, events.Key)):
            await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Hand over what was pasted meanwhile: it may be a code that is shown only once."""
        if self._pasted is not None and not _is_too_small(event.size):
            pasted, self._pasted = self._pasted, None
            self.call_after_refresh(self.post_message, events.Paste(pasted.text))

    def _add_overlay(self, screen: Screen[object]) -> None:
        if not screen.query(TooSmall):
            screen.mount(TooSmall())


def _is_too_small(window: Size) -> bool:
    return window.width < WIDTH or window.height < HEIGHT
