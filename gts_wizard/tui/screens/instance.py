"""Step 1: where is your account?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.widgets import Button, Input, Static

from gts_wizard.errors import AddressError, OnlyPractice
from gts_wizard.rules.address import LASTING_REASONS, read_address
from gts_wizard.tui.help import INSTANCE
from gts_wizard.tui.screens.permissions import PermissionsStep
from gts_wizard.tui.screens.step import Step
from gts_wizard.tui.widgets.address_field import AddressField
from gts_wizard.tui.widgets.instance_card import InstanceCard

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.rules.address import Address
    from gts_wizard.tui.journey import Journey

_WHAT_TO_TYPE = (
    "Type the address of your server: the part after the last @ in your full name there, such as "
    "@alice@example.org. The whole name, or the address of your profile, works too."
)
_HINT = "For example: example.org, or @alice@example.org"


class InstanceStep(Step):
    """One field for the address; below it, how it is understood, and then what was found."""

    help = INSTANCE
    number = 1
    heading = "Where is your account?"

    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self._journey = journey

    def compose_page(self) -> ComposeResult:
        """Lay out the field, and below it what it means or what was found."""
        yield Static(
            self._intro(),
            id="intro",
            classes="" if self.app.practice else "first-time",
            markup=False,
        )
        yield AddressField(self._journey.address, placeholder="example.org", id="address")
        yield Static(_HINT, id="understood", markup=False)
        yield InstanceCard()

    def compose_actions(self) -> ComposeResult:
        """Lay out the one button."""
        yield Button("Find my server", variant="primary", id="go")

    def on_mount(self) -> None:
        """Start in the field, or, coming back to an attempt, at the button that goes on."""
        if self._journey.attempt is not None:
            self._show_found()
        else:
            self.query_one(AddressField).focus()

    @on(Input.Changed, "#address")
    def understand(self, event: Input.Changed) -> None:
        """Say how what is being typed is understood."""
        if event.value == self._journey.address:
            return
        self._journey.address = event.value
        self._journey.attempt = None
        self.cancel()
        self.query_one("#intro", Static).update(self._intro())
        self.forgive()
        self.query_one(InstanceCard).hide()
        self.query_one("#go", Button).label = "Find my server"
        self._say_understood()

    @on(Input.Submitted, "#address")
    @on(Button.Pressed, "#go")
    def go_on(self) -> None:
        """Look the instance up; once it is found, go to the next step."""
        if self._journey.attempt is not None:
            self.app.push_screen(PermissionsStep(self._journey))
            return
        try:
            address = read_address(self._journey.address)
            self._refuse_outside_of_practice(address)
        except (AddressError, OnlyPractice) as error:
            self.query_one("#understood").add_class("hidden")
            self.tell(error)
            return
        self.wait_for(f"Looking up {address.readable}", self._look_up)

    def leave(self) -> None:
        """Go back to Home; what was typed is there again the next time."""
        if self._journey.attempt is None:
            self.app.keep_typed(self._journey.address)
        super().leave()

    def _intro(self) -> str:
        practice = self.app.practice
        if not practice:
            return _WHAT_TO_TYPE
        if self._journey.address == practice:
            return "The practice server is filled in. Press Enter."
        return f"The practice server is {practice}."

    def _refuse_outside_of_practice(self, address: Address) -> None:
        practice = self.app.practice
        if practice and address.origin != read_address(practice).origin:
            # Nothing is kept of practice, so nobody would know of an access that a server gave.
            raise OnlyPractice(host=address.readable, practice=practice)

    async def _look_up(self) -> None:
        self._journey.attempt = await self.app.services.sign_in.look_up(self._journey.address)
        self._show_found()

    def _show_found(self) -> None:
        card = self.query_one(InstanceCard)
        card.show(self._journey.found.server)
        self._say_understood()
        button = self.query_one("#go", Button)
        button.label = "That's it, go on"
        button.focus()

    def _say_understood(self) -> None:
        is_found = self._journey.attempt is not None
        self.query("#intro, #understood").set_class(is_found, "hidden")
        self.query_one("#understood", Static).update(_how_understood(self._journey.address))


def _how_understood(typed: str) -> Content:
    try:
        address = read_address(typed)
    except AddressError as error:
        # What is only half typed is nobody's mistake yet.
        return Content(error.reason if error.reason in LASTING_REASONS else _HINT)
    name = address.readable
    if name != address.host:
        name = f"{name} ({address.host})"
    who = f", where you are {address.username}" if address.username else ""
    understood = f"The wizard will look up {name}{who}."
    if not address.warning:
        return Content(understood)
    return Content.assemble(understood, "\n", (address.warning, "bold $warning"))
