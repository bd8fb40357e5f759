"""Tells a failure on the screen where it happened: cause, next step, and details on request."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from gts_wizard.errors import RateLimited, WizardError
from gts_wizard.tui.widgets.feedback import RetryCountdown


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
