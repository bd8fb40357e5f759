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
from textual.widgets import Button, Static

from gts_wizard import browser
from gts_wizard.messages import (
    ALLOW_IN_BROWSER,
    BROWSER_DID_NOT_OPEN,
    USING_CODE,
    link_steps,
    registered_as,
    renewal_note,
)
from gts_wizard.models import WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.server_features import takes_loopback_redirect
from gts_wizard.secret import Secret
from gts_wizard.tui.help_text import AUTHORIZE, RENEWAL
from gts_wizard.tui.messages import NewLink, ResumeSignIn, StepDone
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.qr_dialog import QrDialog
from gts_wizard.tui.terminal import print_link
from gts_wizard.tui.widgets.qr_code import fits_in_code
from gts_wizard.tui.widgets.steps import LinkBox
from gts_wizard.validation import is_loopback

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import PendingSignIn
    from gts_wizard.tui.context import TuiContext
    from gts_wizard.tui.wizard_state import WizardState


_COPIED = "Copied. If pasting gives something else, press p and select the link."
_CHANGE_PERMISSIONS = "F4 changes the permissions."


class AuthorizeScreen(BaseScreen):
    """Step 3: the link, the ways to open it, and what the user will see there.

    Args:
        context: the services, and settings that don't change while the app runs.
        state: the state of the sign-in.
    """

    step_number = 3
    takes_paste = True
    heading = ALLOW_IN_BROWSER
    dispensable = ("registered", "no-browser", "instructions")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", tooltip="Copy the link"),
        Binding("q", "qr", "QR", tooltip="Scan the link with your phone"),
        Binding("p", "plain", "Link", tooltip="Show the link alone, to select it"),
        Binding("f4", "permissions", "Permissions", tooltip="Choose other permissions"),
        Binding(
            "f3", "technical", "Details", tooltip="Show what is registered, in technical words"
        ),
        Binding("f5", "fresh", "Fresh link", tooltip="Start over with a fresh link"),
    ]

    def __init__(self, context: TuiContext, state: WizardState) -> None:
        super().__init__(context)
        self._state = state
        is_renewal = bool(state.require_pending().renewed_handle)
        self.set_class(is_renewal, "-renewal")
        self.help = RENEWAL if is_renewal else AUTHORIZE

    @cached_property
    def _can_open(self) -> bool:
        return self.context.may_open_browser and browser.can_open()

    @cached_property
    def _obstacle(self) -> browser.Obstacle | None:
        """Why the user can't count on a browser to open; None too where none may be opened."""
        return browser.find_obstacle() if self.context.may_open_browser else None

    @cached_property
    def _opens_here(self) -> bool:
        return self._can_open and browser.opens_here()

    @property
    def link(self) -> str:
        """The authorization URL of the pending sign-in."""
        return authorization_url(self._state.require_pending())

    def compose_page(self) -> ComposeResult:
        """Lay out the instructions."""
        pending = self._state.require_pending()
        host = pending.server.host
        note = renewal_note(pending, self._state.renewed)
        if note:
            yield Static(f"{note} {_CHANGE_PERMISSIONS}", id="renews", markup=False)
        yield Static(id="instructions", markup=False)
        yield Static(registered_as(pending), id="registered", classes="quiet", markup=False)
        yield Static(_client_and_scopes(pending), id="technical", markup=False)
        if self._obstacle is not None:
            hint = _no_browser_hint(host, self._obstacle)
            yield Static(hint, id="no-browser", classes="note", markup=False)

    def compose_actions(self) -> ComposeResult:
        """Lay out the buttons and the link."""
        with Vertical(id="actions"):
            with Horizontal(classes="buttons"):
                is_sure = self._can_open and self._obstacle is None
                if self._can_open:
                    yield Button(
                        "Open in browser", variant="primary" if is_sure else "default", id="open"
                    )
                yield Button("Copy link", variant="default" if is_sure else "primary", id="copy")
                yield Button("I have the code", id="have-code")
            yield LinkBox(self.link)

    def on_mount(self) -> None:
        """Focus the button to open the link, or else to copy it."""
        self.query_one("Button.-primary", Button).focus()

    @on(events.ScreenResume)
    def _show_instructions(self) -> None:
        """Say what to do; someone who comes back may want a code now."""
        server = self._state.require_pending().server
        steps = link_steps(server, by_itself=self._comes_by_itself)
        self.query_one("#instructions", Static).update("\n".join(steps))
        # One that is being replaced by that of a fresh link comes to the front for a moment, too.
        if self._state.notice and self.is_active:
            self.show_status(self._state.notice)
            self._state.notice = ""

    @property
    def _comes_by_itself(self) -> bool:
        """Whether the link that is opened from here brings its code by itself."""
        server = self._state.require_pending().server
        return self._opens_here and takes_loopback_redirect(server) and not self._state.uses_code

    @on(Button.Pressed, "#open")
    def open_in_browser(self) -> None:
        """Open the link in a browser, then go to the code step."""
        self.run_task("Opening your browser", self._open)

    @on(Button.Pressed, "#have-code")
    def go_to_code(self) -> None:
        """Go to the code step, with a code from elsewhere."""
        self._state.uses_code = True
        self.run_task("One moment", self._go_to_code)

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Copy the link with the terminal's clipboard sequence (OSC 52)."""
        self.app.copy_to_clipboard(self.link)
        self.show_status(f"{_COPIED} {USING_CODE}" if self._comes_by_itself else _COPIED)
        self.query_one("#have-code", Button).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer other permissions only for a renewal: otherwise Back leads to them."""
        if action == "permissions":
            return bool(self._state.require_pending().renewed_handle)
        return super().check_action(action, parameters)

    def action_permissions(self) -> None:
        """Go to the permissions, which the renewal has taken over from the old token."""
        pending = self._state.require_pending()._replace(step=WizardStep.PERMISSIONS)
        self.post_message(ResumeSignIn(self, pending, renewed=self._state.renewed))

    def action_technical(self) -> None:
        """Toggle between what is registered in plain words, and the client and its scopes."""
        self.toggle_class("-technical")
        self._scroll_into_view(self.query_one("#technical"))

    def action_back(self) -> None:
        """Close the technical words, if they are shown and nothing is to be stopped; or go back."""
        if self.has_class("-technical") and not self.can_stop:
            self.action_technical()
        else:
            super().action_back()

    def action_fresh(self) -> None:
        """Get a new link, for when the server no longer accepts this one."""
        self.post_message(NewLink(self._state))

    def action_qr(self) -> None:
        """Show the link as a QR code."""
        if fits_in_code(self.link):
            self.app.push_screen(QrDialog(self.link, can_open_picture=self._opens_here))
        else:
            self.show_status("This link is too long for a QR code. Copy it instead.")

    def action_plain(self) -> None:
        """Leave the full screen and print the link, so that the mouse can select it whole."""
        try:
            with self.app.suspend():
                print_link(self.link)
        except SuspendNotSupported:
            self.show_status("This terminal can't do that. Copy the link instead.")

    def on_paste(self, event: events.Paste) -> None:
        """Go to the code step with a code that is pasted here already."""
        self.run_task("One moment", lambda: self._go_to_code(Secret(event.text)))

    async def _open(self) -> None:
        state, redirects = self._state, self.context.services.sign_in.redirects
        link = self.link
        if self._comes_by_itself:
            state.redirect = await redirects.open(state.require_pending())
            link = authorization_url(state.redirect.pending) if state.redirect else link
        result = browser.OpenResult.FAILED
        try:
            result = await asyncio.to_thread(browser.open_and_watch, link)
        finally:
            if result is browser.OpenResult.FAILED:
                state.redirect = None
                await redirects.aclose()
        if result is browser.OpenResult.FAILED:
            self.show_status(BROWSER_DID_NOT_OPEN)
            self.query_one("#copy", Button).focus()
            return
        is_unsure = result is browser.OpenResult.UNSURE
        await self._go_to_code(
            notice="No page opened? Press Esc, and copy the link instead." if is_unsure else ""
        )

    async def _go_to_code(self, pasted: Secret | None = None, notice: str = "") -> None:
        state = self._state
        sign_in = self.context.services.sign_in
        state.pending = await sign_in.set_step(state.require_pending(), WizardStep.CODE)
        state.pasted = pasted
        self.post_message(StepDone(self, state, notice))


def _client_and_scopes(pending: PendingSignIn) -> str:
    scopes = " ".join(pending.scopes)
    return (
        f"Registered there as “{pending.app_name}”. Client id: {pending.client_id}. "
        f"Scopes: {scopes}."
    )


def _no_browser_hint(host: str, obstacle: browser.Obstacle) -> str:
    """Say why a browser may not open, and what to do instead."""
    if not is_loopback(urlsplit(f"//{host}").hostname or ""):
        return _NO_BROWSER_HINTS[obstacle]
    if obstacle is browser.Obstacle.REMOTE:
        return _REMOTE_LOOPBACK_HINT.format(host=host)
    return _LOOPBACK_HINT


_NO_BROWSER_HINTS = {
    browser.Obstacle.REMOTE: (
        "You're connected over SSH. Copy the link to your own browser, or press q to scan it with "
        "your phone."
    ),
    browser.Obstacle.TEXT_ONLY: (
        "Your browser needs a terminal of its own. Copy the link there, or press q to scan it with "
        "your phone."
    ),
    browser.Obstacle.NO_DISPLAY: (
        "There's no display here for a browser. Copy the link to any browser, or press q to scan "
        "it with your phone."
    ),
    browser.Obstacle.NO_BROWSER: (
        "The wizard found no browser here. Copy the link to another computer, or press q to scan "
        "it with your phone."
    ),
}
# No phone and no other computer reaches a server of this computer alone.
_LOOPBACK_HINT = (
    "The wizard can't open a browser here. Copy the link into a browser on this computer."
)
_REMOTE_LOOPBACK_HINT = (
    "You're connected over SSH. To reach {host} from your own browser, forward its port with "
    "ssh -L."
)
