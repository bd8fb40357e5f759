"""Dialogs: confirming, help, quitting, saving elsewhere."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from gts_wizard.errors import WizardError
from gts_wizard.messages import IF_YOU_QUIT, TOKEN_NOT_SAVED, WAITING_FOR_SERVER
from gts_wizard.tui.help_text import LEAVING, WHY, Help
from gts_wizard.tui.widgets.chrome import ARROWS, KeyFooter
from gts_wizard.tui.widgets.feedback import ErrorPanel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.tui.help_text import Help


Answer = TypeVar("Answer")
_EVERYTHING = "Ctrl+P lists everything that a page can do, and the colours."
_HOW = (
    "Name a file that is not there yet. What the wizard keeps goes into it, as far as it can be "
    "read; the old file stays as it is."
)
_SUGGESTION = "~/gts-wizard-credentials.toml"


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """A question over a page; the page stays as it is until there is an answer."""

    help: Help | None = None
    """What F1 shows; that of the page below when left out."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "app.help", "Help"), *ARROWS]


class ConfirmDialog(Dialog[bool]):
    """Asks, and gives back whether to do it; the focus starts on leaving things as they are.

    Args:
        question: what is asked.
        consequence: what will have happened.
        do_it: the button that does it, as a verb.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]

    def __init__(self, question: str, consequence: str, do_it: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence
        self._do_it = do_it

    def compose(self) -> ComposeResult:
        """Lay out the question over its answers."""
        with Vertical(classes="dialog small"):
            yield Static(self._question, id="heading", markup=False)
            yield Static(self._consequence, markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Leave it", id="leave")
                yield Button(self._do_it, variant="error", id="do")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Start on the answer that changes nothing."""
        self.query_one("#leave", Button).focus()

    @on(Button.Pressed, "#do")
    def do(self) -> None:
        """Answer yes."""
        if self.is_active:
            self.dismiss(True)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Answer no."""
        if self.is_active:
            self.dismiss(False)


class HelpDialog(ModalScreen[None]):
    """What a screen is, what happens next, what could go wrong, and why all this is needed.

    Args:
        about: the screen's help.
        in_practice: whether it is asked for on the practice instance.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f1", "leave", "Back")]

    def __init__(self, about: Help, *, in_practice: bool) -> None:
        super().__init__()
        self._about = about
        self._trouble = (in_practice and about.trouble_in_practice) or about.trouble

    def compose(self) -> ComposeResult:
        """Lay out the paragraphs, each under its question."""
        with VerticalScroll(classes="dialog small", id="help"):
            for question, answer in (
                ("What is this?", self._about.what),
                ("What happens next?", self._about.then),
                ("What could go wrong?", self._trouble),
                ("Why do I have to do this?", WHY),
            ):
                yield Static(question, classes="question", markup=False)
                yield Static(answer, classes="answer", markup=False)
            yield Static(_EVERYTHING, classes="answer", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Let the arrow keys scroll at once."""
        self.query_one("#help").focus()

    def action_leave(self) -> None:
        """Go back to the screen."""
        if self.is_active:
            self.dismiss()


class QuitChoice(Enum):
    """What to do with the access."""

    STAY = auto()
    END_AND_LEAVE = auto()
    LEAVE = auto()


class QuitDialog(Dialog[QuitChoice]):
    """Warns before a token is lost; the focus starts on staying."""

    help = LEAVING

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stay", "Stay")]

    def compose(self) -> ComposeResult:
        """Lay out the warning over its answers."""
        with Vertical(classes="dialog small"):
            yield Static("Leave without saving?", id="heading", markup=False)
            yield Static(f"{TOKEN_NOT_SAVED} {IF_YOU_QUIT}", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Stay", id="stay")
                yield Button("End it and leave", variant="primary", id="end")
                yield Button("Leave it alive", variant="error", id="leave")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Start on the answer that loses nothing."""
        self.query_one("#stay", Button).focus()

    @on(Button.Pressed, "#stay")
    def action_stay(self) -> None:
        """Go back, where saving can be tried again."""
        self._answer(QuitChoice.STAY)

    @on(Button.Pressed, "#end")
    def end(self) -> None:
        """End the access at the server first."""
        self._answer(QuitChoice.END_AND_LEAVE)

    @on(Button.Pressed, "#leave")
    def leave(self) -> None:
        """Leave all the same."""
        self._answer(QuitChoice.LEAVE)

    def _answer(self, answer: QuitChoice) -> None:
        if self.is_active:
            self.dismiss(answer)


class ExitOverlay(ModalScreen[None]):
    """Says what is waited for, and lets nobody begin anything new."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # A field would take the key for copying.
        Binding("ctrl+c", "app.leave_at_once", "Leave without waiting", priority=True)
    ]

    def compose(self) -> ComposeResult:
        """Lay out the sentence."""
        with Vertical(classes="dialog small"):
            yield Static(WAITING_FOR_SERVER, markup=False)
        yield KeyFooter()


class SaveElsewhereDialog(Dialog[bool]):
    """Asks for a file, and makes the wizard use it; its result is whether it does.

    Args:
        accounts: what is saved there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]

    def __init__(self, accounts: AccountManager) -> None:
        super().__init__()
        self._accounts = accounts

    def compose(self) -> ComposeResult:
        """Lay out the question, the field, and the answers."""
        with Vertical(classes="dialog small"):
            yield Static("Where should it be saved?", id="heading", markup=False)
            yield Static(_HOW, markup=False)
            yield Input(_SUGGESTION, id="file")
            yield ErrorPanel()
            with Horizontal(classes="buttons"):
                yield Button("Save there", variant="primary", id="save")
                yield Button("Leave it", id="leave")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Start in the field: Enter takes the suggestion, and typing replaces it."""
        self.query_one("#file").focus()

    @on(Input.Changed)
    def clear_error(self) -> None:
        """Take a failure away, because what caused it is being mended."""
        self.query_one(ErrorPanel).clear()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def save(self) -> None:
        """Use the file that is named."""
        self.run_worker(self._save(), description="saving elsewhere", exclusive=True)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Go on with the file as it is."""
        if self.is_active:
            self.dismiss(False)

    async def _save(self) -> None:
        named = self.query_one("#file", Input).value.strip()
        try:
            await self._accounts.save_elsewhere(named or _SUGGESTION)
        except WizardError as error:
            self.query_one(ErrorPanel).show_error(error)
            return
        if self.is_active:
            self.dismiss(True)
