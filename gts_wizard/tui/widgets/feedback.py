"""What a step says of itself: spinner, retry countdown, error panel, recovery buttons."""

from math import ceil
from time import monotonic

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button, Static

from gts_wizard.errors import RateLimited, WizardError
from gts_wizard.services.recovery import Recovery

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


class ErrorPanel(Vertical):
    """A failure in words; empty and out of the way while there is none."""

    has_details = False
    """Whether there is a failure with more to tell."""

    def compose(self) -> ComposeResult:
        """Lay out the lines; where a server asks to wait, the next step is a countdown."""
        yield Static(id="cause", markup=False)
        yield Static(id="advice", markup=False)
        yield RetryCountdown()
        yield Static(id="details", markup=False)

    def on_mount(self) -> None:
        """Start out of the way."""
        self.clear()

    def show_error(self, error: WizardError, *, goes_on: bool = False) -> None:
        """Show a failure in place of an earlier one.

        Args:
            error: the failure.
            goes_on: whether to send `RetryCountdown.Over` once a time the server asked for is over.
        """
        self.clear()
        self.query_one("#cause", Static).update(error.message)
        advice = self.query_one("#advice", Static)
        advice.update(error.hint)
        advice.display = not isinstance(error, RateLimited)
        if isinstance(error, RateLimited):
            self.query_one(RetryCountdown).start(error.seconds, goes_on=goes_on)
        details = self.query_one("#details", Static)
        details.update(f"{type(error).__name__}: {error.details}")
        self.has_details = bool(error.details)
        details.display = False
        self.display = True

    def clear(self) -> None:
        """Take the failure away: what caused it is being mended."""
        self.query_one(RetryCountdown).stop()
        self.display = False
        self.has_details = False

    def toggle_details(self) -> None:
        """Show or hide what a technical reader may want."""
        details = self.query_one("#details", Static)
        details.display = not details.display
        self.scroll_visible(animate=False)


class RecoveryButtons(Horizontal):
    """Try again, or keep it somewhere else; out of the way while there is no such trouble."""

    def __init__(self) -> None:
        super().__init__(classes="buttons -many")
        self.display = False

    def compose(self) -> ComposeResult:
        """Lay out the three ways, of which those that help are shown."""
        yield Button("Try again", variant="primary", id="retry")
        yield Button("Save elsewhere", id="save-elsewhere")
        yield Button("Keep it in the file", id="without-keyring")

    def offer(
        self, options: frozenset[Recovery], *, retry: bool, elsewhere: bool, label: str
    ) -> bool:
        """Show what helps against a failure, and tell whether anything does.

        Args:
            options: what helps.
            retry: whether the page has no button of its own for trying again.
            elsewhere: whether something was to be kept, and may be kept elsewhere.
            label: what the button for trying again says.
        """
        again = self.query_one("#retry", Button)
        again.label = label
        again.display = retry and Recovery.RETRY in options
        self.query_one("#save-elsewhere").display = elsewhere and Recovery.SAVE_ELSEWHERE in options
        self.query_one("#without-keyring").display = elsewhere and Recovery.USE_FILE in options
        self.display = any(button.display for button in self.query(Button))
        return self.display

    def focus_first(self) -> None:
        """Put the focus on the first way that is shown."""
        next(button for button in self.query(Button) if button.display).focus()
