"""Asks where to keep everything, when the credentials file can't be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from gts_wizard.errors import WizardError
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.keys import KeyFooter
from gts_wizard.tui.widgets.problem import ErrorPanel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.tui.app import WizardApp

_HOW = (
    "Name a file that is not there yet. What the wizard keeps goes into it, as far as it can be "
    "read; the old file stays as it is."
)
_SUGGESTION = "~/gts-wizard-credentials.toml"


class SaveElsewhereDialog(Dialog[bool]):
    """Asks for a file, and makes the wizard use it; its result is whether it does."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]

    app: WizardApp

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
            await self.app.services.accounts.save_elsewhere(named or _SUGGESTION)
        except WizardError as error:
            self.query_one(ErrorPanel).show_error(error)
            return
        if self.is_active:
            self.dismiss(True)
