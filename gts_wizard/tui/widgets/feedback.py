"""Shows that something is being waited for, and how to stop it."""

from math import ceil
from time import monotonic

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from gts_wizard.errors import RateLimited

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_LONG_SECONDS = 600


class Spinner(Static):
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


class RetryCountdown(Static):
    """Counts down the time that a server asked for; out of the way while there is none."""

    class Over(Message):
        """The time is over, and what the server was asked may be asked again."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self.goes_on = False
        """Whether something happens by itself once the time is over."""
        self._until = 0.0
        self._ticking: Timer | None = None

    def on_mount(self) -> None:
        """Get ready to count."""
        self._ticking = self.set_interval(0.2, self._tick, pause=True)

    @property
    def seconds(self) -> int:
        """How long there is still to wait."""
        return max(0, ceil(self._until - monotonic()))

    def start(self, seconds: int, *, goes_on: bool) -> None:
        """Count from here, whatever was counted before.

        Args:
            seconds: how long the server asks to wait.
            goes_on: whether to send `Over` at the end, until somebody takes it.
        """
        self._until = monotonic() + seconds
        self.goes_on = goes_on
        self.display = True
        self._show()
        # The numbers run with animations turned off, too: they inform.
        if self._ticking is not None:
            self._ticking.resume()

    def stay(self) -> None:
        """Count on, and let nothing happen at the end."""
        self.goes_on = False
        self._show()

    def stop(self) -> None:
        """Take it away."""
        self.display = False
        self.goes_on = False
        if self._ticking is not None:
            self._ticking.pause()

    def _tick(self) -> None:
        self._show()
        if self.goes_on and not self.seconds:
            self.post_message(self.Over())

    def _show(self) -> None:
        words = _in_words(self.seconds, goes_on=self.goes_on)
        if words != self.content:
            self.update(words)


def _in_words(seconds: int, *, goes_on: bool) -> str:
    if not seconds:
        return "Going on now." if goes_on else "You can try again now."
    span = f"{seconds // 60}:{seconds % 60:02}"
    if seconds >= _LONG_SECONDS:
        # A bare 19:42 could be taken for the time of day.
        span = f"{RateLimited(seconds=seconds).retry_after_text} ({span})"
    if goes_on:
        return f"Going on by itself in {span}. Esc stops waiting."
    return f"You can try again in {span}."
