"""The dialogs: confirmation, help, quitting with an unsaved token, and saving elsewhere."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static

from gts_wizard.errors import WizardError
from gts_wizard.messages import IF_YOU_QUIT, TOKEN_NOT_SAVED, WAITING_FOR_SERVER
from gts_wizard.tui.help_text import QUIT, SAVE_ELSEWHERE, SIGN_OUT, Help
from gts_wizard.tui.widgets.arrow_keys import ArrowKeysScreen
from gts_wizard.tui.widgets.chrome import KeyFooter
from gts_wizard.tui.widgets.feedback import ErrorPanel

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.worker import Worker

    from gts_wizard.services.accounts import AccountManager


Result = TypeVar("Result")
_PALETTE_HINT = "Ctrl+P lists everything a page can do, and the themes."
_FILE_EXPLANATION = (
    "Name a new file. The wizard copies what it can read of the old one; the old file stays as it "
    "is."
)
_SUGGESTED_FILE = "~/gts-wizard-credentials.toml"


class Dialog(ArrowKeysScreen[Result], ModalScreen[Result], Generic[Result]):
    """The base of the dialogs; `Result` is the type of what a dialog returns."""

    help: Help
    """What F1 shows."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "app.help", "Help")]

    @on(events.Resize)
    def _show_highlight(self) -> None:
        """Keep the highlighted row of a list in sight."""
        if isinstance(self.focused, OptionList):
            self.call_after_refresh(self.focused.scroll_to_highlight)


class ConfirmDialog(Dialog[bool]):
    """Asks for confirmation and returns whether it was given; the focus starts on No.

    Args:
        question: the question.
        consequence: the sentence below it, which says what a Yes will do.
        label: the label of the button for Yes, a verb.
    """

    help = SIGN_OUT

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel")]

    def __init__(self, question: str, consequence: str, label: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence
        self._label = label

    def compose(self) -> ComposeResult:
        """Lay out the question above the buttons."""
        with Vertical(classes="dialog small"):
            yield Static(self._question, id="heading", markup=False)
            yield Static(self._consequence, markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="leave")
                yield Button(self._label, variant="error", id="do")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Focus the button that changes nothing."""
        self.query_one("#leave", Button).focus()

    @on(Button.Pressed, "#do")
    def confirm(self) -> None:
        """Return True."""
        if self.is_active:
            self.dismiss(True)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Return False."""
        if self.is_active:
            self.dismiss(False)


class HelpDialog(ModalScreen[None]):
    """Shows the help of a screen.

    Args:
        help_text: the help of the screen.
        in_practice: whether the wizard runs with the practice server.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f1", "leave", "Back")]

    def __init__(self, help_text: Help, *, in_practice: bool) -> None:
        super().__init__()
        self._help_text = help_text
        self._trouble = (in_practice and help_text.trouble_in_practice) or help_text.trouble

    def compose(self) -> ComposeResult:
        """Lay out the paragraphs, each below its question."""
        with VerticalScroll(classes="dialog small", id="help"):
            for question, answer in (
                ("What is this?", self._help_text.what),
                ("What happens next?", self._help_text.then),
                ("What could go wrong?", self._trouble),
                ("Why do I have to do this?", self._help_text.why),
            ):
                if answer:
                    yield Static(question, classes="question", markup=False)
                    yield Static(answer, classes="answer", markup=False)
            yield Static(_PALETTE_HINT, id="palette-hint", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Focus the text, so that the arrow keys scroll it."""
        self.query_one("#help").focus()

    def action_leave(self) -> None:
        """Close the help."""
        if self.is_active:
            self.dismiss()


class QuitChoice(Enum):
    """What to do about an unsaved token when quitting."""

    STAY = auto()
    REVOKE_AND_QUIT = auto()
    QUIT = auto()


class QuitDialog(Dialog[QuitChoice]):
    """Warns that an unsaved token would be lost; the focus starts on staying."""

    help = QUIT

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stay", "Stay")]

    def compose(self) -> ComposeResult:
        """Lay out the warning above the buttons."""
        with Vertical(classes="dialog small"):
            yield Static("Quit without saving?", id="heading", markup=False)
            yield Static(f"{TOKEN_NOT_SAVED} {IF_YOU_QUIT}", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Stay", id="stay")
                yield Button("Revoke and quit", variant="primary", id="revoke")
                yield Button("Quit anyway", variant="error", id="quit")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Focus the button that loses nothing."""
        self.query_one("#stay", Button).focus()

    @on(Button.Pressed, "#stay")
    def action_stay(self) -> None:
        """Go back to the screen, where saving can be retried."""
        self._return(QuitChoice.STAY)

    @on(Button.Pressed, "#revoke")
    def revoke_and_quit(self) -> None:
        """Revoke the token at the server, then quit."""
        self._return(QuitChoice.REVOKE_AND_QUIT)

    @on(Button.Pressed, "#quit")
    def quit(self) -> None:
        """Quit without revoking the token."""
        self._return(QuitChoice.QUIT)

    def _return(self, choice: QuitChoice) -> None:
        if self.is_active:
            self.dismiss(choice)


class ExitOverlay(ModalScreen[None]):
    """Covers the screen while requests are finished before the app exits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, because a focused input would take Ctrl+C as copy.
        Binding("ctrl+c", "app.quit_now", "Quit without waiting", priority=True)
    ]

    def compose(self) -> ComposeResult:
        """Lay out the message."""
        with Vertical(classes="dialog small"):
            yield Static(WAITING_FOR_SERVER, markup=False)
        yield KeyFooter()


class SaveElsewhereDialog(Dialog[bool]):
    """Asks for another credentials file and switches to it; returns whether it did.

    Args:
        accounts: the account manager, whose file is changed.
    """

    help = SAVE_ELSEWHERE

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel")]

    def __init__(self, accounts: AccountManager) -> None:
        super().__init__()
        self._accounts = accounts

    def compose(self) -> ComposeResult:
        """Lay out the question, the input and the buttons."""
        with Vertical(classes="dialog small"):
            yield Static("Where should it be saved?", id="heading", markup=False)
            yield Static(_FILE_EXPLANATION, markup=False)
            yield Input(_SUGGESTED_FILE, id="file")
            yield ErrorPanel()
            with Horizontal(classes="buttons"):
                yield Button("Save there", variant="primary", id="save")
                yield Button("Cancel", id="leave")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Focus the input: Enter takes the suggested file, and typing replaces it."""
        self.query_one("#file").focus()

    @on(Input.Changed)
    def clear_error(self) -> None:
        """Clear the error panel: the user is editing the name that caused the error."""
        self.query_one(ErrorPanel).clear()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def save(self) -> None:
        """Switch to the file in the input."""
        _: Worker[None] = self.run_worker(
            self._save, description="saving elsewhere", exclusive=True
        )

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Keep the current file."""
        if self.is_active:
            self.dismiss(False)

    async def _save(self) -> None:
        path = self.query_one("#file", Input).value.strip()
        try:
            await self._accounts.save_elsewhere(path or _SUGGESTED_FILE)
        except WizardError as error:
            self.query_one(ErrorPanel).show_error(error)
            return
        if self.is_active:
            self.dismiss(True)
