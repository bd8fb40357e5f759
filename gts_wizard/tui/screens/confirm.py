"""A question with two answers, asked before something that can't be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.keys import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult


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
