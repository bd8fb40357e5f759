"""Step 3: allow it, on the server's own page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static

from gts_wizard.models import Secret
from gts_wizard.models import Step as Where
from gts_wizard.rules.address import is_loopback
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.scopes import compared
from gts_wizard.rules.software import allow_button, is_hasty
from gts_wizard.tui import browser
from gts_wizard.tui.help import AUTHORIZE
from gts_wizard.tui.plain_link import show_plainly
from gts_wizard.tui.screens.code import CodeStep
from gts_wizard.tui.screens.qr import QrDialog
from gts_wizard.tui.screens.step import Step
from gts_wizard.tui.widgets.link_box import LinkBox

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.tui.journey import Journey


class AuthorizeStep(Step):
    """The link, the ways to it, and what the person will meet there."""

    help = AUTHORIZE
    number = 3
    heading = "Allow it in your browser"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", tooltip="Copy the link"),
        Binding("q", "qr", "QR code", tooltip="Show the link to the camera of a phone"),
        Binding("p", "plain", "Plain text", tooltip="Show the link alone, to select it"),
    ]

    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self._journey = journey
        self._can_open = self.app.opens_browser and browser.can_open()

    @property
    def link(self) -> str:
        """The address of the server's authorize page, for this attempt."""
        return authorize_link(self._journey.found)

    def compose_page(self) -> ComposeResult:
        """Lay out what will happen, and the link."""
        attempt = self._journey.found
        host = attempt.server.host
        if attempt.renews:
            how = compared(self._journey.before, attempt.scopes)
            yield Static(f"This renews {attempt.renews}. {how}", id="renews", markup=False)
        button = allow_button(attempt.server)
        allow = f"3  Press “{button}”."
        if is_hasty(attempt.server):
            allow = f"3  Press “{button}”, within two minutes of opening the link."
        yield Static(
            f"1  Open the link below. It leads to {host}.\n"
            "2  Sign in there. Your password stays between you and your server.\n"
            f"{allow}\n"
            "4  Copy the long code that appears, and come back here.",
            id="instructions",
            markup=False,
        )
        if self.app.opens_browser and not self._can_open:
            yield Static(_where_to_open(host), classes="note", markup=False)
        yield LinkBox(self.link)

    def compose_actions(self) -> ComposeResult:
        """Lay out the ways to open the link, and the way on."""
        with Horizontal(classes="buttons"):
            if self._can_open:
                yield Button("Open in browser", variant="primary", id="open")
            yield Button("Copy link", variant="default" if self._can_open else "primary", id="copy")
            yield Button("I have the code", id="have-code")

    def on_mount(self) -> None:
        """Start at the best way to the link."""
        self.query_one("#open" if self._can_open else "#copy", Button).focus()
        self.say(self._journey.told)
        self._journey.told = ""

    @on(Button.Pressed, "#open")
    def open_in_browser(self) -> None:
        """Open the link, and go on to where the code is wanted."""
        self.wait_for("Opening your browser", self._open)

    @on(Button.Pressed, "#have-code")
    def go_on(self) -> None:
        """Go to where the code is wanted."""
        self.wait_for("One moment", self._go_on)

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the link to the terminal's clipboard."""
        self.app.copy_to_clipboard(self.link)
        self.say(
            "Sent to the clipboard. If pasting brings something else, your terminal does not "
            "allow that: press p, and select the link yourself."
        )
        self.query_one("#have-code", Button).focus()

    def action_qr(self) -> None:
        """Show the link as a QR code, for a phone."""
        self.app.push_screen(QrDialog(self.link))

    def action_plain(self) -> None:
        """Step aside and print the link, so that the terminal can select it whole."""
        try:
            with self.app.suspend():
                show_plainly(self.link)
        except SuspendNotSupported:
            self.say("This terminal can't do that. Copy the link instead.")

    def on_paste(self, event: events.Paste) -> None:
        """Take a code that is pasted here already to where it belongs."""
        self.wait_for("One moment", lambda: self._go_on(Secret(event.text)))

    async def _open(self) -> None:
        if await asyncio.to_thread(browser.open_link, self.link):
            await self._go_on()
        else:
            self.say("The browser did not open. Copy the link instead.")
            self.query_one("#copy", Button).focus()

    async def _go_on(self, pasted: Secret | None = None) -> None:
        journey = self._journey
        journey.attempt = await self.app.services.sign_in.stand_at(journey.found, Where.CODE)
        await self.app.push_screen(CodeStep(journey, pasted))


def _where_to_open(host: str) -> str:
    if is_loopback(host.partition(":")[0]):
        return "No browser can be opened from this terminal. Open the link in one on this computer."
    return (
        "No browser can be opened from this terminal. Copy the link to a browser on any computer, "
        "or scan its QR code with your phone."
    )
