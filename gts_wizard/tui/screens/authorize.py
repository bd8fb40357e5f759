"""Step 3: the authorization link, and the ways to open it."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from textual import events, on
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import Button, Static

from gts_wizard import browser
from gts_wizard.address import is_loopback
from gts_wizard.messages import ALLOW_IN_BROWSER, BROWSER_DID_NOT_OPEN, link_steps
from gts_wizard.models import WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.scopes import describe_change
from gts_wizard.secret import Secret
from gts_wizard.tui.help_text import AUTHORIZE
from gts_wizard.tui.messages import NewLink, StepDone
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.dialogs import Dialog
from gts_wizard.tui.terminal import show_plainly
from gts_wizard.tui.widgets.qr_code import QrCode, QrStyle, fits_in_code
from gts_wizard.tui.widgets.steps import LinkBox

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState


_HOW = "The page opens there. Bring the code it shows back to this window."
_HOW_NEAR = (
    "This server is on this computer alone, so no phone reaches it. A real one's page opens there."
)
_BOXES = "Boxes instead of a pattern? Make the letters of your terminal smaller."
_BACK = "Esc or a click goes back."
# What stands beside the code, the gap included; the narrowest that reads well.
_WORDS_WIDTH = 18


class QrDialog(Dialog[None]):
    """A QR code as large as the window allows, and a few words beside it.

    Args:
        url: what it says, of our own making.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "leave", "Back")]

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._is_near = is_loopback(urlsplit(url).hostname or "")

    def compose(self) -> ComposeResult:
        """Lay out the code, and the words to its right: a terminal is wider than it is high."""
        with Horizontal(id="qr"):
            yield QrCode(self._url)
            with Vertical():
                yield Static("Scan it with your phone", id="heading", markup=False)
                yield Static(id="how", markup=False)
                yield Static(_BOXES, id="boxes", markup=False)
                yield Static(_BACK, id="back", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Draw the code anew, for the room there is now."""
        code = self.query_one(QrCode)
        drawn = code.fit(event.size - Size(_WORDS_WIDTH, 0))
        self.query_one("#boxes").set_class(drawn is not QrStyle.SEXTANTS, "hidden")
        self.set_class(drawn is QrStyle.NOT_AT_ALL, "-no-room")
        how = _HOW_NEAR if self._is_near else _HOW
        told = _no_room(code.least_room) if drawn is QrStyle.NOT_AT_ALL else how
        self.query_one("#how", Static).update(told)

    def on_click(self) -> None:
        """Go back, for hands that are on the mouse."""
        self.action_leave()

    def action_leave(self) -> None:
        """Go back to the link."""
        if self.is_active:
            self.dismiss()


def _no_room(code: Size) -> str:
    return (
        f"This window is too small for the code. Make it at least {code.width + _WORDS_WIDTH} "
        f"columns wide and {code.height} lines high, or copy the link instead."
    )


class AuthorizeScreen(BaseScreen):
    """The link, the ways to it, and what the person will meet there."""

    help = AUTHORIZE
    number = 3
    heading = ALLOW_IN_BROWSER

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", tooltip="Copy the link"),
        Binding("q", "qr", "QR code", tooltip="Show the link to the camera of a phone"),
        Binding("p", "plain", "Plain text", tooltip="Show the link alone, to select it"),
        Binding("f5", "fresh", "Fresh link", tooltip="Start over with a new link"),
    ]

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state

    @cached_property
    def _can_open(self) -> bool:
        return self.context.can_open_browser and browser.can_open()

    @property
    def link(self) -> str:
        """The address of the server's authorize page, for this attempt."""
        return authorization_url(self._state.pending)

    def compose_page(self) -> ComposeResult:
        """Lay out what will happen."""
        attempt = self._state.pending
        host = attempt.server.host
        if attempt.renewing:
            how = describe_change(self._state.previous_scopes, attempt.scopes)
            yield Static(f"This renews {attempt.renewing}. {how}", id="renews", markup=False)
        steps = "\n".join(link_steps(attempt.server))
        yield Static(steps, id="instructions", markup=False)
        if self.context.can_open_browser and not self._can_open:
            yield Static(_how_else(host), classes="note", markup=False)

    def compose_actions(self) -> ComposeResult:
        """Lay out the ways to open the link, the way on, and the link itself."""
        with Horizontal(classes="buttons"):
            if self._can_open:
                yield Button("Open in browser", variant="primary", id="open")
            yield Button("Copy link", variant="default" if self._can_open else "primary", id="copy")
            yield Button("I have the code", id="have-code")
        yield LinkBox(self.link)

    def on_mount(self) -> None:
        """Start at the best way to the link."""
        self.query_one("#open" if self._can_open else "#copy", Button).focus()
        self.show_status(self._state.notice)
        self._state.notice = ""

    @on(Button.Pressed, "#open")
    def open_in_browser(self) -> None:
        """Open the link, and go on to where the code is wanted."""
        self.run_task("Opening your browser", self._open)

    @on(Button.Pressed, "#have-code")
    def go_on(self) -> None:
        """Go to where the code is wanted."""
        self.run_task("One moment", self._go_on)

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the link to the terminal's clipboard."""
        self.app.copy_to_clipboard(self.link)
        self.show_status(
            "Sent to the clipboard. If pasting brings something else, your terminal does not "
            "allow that: press p, and select the link yourself."
        )
        self.query_one("#have-code", Button).focus()

    def action_fresh(self) -> None:
        """Make a new link, for when the server has forgotten this one."""
        self.post_message(NewLink(self._state))

    def action_qr(self) -> None:
        """Show the link as a QR code, for a phone."""
        if fits_in_code(self.link):
            self.app.push_screen(QrDialog(self.link))
        else:
            self.show_status("This link is too long for a QR code. Copy it instead.")

    def action_plain(self) -> None:
        """Step aside and print the link, so that the terminal can select it whole."""
        try:
            with self.app.suspend():
                show_plainly(self.link)
        except SuspendNotSupported:
            self.show_status("This terminal can't do that. Copy the link instead.")

    def on_paste(self, event: events.Paste) -> None:
        """Take a code that is pasted here already to where it belongs."""
        self.run_task("One moment", lambda: self._go_on(Secret(event.text)))

    async def _open(self) -> None:
        opening = await asyncio.to_thread(browser.open_and_watch, self.link)
        if opening is browser.OpenResult.FAILED:
            self.show_status(BROWSER_DID_NOT_OPEN)
            self.query_one("#copy", Button).focus()
            return
        is_unsure = opening is browser.OpenResult.UNSURE
        await self._go_on(
            notice="Did no page open? Press Esc, and copy the link instead." if is_unsure else ""
        )

    async def _go_on(self, pasted: Secret | None = None, notice: str = "") -> None:
        state = self._state
        sign_in = self.context.services.sign_in
        state.maybe_pending = await sign_in.set_step(state.pending, WizardStep.CODE)
        state.pasted = pasted
        self.post_message(StepDone(self, state, notice))


def _how_else(host: str) -> str:
    """Say why no browser can be opened, and what is the best way instead."""
    if is_loopback(urlsplit(f"//{host}").hostname or ""):
        return "No browser can be opened from this terminal. Open the link in one on this computer."
    return _HOW_ELSE[browser.find_obstacle()]


_HOW_ELSE = {
    browser.Obstacle.REMOTE: (
        "You are connected to this computer from another one. Copy the link to a browser there, or "
        "press q and scan it with your phone."
    ),
    browser.Obstacle.TEXT_ONLY: (
        "Your browser needs a terminal, and this one is taken. Copy the link to another terminal "
        "or computer, or press q and scan it with your phone."
    ),
    browser.Obstacle.NO_DISPLAY: (
        "No browser can be opened from this terminal. Copy the link to a browser on any computer, "
        "or press q and scan it with your phone."
    ),
    browser.Obstacle.NO_BROWSER: (
        "No browser was found on this computer. Copy the link to a browser on another one, or "
        "press q and scan it with your phone."
    ),
}
