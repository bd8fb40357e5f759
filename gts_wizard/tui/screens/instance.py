"""Step 1: where is your account?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.widgets import Button, Input, Static

from gts_wizard.address import PERMANENT_ERRORS, read_address
from gts_wizard.errors import AddressError, PracticeOnly
from gts_wizard.messages import WHAT_TO_TYPE, WHERE_IS_YOUR_ACCOUNT
from gts_wizard.tui.help_text import INSTANCE
from gts_wizard.tui.messages import SaveDraftAddress, StepDone
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.widgets.inputs import AddressInput
from gts_wizard.tui.widgets.steps import InstanceCard

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.address import Address
    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState

_HINT = "For example: example.org, or @alice@example.org"


class InstanceScreen(BaseScreen):
    """One field for the address; below it, how it is understood, and then what was found."""

    help = INSTANCE
    number = 1
    heading = WHERE_IS_YOUR_ACCOUNT

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state

    def compose_page(self) -> ComposeResult:
        """Lay out the field, and below it what it means or what was found."""
        yield Static(
            self._intro(),
            id="intro",
            classes="" if self.context.practice else "first-time",
            markup=False,
        )
        yield AddressInput(self._state.address, placeholder="example.org", id="address")
        yield Static(_HINT, id="understood", markup=False)
        yield InstanceCard()

    def compose_actions(self) -> ComposeResult:
        """Lay out the one button."""
        yield Button("Find my server", variant="primary", id="go")

    def on_mount(self) -> None:
        """Start in the field, or, coming back to an attempt, at the button that goes on."""
        if self._state.maybe_pending is not None:
            self._show_found()
        else:
            self.query_one(AddressInput).focus()

    @on(Input.Changed, "#address")
    def understand(self, event: Input.Changed) -> None:
        """Say how what is being typed is understood."""
        if event.value == self._state.address:
            return
        self._state.address = event.value
        self._state.maybe_pending = None
        self.cancel()
        self.query_one("#intro", Static).update(self._intro())
        self.clear_error()
        self.query_one(InstanceCard).hide()
        self.query_one("#go", Button).label = "Find my server"
        self._say_understood()

    @on(Input.Submitted, "#address")
    @on(Button.Pressed, "#go")
    def go_on(self) -> None:
        """Look the instance up; once it is found, go to the next step."""
        if self._state.maybe_pending is not None:
            self.post_message(StepDone(self, self._state))
            return
        try:
            address = read_address(self._state.address)
            self._refuse_outside_of_practice(address)
        except (AddressError, PracticeOnly) as error:
            self.query_one("#understood").add_class("hidden")
            self.show_error(error)
            return
        self.run_task(f"Looking up {address.unicode_host}", self._look_up)

    def leave(self) -> None:
        """Go back to Home; what was typed is there again the next time."""
        if self._state.maybe_pending is None:
            self.post_message(SaveDraftAddress(self._state.address))
        super().leave()

    def _intro(self) -> str:
        practice = self.context.practice
        if not practice:
            return WHAT_TO_TYPE
        if self._state.address == practice:
            return "The practice server is filled in. Press Enter."
        return f"The practice server is {practice}."

    def _refuse_outside_of_practice(self, address: Address) -> None:
        practice = self.context.practice
        if practice and address.origin != read_address(practice).origin:
            # Nothing is kept of practice, so nobody would know of an access that a server gave.
            raise PracticeOnly(host=address.unicode_host, practice=practice)

    async def _look_up(self) -> None:
        self._state.maybe_pending = await self.context.services.sign_in.look_up(self._state.address)
        self._show_found()

    def _show_found(self) -> None:
        card = self.query_one(InstanceCard)
        card.show(self._state.pending.server)
        self._say_understood()
        button = self.query_one("#go", Button)
        button.label = "That's it, go on"
        button.focus()

    def _say_understood(self) -> None:
        is_found = self._state.maybe_pending is not None
        self.query("#intro, #understood").set_class(is_found, "hidden")
        self.query_one("#understood", Static).update(_how_understood(self._state.address))


def _how_understood(typed: str) -> Content:
    try:
        address = read_address(typed)
    except AddressError as error:
        # What is only half typed is nobody's mistake yet.
        return Content(error.reason if error.reason in PERMANENT_ERRORS else _HINT)
    name = address.unicode_host
    if name != address.host:
        name = f"{name} ({address.host})"
    who = f", where you are {address.username}" if address.username else ""
    understood = f"The wizard will look up {name}{who}."
    if not address.warning:
        return Content(understood)
    return Content.assemble(understood, "\n", (address.warning, "bold $warning"))
