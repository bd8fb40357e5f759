"""How a screen shows its task: spinner, error panel, retry countdown and recovery buttons."""

from datetime import UTC, datetime
from math import ceil
from time import monotonic

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button, Static

from gts_wizard.errors import RateLimited, WizardError
from gts_wizard.services.recovery import Recovery

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
# From here on, the countdown also names the unit.
_LONG_WAIT_SECONDS = 600


class Spinner(Static):
    """One line with an animation; hidden while no task runs."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._label = ""
        self._frame = 0
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Hide, and create the timer of the animation."""
        self.display = False
        self._timer = self.set_interval(0.1, self._show_next_frame, pause=True)

    def start(self, label: str) -> None:
        """Show the spinner.

        Args:
            label: what is being done, such as `Looking up example.org`.
        """
        self._label = label
        self.display = True
        self.refresh(layout=True)
        # With animations turned off in Textual, the spinner stands still.
        if self._timer is not None and self.app.animation_level != "none":
            self._timer.resume()

    def stop(self) -> None:
        """Hide the spinner."""
        self.display = False
        if self._timer is not None:
            self._timer.pause()

    def render(self) -> Content:
        """Render the line."""
        return Content.assemble(
            (_FRAMES[self._frame], "$primary"), f" {self._label}…  ", ("Esc stops", "dim")
        )

    def _show_next_frame(self) -> None:
        self._frame = (self._frame + 1) % len(_FRAMES)
        self.refresh()


class RetryCountdown(Static):
    """Counts down the time that a server asked to wait; hidden while there is none."""

    class Expired(Message):
        """The time is over, and the request may be retried."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self.auto_retry = False
        """Whether `Expired` is sent once the time is over."""
        self._retry_at = 0.0
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Create the timer."""
        self._timer = self.set_interval(0.2, self._tick, pause=not self.display)

    @property
    def seconds(self) -> int:
        """The seconds left, rounded up; 0 once the time is over."""
        return max(0, ceil(self._retry_at - monotonic()))

    def start(self, seconds: int, *, auto_retry: bool) -> None:
        """Start the countdown, or start it anew.

        Args:
            seconds: how long the server asks to wait.
            auto_retry: whether to send `Expired` at the end, repeatedly until `stop` is called.
        """
        self._retry_at = monotonic() + seconds
        self.auto_retry = auto_retry
        self.display = True
        self._show()
        # Also with animations turned off: the numbers are information.
        if self._timer is not None:
            self._timer.resume()

    def cancel_auto_retry(self) -> None:
        """Continue to count, but don't send `Expired` at the end."""
        self.auto_retry = False
        self._show()

    def stop(self) -> None:
        """Hide the countdown, and stop it."""
        self.display = False
        self.auto_retry = False
        if self._timer is not None:
            self._timer.pause()

    def _tick(self) -> None:
        self._show()
        if self.auto_retry and not self.seconds:
            self.post_message(self.Expired())

    def _show(self) -> None:
        text = _countdown_text(self.seconds, auto_retry=self.auto_retry)
        if text != self.content:
            self.update(text)


def _countdown_text(seconds: int, *, auto_retry: bool) -> str:
    if not seconds:
        return "Trying again now." if auto_retry else "You can try again now."
    span = f"{seconds // 60}:{seconds % 60:02}"
    if seconds >= _LONG_WAIT_SECONDS:
        # "19:42" alone could be read as a time of day.
        span = f"{RateLimited(seconds=seconds).retry_after_text} ({span})"
    if auto_retry:
        return f"Trying again in {span}. Esc stops waiting."
    return f"You can try again in {span}."


class ErrorPanel(Vertical):
    """An error with its hint and details; hidden, and empty, until there is one.

    Attributes:
        countdown: replaces the hint after a rate limit.
        has_details: whether the shown error has details.
    """

    class Resized(Message):
        """The lines of the panel were laid out, and may have moved what is below."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self.countdown = RetryCountdown()
        self.has_details = False

    def show_error(
        self, error: WizardError, *, auto_retry: bool = False, is_repeated: bool = False
    ) -> None:
        """Show an error in place of an earlier one.

        Args:
            error: the error.
            auto_retry: whether to send `RetryCountdown.Expired` once a rate limit is over.
            is_repeated: whether the same was shown before; then the time tells them apart.
        """
        self.clear()
        if not self.children:
            self.mount(
                Static(id="error-message", markup=False),
                Static(id="error-hint", markup=False),
                self.countdown,
                Static(id="details", markup=False),
            )
        self.query_one("#error-message", Static).update(error.message)
        hint = self.query_one("#error-hint", Static)
        now = datetime.now(UTC).astimezone()
        hint.update(f"{error.hint}\nTried again at {now:%X}." if is_repeated else error.hint)
        hint.display = not isinstance(error, RateLimited)
        if isinstance(error, RateLimited):
            self.countdown.start(error.seconds, auto_retry=auto_retry)
        details = self.query_one("#details", Static)
        details.update(f"{error.details} ({type(error).__name__})")
        self.has_details = bool(error.details)
        details.display = False
        self.display = True

    def on_resize(self) -> None:
        """Tell the screen."""
        self.post_message(self.Resized())

    def clear(self) -> None:
        """Hide the error, and stop the countdown."""
        self.countdown.stop()
        self.display = False
        self.has_details = False

    def toggle_details(self) -> None:
        """Show or hide the details."""
        details = self.query_one("#details", Static)
        details.display = not details.display
        # The panel may be higher than the page.
        (details if details.display else self).scroll_visible(animate=False)


class RecoveryButtons(Horizontal):
    """Buttons to retry, or to save elsewhere; hidden, and none, until one can help."""

    def __init__(self) -> None:
        super().__init__(classes="buttons -many")
        self.display = False

    def offer(
        self, options: frozenset[Recovery], *, retry: bool, save_elsewhere: bool, label: str
    ) -> bool:
        """Show the buttons that can help against an error; returns whether there are any.

        Args:
            options: what can help.
            retry: whether to offer to retry; not if the screen has a button of its own for it.
            save_elsewhere: whether to offer other places; only if something was to be saved.
            label: the label of the retry button.
        """
        if not self.children:
            self.mount(
                Button("Try again", variant="primary", id="retry"),
                Button("Save elsewhere", id="save-elsewhere"),
                Button("Keep it in the file", id="use-file"),
            )
        retry_button = self.query_one("#retry", Button)
        retry_button.label = label
        retry_button.display = retry and Recovery.RETRY in options
        can_change_file = save_elsewhere and Recovery.SAVE_ELSEWHERE in options
        self.query_one("#save-elsewhere").display = can_change_file
        can_use_file = save_elsewhere and Recovery.USE_FILE in options
        self.query_one("#use-file").display = can_use_file
        self.display = any(button.display for button in self.query(Button))
        return self.display

    def focus_first(self) -> None:
        """Focus the first button that is shown."""
        next(button for button in self.query(Button) if button.display).focus()
