"""Step 2: what programs may do, by preset or scope by scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from gts_wizard.errors import NoScopesChosen
from gts_wizard.messages import WHAT_MAY_PROGRAMS_DO, registering, scope_limits
from gts_wizard.models import Scopes
from gts_wizard.oauth.scopes import (
    MEANINGS,
    choices,
    grants,
    normalize,
    preset_of,
    presets_for,
    with_required,
)
from gts_wizard.oauth.server_features import enforces_scopes
from gts_wizard.tui.help_text import PERMISSIONS, SCOPES
from gts_wizard.tui.messages import StepDone
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.chrome import KeyFooter
from gts_wizard.tui.widgets.inputs import Checklist

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult

    from gts_wizard.models import Scopes
    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState


_HOW_TO_CHECK = "Space ticks; Tab leads to the button."
_ONE_BY_ONE = "one-by-one"
_HOW = "The arrow keys choose, and Enter takes it. F3 shows the technical words."


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
    return f"{len(chosen)} of them are ticked. {_HOW_TO_CHECK}"


class PermissionsScreen(BaseScreen):
    """The ready-made choices, each with its meaning; Enter on one goes on with it."""

    help = PERMISSIONS
    number = 2
    heading = WHAT_MAY_PROGRAMS_DO

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "technical", "Technical words", tooltip="Show the scopes behind each choice")
    ]

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state
        self._supported = state.pending.server.metadata.scopes_supported
        self._presets = presets_for(self._supported)
        self._technical = False

    def compose_page(self) -> ComposeResult:
        """Lay out the choices, and the note for servers that can't limit a token."""
        limits = scope_limits(self._state.pending.server)
        if limits:
            yield Static(limits, classes="note", markup=False)
        yield OptionList(*self._options(), id="presets", compact=True)
        yield Static(_HOW, id="hint", classes="first-time", markup=False)

    def on_mount(self) -> None:
        """Start at the choice made last."""
        presets = self.query_one("#presets", OptionList)
        preset = preset_of(self._state.chosen, self._presets)
        presets.highlighted = presets.get_option_index(preset.title if preset else _ONE_BY_ONE)
        presets.focus()

    @on(OptionList.OptionSelected, "#presets")
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Go on with a ready-made choice, or open the list of single permissions."""
        preset = next((one for one in self._presets if one.title == event.option_id), None)
        if preset is None:
            self.app.push_screen(
                ScopesDialog(self._state.chosen, self._supported, technical=self._technical),
                self._take_selection,
            )
        else:
            self._go_on(preset.scopes)

    def action_technical(self) -> None:
        """Show the scopes themselves under each choice, or their meaning again."""
        self._technical = not self._technical
        self._show_options()

    def _show_options(self) -> None:
        presets = self.query_one("#presets", OptionList)
        highlighted = presets.highlighted
        presets.clear_options()
        presets.add_options(self._options())
        presets.highlighted = highlighted

    def _options(self) -> Iterator[Option]:
        for preset in self._presets:
            meaning = " ".join(preset.scopes) if self._technical else preset.meaning
            yield Option(_lines(preset.title, meaning), id=preset.title)
            if enforces_scopes(self._state.pending.server):
                # A gap; together with the note above there is no room for it on a small screen.
                yield Option("", disabled=True)
        meaning = "Tick exactly what you want to allow."
        if preset_of(self._state.chosen, self._presets) is None:
            meaning = f"{len(self._state.chosen)} are ticked."
        yield Option(_lines("Choose one by one", meaning), id=_ONE_BY_ONE)

    def _take_selection(self, ticked: ScopeSelection | None) -> None:
        if ticked is None:
            return
        if ticked.goes_on:
            self._go_on(ticked.scopes)
        elif ticked.scopes:
            self._state.chosen = ticked.scopes
            self._show_options()

    def _go_on(self, scopes: Scopes) -> None:
        self._state.chosen = scopes
        host = self._state.pending.server.host
        self.run_task(registering(host), self._choose)

    async def _choose(self) -> None:
        state = self._state
        sign_in = self.context.services.sign_in
        state.maybe_pending = await sign_in.choose_scopes(state.pending, state.chosen)
        self.post_message(StepDone(self, state))


def _lines(title: str, meaning: str) -> Content:
    return Content.assemble((title, "bold"), "\n", (meaning, "$foreground 75%"))
