"""Step 1: the user types an address, and its server is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from textual import events, on
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from gts_wizard.address import PERMANENT_ERRORS, read_address
from gts_wizard.errors import AddressError, PracticeOnly
from gts_wizard.messages import IS_IT_YOURS, WHAT_TO_TYPE, WHERE_IS_YOUR_ACCOUNT
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

_HINT = "For example: example.org or @alice@example.org"
_WHAT_TO_TYPE = "Type your server's address"
# Of the addresses to sign in with on the practice server's page.
_PRACTICE_EMAIL_DOMAIN = "example.org"
_TYPE_THAT = "Type that, and press Enter."
_EMAIL_IS_FOR_THE_PAGE = f"{_TYPE_THAT} The email address is for the page in your browser."


class InstanceScreen(BaseScreen):
    """Step 1: an input for the address; below it, how it is parsed, then the server found.

    Args:
        context: the services, and settings that don't change while the app runs.
        state: the state of the sign-in.
    """

    help = INSTANCE
    step_number = 1
    takes_paste = True
    heading = WHERE_IS_YOUR_ACCOUNT

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state

    def compose_page(self) -> ComposeResult:
        """Lay out the input, and below it the parsed address and the server found."""
        yield Static(
            self._intro(),
            id="intro",
            classes="" if self.context.practice else "first-time",
            markup=False,
        )
        yield AddressInput(self._state.address, placeholder=_WHAT_TO_TYPE, id="address")
        yield Static(self._describe_address(), id="parsed-address", markup=False)
        yield InstanceCard()

    def compose_actions(self) -> ComposeResult:
        """Lay out the button, and the one that goes back to the address once there is a server."""
        with Horizontal(classes="buttons"):
            yield Button("Find my server", variant="primary", id="look-up")
            yield Button("Change the address", id="change", classes="hidden")

    def on_mount(self) -> None:
        """Focus the input, or the button once a server was found; go straight where that is so."""
        if self._state.pending is not None:
            self._show_found()
        else:
            self.query_one(AddressInput).focus()
            if self._state.goes_straight:
                self.submit()

    @on(Input.Changed, "#address")
    def handle_typing(self, event: Input.Changed) -> None:
        """Show how the address is parsed; the server found before no longer counts."""
        if event.value == self._state.address:
            return
        self._state.address = event.value
        self._state.earlier, self._state.pending = self._state.pending or self._state.earlier, None
        self.cancel()
        self.query_one("#intro", Static).update(self._intro())
        self.clear_error()
        self.query_one(InstanceCard).hide()
        self.query_one("#look-up", Button).label = "Find my server"
        self._show_parsed()

    @on(Input.Submitted, "#address")
    @on(Button.Pressed, "#look-up")
    def submit(self) -> None:
        """Look up the server; once it is found, go to the next step."""
        if self._state.pending is not None:
            self.post_message(StepDone(self, self._state))
            return
        try:
            address = self._read_address()
            self._require_practice_server(address)
        except (AddressError, PracticeOnly) as error:
            self.query_one("#parsed-address").add_class("hidden")
            self.show_error(error)
            return
        self.run_task(f"Looking up {address.unicode_host}", self._look_up)

    @on(Button.Pressed, "#change")
    def change_address(self) -> None:
        """Focus the input, which selects the address: typing replaces it."""
        # At once, unlike the input's own method: no letter may overtake it.
        self.set_focus(self.query_one(AddressInput))

    def on_key(self, event: events.Key) -> None:
        """Forward what is typed to the input while a button has the focus, as for a paste."""
        # Space is no part of an address, but what some press a button with.
        if event.is_printable and event.key != "space":
            self.change_address()
            self.query_one(AddressInput).post_message(events.Key(event.key, event.character))

    @property
    def kept_clipboard(self) -> str:
        """What was cut or copied in this program."""
        return self.app.clipboard

    def leave(self) -> None:
        """Go back to the address once a server was found, else to Home.

        An address whose server was not found yet is kept for the next time.
        """
        if self._state.pending is None:
            self.post_message(SaveDraftAddress(self._state.address))
        elif not self.query_one(AddressInput).has_focus:
            self.change_address()
            return
        super().leave()

    def _intro(self) -> str:
        practice = self.context.practice
        if not practice:
            return WHAT_TO_TYPE
        if self._state.address == practice:
            return "The practice server is filled in. Press Enter."
        return f"The practice server is {practice}."

    def _read_address(self) -> Address:
        practice = self.context.practice
        try:
            return read_address(self._state.address)
        except AddressError as error:
            if practice:
                # Nothing else works there.
                raise AddressError(reason=error.reason, remedy=f"Type {practice}.") from None
            raise

    def _require_practice_server(self, address: Address) -> None:
        practice = self.context.practice
        if not practice:
            return
        meant = read_address(practice).origin
        if address.origin == meant:
            return
        is_for_the_page = address.host == _PRACTICE_EMAIL_DOMAIN
        is_mistyped = urlsplit(address.origin).hostname == urlsplit(meant).hostname
        if is_for_the_page or is_mistyped:
            raise AddressError(
                reason=f"In practice, the server is {practice}.",
                remedy=_EMAIL_IS_FOR_THE_PAGE if is_for_the_page else _TYPE_THAT,
            )
        # Practice saves nothing, so a token from a real server would be lost but stay valid.
        raise PracticeOnly(host=address.unicode_host, practice=practice)

    async def _look_up(self) -> None:
        self._state.pending = await self.context.services.sign_in.look_up(
            self._state.address, self._state.earlier
        )
        self._show_found()
        # A warning is to be read before anything goes on.
        if self._state.goes_straight and not read_address(self._state.address).warning:
            self.post_message(StepDone(self, self._state))

    def _show_found(self) -> None:
        card = self.query_one(InstanceCard)
        card.show(self._state.require_pending().server)
        self._show_parsed()
        button = self.query_one("#look-up", Button)
        button.label = "Yes, continue"
        button.focus()

    def _show_parsed(self) -> None:
        is_found = self._state.pending is not None
        self.query_one("#heading", Static).update(IS_IT_YOURS if is_found else self.heading)
        self.query("#intro, #parsed-address").set_class(is_found, "hidden")
        self.query_one("#change").set_class(not is_found, "hidden")
        self.query_one("#parsed-address", Static).update(self._describe_address())

    def _describe_address(self) -> Content:
        try:
            address = read_address(self._state.address)
        except AddressError as error:
            # Half an address is no mistake yet: show only errors that more typing can't fix.
            hint = "" if self.context.practice else _HINT
            return Content(error.reason if error.reason in PERMANENT_ERRORS else hint)
        sentences = [f"The wizard will look up {address.unicode_host}."]
        if address.unicode_host != address.host:
            sentences.append(f"Its technical name is {address.host}.")
        if address.username:
            sentences.append(f"You are {address.username} there.")
        description = " ".join(sentences)
        if not address.warning:
            return Content(description)
        return Content.assemble(description, "\n", (address.warning, "bold $warning"))
