"""Tells a failure on the screen where it happened: cause, next step, and details on request."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from gts_wizard.errors import ToldToWait, WizardError
from gts_wizard.tui.widgets.waiting import Patience


class Problem(Vertical):
    """A failure in words; empty and out of the way while there is none."""

    has_details = False
    """Whether there is a failure with more to tell."""

    def compose(self) -> ComposeResult:
        """Lay out the lines; where a server asks to wait, the next step is a countdown."""
        yield Static(id="cause", markup=False)
        yield Static(id="advice", markup=False)
        yield Patience()
        yield Static(id="details", markup=False)

    def on_mount(self) -> None:
        """Start out of the way."""
        self.clear()

    def tell(self, error: WizardError, *, goes_on: bool = False) -> None:
        """Show a failure in place of an earlier one.

        Args:
            error: the failure.
            goes_on: whether to send `Patience.Over` once a time the server asked for is over.
        """
        self.clear()
        self.query_one("#cause", Static).update(error.what_happened)
        advice = self.query_one("#advice", Static)
        advice.update(error.what_to_do)
        advice.display = not isinstance(error, ToldToWait)
        if isinstance(error, ToldToWait):
            self.query_one(Patience).start(error.seconds, goes_on=goes_on)
        details = self.query_one("#details", Static)
        details.update(f"{type(error).__name__}: {error.details}")
        self.has_details = bool(error.details)
        details.display = False
        self.display = True

    def clear(self) -> None:
        """Take the failure away: what caused it is being mended."""
        self.query_one(Patience).stop()
        self.display = False
        self.has_details = False

    def toggle_details(self) -> None:
        """Show or hide what a technical reader may want."""
        details = self.query_one("#details", Static)
        details.display = not details.display
        self.scroll_visible(animate=False)
