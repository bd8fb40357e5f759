"""Step 2: the user chooses scopes, by preset or one by one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from gts_wizard.errors import NoScopesChosen, UnknownScope, WizardError
from gts_wizard.messages import (
    WHAT_MAY_PROGRAMS_DO,
    imported_scopes,
    listed_as,
    registering,
    scope_limits,
    scopes_added,
)
from gts_wizard.models import Scopes, Server
from gts_wizard.oauth.scopes import (
    MEANINGS,
    POST,
    grants,
    normalize,
    preset_of,
)
from gts_wizard.oauth.server_features import enforces_scopes
from gts_wizard.oauth.server_scopes import choices, presets_for, scopes_for, with_required
from gts_wizard.tui.help_text import PERMISSIONS, SCOPES
from gts_wizard.tui.messages import StepDone
from gts_wizard.tui.screens.app_name import AppNameDialog
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.widgets.chrome import KeyFooter
from gts_wizard.tui.widgets.inputs import Checklist
from gts_wizard.tui.widgets.marked_list import MarkedList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult
    from textual.worker import Worker

    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState


_CHECKLIST_HINT = "Space ticks, Enter continues, F3 shows the technical words."
_COMES_ALONG = "“{permission}” is included: the wizard needs it to see who you are."
_INCLUDED = "Untick “{permission}” first: it includes this."
_ONE_BY_ONE = "one-by-one"
_KEYS_HINT = "Choose with the arrow keys and Enter. F3 shows the technical words."


class ScopeSelection(NamedTuple):
    """The result of `ScopesDialog`.

    Attributes:
        scopes: the ticked scopes.
        is_accepted: whether to go to the next step with them; otherwise they are only kept.
    """

    scopes: Scopes
    is_accepted: bool


class ScopesDialog(Dialog[ScopeSelection]):
    """A checklist of scopes.

    Args:
        chosen: the scopes that are ticked at first.
        server: the server whose scopes they are.
        technical: whether to show the names of the scopes instead of their meanings.
    """

    help = SCOPES

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("f3", "technical", "Technical words", tooltip="Show the names of the scopes"),
    ]

    def __init__(self, chosen: Scopes, server: Server, *, technical: bool) -> None:
        super().__init__()
        self._chosen = chosen
        self._server = server
        self._technical = technical

    def compose(self) -> ComposeResult:
        """Lay out the checklist, with a hint above and a button below."""
        with Vertical(classes="dialog"):
            yield Static("Choose one by one", id="heading", markup=False)
            yield Static(_describe_selection(self._server, self._chosen), id="hint", markup=False)
            yield Checklist(self._labels(), self._chosen, self._implied_by)
            with Horizontal(classes="buttons"):
                yield Button("Continue", variant="primary", id="accept")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Focus the checklist."""
        self.query_one(Checklist).focus()

    @on(Checklist.Changed)
    def update_hint(self) -> None:
        """Say how many scopes are ticked, and which one is added."""
        self._show_hint(_describe_selection(self._server, self.query_one(Checklist).checked))

    @on(Checklist.ImpliedSelected)
    def say_why_implied(self, event: Checklist.ImpliedSelected) -> None:
        """Say why a scope can't be unticked."""
        ticked = self.query_one(Checklist).checked
        others = (scope for scope in ticked if scope != event.value)
        whole = next((scope for scope in others if grants((scope,), (event.value,))), None)
        self._show_hint(
            _COMES_ALONG.format(permission=_meaning(event.value))
            if whole is None
            else _INCLUDED.format(permission=_meaning(whole))
        )

    def action_technical(self) -> None:
        """Toggle between the names of the scopes and their meanings."""
        self._technical = not self._technical
        self.query_one(Checklist).relabel(self._labels())

    @on(Checklist.Submitted)
    @on(Button.Pressed, "#accept")
    def accept(self) -> None:
        """Return the ticked scopes as accepted; with none ticked, say so instead."""
        ticked = self.query_one(Checklist).checked
        if not ticked:
            self._show_hint(str(NoScopesChosen()))
        elif self.is_active:
            self.dismiss(ScopeSelection(normalize(ticked), is_accepted=True))

    def action_leave(self) -> None:
        """Return the ticked scopes as not accepted."""
        if self.is_active:
            ticked = tuple(self.query_one(Checklist).checked)
            self.dismiss(ScopeSelection(ticked, is_accepted=False))

    def _labels(self) -> dict[str, str]:
        labels = choices(self._server)
        return {scope: scope for scope in labels} if self._technical else labels

    def _implied_by(self, ticked: Iterable[str]) -> set[str]:
        """Return the scopes that the token will have as well: nothing is implied by nothing."""
        chosen = set(ticked)
        if not chosen:
            return set()
        granted = with_required(self._server, chosen)
        covered = {scope for scope in choices(self._server) if grants(granted, (scope,))}
        return covered - chosen.intersection(granted)

    def _show_hint(self, hint: str) -> None:
        self.query_one("#hint", Static).update(hint)


def _describe_selection(server: Server, ticked: Iterable[str]) -> str:
    """Say that a required scope is added, or else how many are ticked."""
    chosen = normalize(ticked)
    added = set(with_required(server, chosen)).difference(chosen)
    if chosen and added:
        return _COMES_ALONG.format(permission=_meaning(added.pop()))
    return f"{len(chosen)} chosen, with everything they include. {_CHECKLIST_HINT}"


