"""Asks what to do with an access that could not be saved, before the wizard ends."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.messages import IF_YOU_QUIT, TOKEN_NOT_SAVED
from gts_wizard.tui.help_text import LEAVING
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.keys import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult


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
