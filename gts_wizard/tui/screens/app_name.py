"""The dialog in which the user chooses the name under which their server lists the wizard."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from gts_wizard.errors import AppNameTooLong
from gts_wizard.messages import WHAT_THE_NAME_IS_FOR
from gts_wizard.oauth.app_name import read_app_name, require_length
from gts_wizard.tui.help_text import LISTED_NAME
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.chrome import KeyFooter
from gts_wizard.tui.widgets.feedback import ErrorPanel
from gts_wizard.version import APP_NAME

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Server

_EMPTY = f"Leave it empty for “{APP_NAME}”."


class AppNameDialog(Dialog[str]):
    """Asks for a name, and returns it as it is to be registered.

    Args:
        name: the name that is chosen so far.
        server: the server that is to list it.
    """

    help = LISTED_NAME

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel")]

    def __init__(self, name: str, server: Server) -> None:
        super().__init__()
        self._app_name = name
        self._server = server

    def compose(self) -> ComposeResult:
        """Lay out the input and the button."""
        with Vertical(classes="dialog small"):
            yield Static("What should your server list this as?", id="heading", markup=False)
            yield Static(" ".join(WHAT_THE_NAME_IS_FOR), markup=False)
            yield Input(self._app_name, placeholder="Type a name")
            yield Static(_EMPTY, id="hint", markup=False)
            yield ErrorPanel()
            with Horizontal(classes="buttons"):
                yield Button("Use this name", variant="primary", id="use")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Focus the input: typing replaces the name."""
        self.query_one(Input).focus()

    @on(Input.Changed)
    def clear_error(self) -> None:
        """Clear the error panel: the user is editing the name that caused the error."""
        self.query_one(ErrorPanel).clear()

    @on(Input.Submitted)
    @on(Button.Pressed, "#use")
    def use(self) -> None:
        """Return the name, if the server takes it."""
        name = read_app_name(self.query_one(Input).value)
        try:
            require_length(name, self._server)
        except AppNameTooLong as error:
            self.query_one(ErrorPanel).show_error(error)
            return
        if self.is_active:
            self.dismiss(name)

    def action_leave(self) -> None:
        """Return the name as it was."""
        if self.is_active:
            self.dismiss(self._app_name)
