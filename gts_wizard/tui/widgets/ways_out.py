"""The buttons that lead out of trouble, below the words about it."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from gts_wizard.errors import FileError, KeyringEntryMissing, KeyringError, RateLimited, WizardError


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

    def offer(self, error: WizardError, *, retry: bool, elsewhere: bool) -> bool:
        """Show what helps against a failure, and tell whether anything does.

        Args:
            error: what went wrong.
            retry: whether the page has no button of its own for trying again.
            elsewhere: whether something was to be kept, and may be kept elsewhere.
        """
        is_of_file = isinstance(error, FileError)
        is_of_keyring = isinstance(error, KeyringError) and not isinstance(
            error, KeyringEntryMissing
        )
        is_of_time = isinstance(error, RateLimited)
        again = self.query_one("#retry", Button)
        again.label = "Try now" if is_of_time else "Try again"
        again.display = retry and (is_of_file or is_of_keyring or is_of_time)
        self.query_one("#save-elsewhere").display = elsewhere and is_of_file
        self.query_one("#without-keyring").display = elsewhere and is_of_keyring
        self.display = any(button.display for button in self.query(Button))
        return self.display

    def focus_first(self) -> None:
        """Put the focus on the first way that is shown."""
        next(button for button in self.query(Button) if button.display).focus()
