"""The single permissions, to be ticked one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, SelectionList, Static
from textual.widgets.selection_list import Selection

from gts_wizard.errors import NothingChosen
from gts_wizard.models import Scopes
from gts_wizard.rules.scopes import MEANINGS, covers, settle

if TYPE_CHECKING:
    from textual.app import ComposeResult

_WIDEST = max(len(scope) for scope in MEANINGS)


class ScopesDialog(ModalScreen[Scopes | None]):
    """A list to tick; its result is what was ticked, or nothing when it was left.

    Args:
        chosen: what is ticked at the start.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("f4", "accept", "Go on with these"),
    ]

    def __init__(self, chosen: Scopes) -> None:
        super().__init__()
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the list with a word of help above and the way on below."""
        with Vertical(classes="dialog"):
            yield Static("Choose one by one", id="heading", markup=False)
            yield Static("Space ticks; Tab leads to the button.", id="hint", markup=False)
            yield SelectionList[str](*(self._selection(scope) for scope in MEANINGS), compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Go on with these", variant="primary", id="accept")
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Start in the list."""
        self.query_one(SelectionList).focus()

    @on(SelectionList.SelectedChanged)
    def say_what_is_included(self) -> None:
        """Say when nothing is ticked, or when one permission includes another ticked one."""
        ticked = self.query_one(SelectionList[str]).selected
        hint = self.query_one("#hint", Static)
        doubled = [one for one in ticked if covers((set(ticked) - {one}), (one,))]
        if doubled:
            hint.update(f"“{doubled[0].partition(':')[0]}” already includes “{doubled[0]}”.")
        else:
            hint.update("Space ticks; Tab leads to the button.")

    @on(Button.Pressed, "#accept")
    def action_accept(self) -> None:
        """Give back what is ticked, unless that is nothing."""
        ticked = self.query_one(SelectionList[str]).selected
        if not ticked:
            self.query_one("#hint", Static).update(str(NothingChosen()))
        elif self.is_current:
            self.dismiss(settle(ticked))

    def action_leave(self) -> None:
        """Leave everything as it was."""
        if self.is_current:
            self.dismiss(None)

    def _selection(self, scope: str) -> Selection[str]:
        words = Content.assemble((f"{scope:<{_WIDEST}}  ", "$foreground 60%"), MEANINGS[scope])
        return Selection(words, scope, initial_state=scope in self._chosen)