def _meaning(scope: str) -> str:
    return MEANINGS.get(scope, scope)


class PermissionsScreen(BaseScreen):
    """Step 2: the presets, each with its meaning; Enter takes one and goes to the next step.

    Args:
        context: the services, and settings that don't change while the app runs.
        state: the state of the sign-in.
    """

    help = PERMISSIONS
    step_number = 2
    heading = WHAT_MAY_PROGRAMS_DO

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "rename", "Name", tooltip="Change the name your server lists this as"),
        Binding("f3", "technical", "Technical words", tooltip="Show the scopes behind each choice"),
    ]

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state
        self._server = state.require_pending().server
        self._presets = presets_for(self._server)
        self._unknown: UnknownScope | None = None
        self._given = state.scopes
        try:
            state.scopes = scopes_for(self._server, state.scopes)
        except UnknownScope as error:
            # They are from the command line.
            self._unknown = error
            state.goes_straight = False
            state.scopes = scopes_for(self._server, POST.scopes)
        self._technical = False
        renewed = state.renewed
        self._is_unknown = renewed is not None and renewed.is_imported

    def compose_page(self) -> ComposeResult:
        """Lay out the presets, and a note for servers that don't enforce scopes."""
        limits = scope_limits(self._state.require_pending().server)
        if limits:
            yield Static(limits, classes="note", markup=False)
        if self._is_unknown:
            yield Static(imported_scopes(()), classes="note", id="imported", markup=False)
        yield MarkedList(*self._options(), id="presets", compact=True)
        yield Static(listed_as(self._state.app_name), id="app-name", classes="quiet", markup=False)
        yield Static(_KEYS_HINT, id="hint", classes="first-time", markup=False)

    def on_mount(self) -> None:
        """Highlight the preset that was chosen last; go straight on where that is so."""
        presets = self.query_one("#presets", OptionList)
        if self._unknown is not None:
            self.show_error(self._unknown)
        preset = preset_of(self._state.scopes, self._presets)
        presets.highlighted = presets.get_option_index(preset.title if preset else _ONE_BY_ONE)
        presets.focus()
        if self._state.goes_straight:
            self._submit(self._given)
        if self._is_unknown:
            _: Worker[None] = self.run_worker(self._list_apps, description="listing programs")

    @on(OptionList.OptionSelected, "#presets")
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Take a preset and go to the next step, or open the checklist."""
        preset = next((item for item in self._presets if item.title == event.option_id), None)
        if preset is None:
            self.app.push_screen(
                ScopesDialog(self._state.scopes, self._server, technical=self._technical),
                self._handle_selection,
            )
        else:
            self._submit(preset.scopes)

    def action_rename(self) -> None:
        """Ask for the name under which the server is to list this."""
        self.app.push_screen(AppNameDialog(self._state.app_name, self._server), self._set_app_name)

    def action_technical(self) -> None:
        """Toggle between the names of the scopes and the meaning of each preset."""
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
            yield Option(_option_text(preset.title, meaning), id=preset.title)
            if enforces_scopes(self._state.require_pending().server):
                # An empty line; with the note above there is no room for it in the smallest window.
                yield Option("", disabled=True)
        meaning = "Tick exactly what you want to allow."
        if preset_of(self._state.scopes, self._presets) is None:
            meaning = f"{len(normalize(self._state.scopes))} chosen."
        yield Option(_option_text("Choose one by one", meaning), id=_ONE_BY_ONE)

    def _set_app_name(self, name: str | None) -> None:
        if name is not None:
            self.clear_error()
            self._state.app_name = name
            self.query_one("#app-name", Static).update(listed_as(name))

    def _handle_selection(self, selection: ScopeSelection | None) -> None:
        if selection is None:
            return
        if selection.is_accepted:
            self._submit(selection.scopes)
        elif selection.scopes:
            self._state.scopes = selection.scopes
            self._show_options()

    async def _list_apps(self) -> None:
        """Show what the server lists for the account whose scopes are not known, if it does."""
        if self._state.renewed is not None:
            with suppress(WizardError):
                apps = await self.context.services.accounts.authorized_apps(self._state.renewed)
                self.query_one("#imported", Static).update(Content(imported_scopes(apps)))

    def _submit(self, scopes: Scopes) -> None:
        self._state.scopes = scopes
        host = self._state.require_pending().server.host
        self.run_task(registering(host), self._save_scopes)

    async def _save_scopes(self) -> None:
        state = self._state
        sign_in = self.context.services.sign_in
        state.pending = await sign_in.choose_scopes(
            state.require_pending(), state.scopes, state.app_name
        )
        # The note above the presets was not there to be read.
        limits = scope_limits(state.pending.server) if state.goes_straight else ""
        added = scopes_added(state.scopes, state.pending.scopes)
        state.goes_straight = False
        self.post_message(StepDone(self, state, " ".join(filter(None, (limits, added)))))


def _option_text(title: str, meaning: str) -> Content:
    return Content.assemble((title, "bold"), "\n", (meaning, "$foreground 75%"))
