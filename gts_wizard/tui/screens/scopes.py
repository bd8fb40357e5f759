"""The single permissions, to be ticked one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.errors import NoScopesChosen
from gts_wizard.models import Scopes
from gts_wizard.oauth.scopes import MEANINGS, choices, grants, normalize, with_required
from gts_wizard.tui.help_text import SCOPES
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.keys import KeyFooter
from gts_wizard.tui.widgets.tick_list import Checklist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

_HOW = "Space ticks; Tab leads to the button."


class ScopeSelection(NamedTuple):
    """What came of the list.

    Attributes:
        scopes: what is ticked.
        goes_on: whether to go on with it; otherwise it is kept for the next time.
    """

    scopes: Scopes
    goes_on: bool


class ScopesDialog(Dialog[ScopeSelection]):
    """A list to tick.

    Args:
        chosen: what is ticked at the start.
        supported: the scopes the server says it knows; empty where it does not say.
        technical: whether to show the scopes themselves instead of their meaning.
    """

    help = SCOPES

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("f4", "accept", "Go on with these"),
    ]

    def __init__(self, chosen: Scopes, supported: Scopes, *, technical: bool) -> None:
        super().__init__()
        self._chosen = chosen
        labels = choices(supported)
        self._labels = {scope: scope for scope in labels} if technical else labels

    def compose(self) -> ComposeResult:
        """Lay out the list with a word of help above and the way on below."""
        with Vertical(classes="dialog"):
            yield Static("Choose one by one", id="heading", markup=False)
            yield Static(_scope_of(self._chosen), id="hint", markup=False)
            yield Checklist(self._labels, self._chosen)
            with Horizontal(classes="buttons"):
                yield Button("Go on with these", variant="primary", id="accept")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Start in the list."""
        self.query_one(Checklist).focus()

    @on(Checklist.Changed)
    def say_what_is_included(self) -> None:
        """Say what follows from what is ticked."""
        self._hint(_scope_of(self.query_one(Checklist).checked))

    @on(Button.Pressed, "#accept")
    def action_accept(self) -> None:
        """Give back what is ticked, unless that is nothing."""
        ticked = self.query_one(Checklist).checked
        if not ticked:
            self._hint(str(NoScopesChosen()))
        elif self.is_active:
            self.dismiss(ScopeSelection(normalize(ticked), goes_on=True))

    def action_leave(self) -> None:
        """Go back, and keep what is ticked."""
        if self.is_active:
            self.dismiss(ScopeSelection(tuple(self.query_one(Checklist).checked), goes_on=False))

    def _hint(self, words: str) -> None:
        self.query_one("#hint", Static).update(words)


def _scope_of(ticked: Iterable[str]) -> str:
    """Say when a permission includes another ticked one, or when one comes along unasked."""
    chosen = set(ticked)
    doubled = sorted(one for one in chosen if grants(chosen - {one}, (one,)))
    if doubled:
        includes = doubled[0].partition(":")[0]
        return f"“{MEANINGS.get(includes, includes)}” already includes this."
    along = set(with_required(chosen)) - chosen
    if chosen and along:
        return f"“{MEANINGS[along.pop()]}” comes along: the wizard needs it to see who you are."
    return f"{len(chosen)} of them are ticked. {_HOW}"
