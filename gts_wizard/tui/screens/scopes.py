"""The single permissions, to be ticked one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from gts_wizard.errors import NothingChosen
from gts_wizard.models import Scopes
from gts_wizard.rules.scopes import MEANINGS, covers, offered, settle, with_verifying
from gts_wizard.tui.widgets.keys import Keys
from gts_wizard.tui.widgets.tick_list import TickList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

_HOW = "Space ticks; Tab leads to the button."


class ScopesDialog(ModalScreen[Scopes | None]):
    """A list to tick; its result is what was ticked, or nothing when it was left.

    Args:
        chosen: what is ticked at the start.
        supported: the scopes the server says it knows; empty where it does not say.
        technical: whether to show the scopes themselves instead of their meaning.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("f4", "accept", "Go on with these"),
    ]

    def __init__(self, chosen: Scopes, supported: Scopes, *, technical: bool) -> None:
        super().__init__()
        self._chosen = chosen
        labels = offered(supported)
        self._labels = {scope: scope for scope in labels} if technical else labels

    def compose(self) -> ComposeResult:
        """Lay out the list with a word of help above and the way on below."""
        with Vertical(classes="dialog"):
            yield Static("Choose one by one", id="heading", markup=False)
            yield Static(_word_on(self._chosen), id="hint", markup=False)
            yield TickList(self._labels, self._chosen)
            with Horizontal(classes="buttons"):
                yield Button("Go on with these", variant="primary", id="accept")
        yield Keys()

    def on_mount(self) -> None:
        """Start in the list."""
        self.query_one(TickList).focus()

    @on(TickList.Changed)
    def say_what_is_included(self) -> None:
        """Say what follows from what is ticked."""
        self._hint(_word_on(self.query_one(TickList).ticked))

    @on(Button.Pressed, "#accept")
    def action_accept(self) -> None:
        """Give back what is ticked, unless that is nothing."""
        ticked = self.query_one(TickList).ticked
        if not ticked:
            self._hint(str(NothingChosen()))
        elif self.is_current:
            self.dismiss(settle(ticked))

    def action_leave(self) -> None:
        """Leave everything as it was."""
        if self.is_current:
            self.dismiss(None)

    def _hint(self, words: str) -> None:
        self.query_one("#hint", Static).update(words)


def _word_on(ticked: Iterable[str]) -> str:
    """Say when a permission includes another ticked one, or when one comes along unasked."""
    chosen = set(ticked)
    doubled = sorted(one for one in chosen if covers(chosen - {one}, (one,)))
    if doubled:
        includes = doubled[0].partition(":")[0]
        return f"“{MEANINGS.get(includes, includes)}” already includes this."
    along = set(with_verifying(chosen)) - chosen
    if chosen and along:
        return f"“{MEANINGS[along.pop()]}” comes along: the wizard needs it to see who you are."
    return f"{len(chosen)} of them are ticked. {_HOW}"
