"""Shows that something is being waited for, and how to stop it."""

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Waiting(Static):
    """One line with a turning mark; empty and out of the way while nothing is waited for."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._doing = ""
        self._frame = 0
        self._turning: Timer | None = None

    def on_mount(self) -> None:
        """Start out of the way."""
        self.display = False
        self._turning = self.set_interval(0.1, self._turn, pause=True)

    def start(self, doing: str) -> None:
        """Show what is being done, such as `Looking up example.org`."""
        self._doing = doing
        self.display = True
        self.refresh(layout=True)
        # Somebody who turned animations off sees the mark stand still.
        if self._turning is not None and self.app.animation_level != "none":
            self._turning.resume()

    def stop(self) -> None:
        """Take it away."""
        self.display = False
        if self._turning is not None:
            self._turning.pause()

    def render(self) -> Content:
        """Draw the line."""
        return Content.assemble(
            (_FRAMES[self._frame], "$primary"), f" {self._doing}…  ", ("Esc stops", "dim")
        )

    def _turn(self) -> None:
        self._frame = (self._frame + 1) % len(_FRAMES)
        self.refresh()
