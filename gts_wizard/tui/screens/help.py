"""Help, over the screen it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from gts_wizard.tui.help_text import WHY
from gts_wizard.tui.widgets.keys import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.tui.help_text import Help


_EVERYTHING = "Ctrl+P lists everything that a page can do, and the colours."


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
