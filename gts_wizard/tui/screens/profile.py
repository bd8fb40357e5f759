"""Step 5: who you are, already saved; and what now."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.errors import CanNotRevoke, WizardError
from gts_wizard.tui.picture import UnreadablePicture, pixels_of
from gts_wizard.tui.screens.confirm import Confirm
from gts_wizard.tui.screens.notifications import NotificationsScreen
from gts_wizard.tui.screens.step import Step
from gts_wizard.tui.widgets.portrait import Portrait
from gts_wizard.tui.widgets.profile_card import ProfileCard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from gts_wizard.models import Account, Profile
    from gts_wizard.services.sign_in import SignedIn


class ProfileStep(Step):
    """A verified account.

    Args:
        meet: asks the server who this is; asked again when it fails and the person wants it.
        is_new: whether this ends a journey, rather than showing an account from Home.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "notifications", "Notifications"),
        Binding("c", "copy", "Copy the command"),
    ]

    def __init__(self, meet: Callable[[], Awaitable[SignedIn]], *, is_new: bool) -> None:
        super().__init__()
        self.number = 5 if is_new else 0
        self._meet = meet
        self._is_new = is_new
        self._met: SignedIn | None = None

    def compose_page(self) -> ComposeResult:
        """Lay out what is there before the server has answered."""
        yield Vertical(id="met")

    def compose_actions(self) -> ComposeResult:
        """Lay out the button for when the server did not answer."""
        with Horizontal(classes="buttons", id="again-row"):
            yield Button("Try again", variant="primary", id="again")

    def on_mount(self) -> None:
        """Ask who this is."""
        self.query_one("#again-row").display = False
        self.ask()

    @on(Button.Pressed, "#again")
    def ask(self) -> None:
        """Ask the server, again if need be."""
        self.wait_for("Asking your server who you are", self._ask)

    @on(Button.Pressed, "#done")
    def leave(self) -> None:
        """Go back to Home, wherever this was opened from."""
        self.app.go_home()

    @on(Button.Pressed, "#notifications")
    def action_notifications(self) -> None:
        """Have a first look at the account's notifications."""
        if self._met is not None:
            self.app.push_screen(NotificationsScreen(self._met.account))

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the command that uses the account to the terminal's clipboard."""
        if self._met is not None:
            self.app.copy_to_clipboard(self._script_line(self._met.account))
            self.say("Sent to the clipboard. If pasting brings something else, select it above.")

    @on(Button.Pressed, "#sign-out")
    def ask_to_sign_out(self) -> None:
        """Make sure before ending the access."""
        if self._met is None or self.is_waiting:
            return
        account = self._met.account
        question = Confirm(
            f"Sign out {account.handle}?",
            f"This ends the access at {account.server.host}, and forgets it here. "
            "The account itself stays as it is.",
            "Sign out",
        )
        self.app.push_screen(question, self._sign_out_if)

    async def _ask(self) -> None:
        again = self.query_one("#again-row")
        try:
            met = await self._meet()
        except WizardError:
            again.display = True
            self.query_one("#again", Button).focus()
            raise
        again.display = False
        self._met = met
        await self._show(met)

    async def _show(self, met: SignedIn) -> None:
        place = self.query_one("#met", Vertical)
        await place.remove_children()
        await place.mount(ProfileCard(met.account, met.profile, self.app.services.accounts.path))
        if met.expected:
            await place.mount(
                Static(f"You typed {met.expected}, but this is somebody else.", id="note")
            )
        await place.mount(
            Horizontal(
                Button("Done", variant="primary", id="done"),
                Button("See notifications", id="notifications"),
                Button("Copy command", id="copy"),
                Button("That's not me" if self._is_new else "Sign out", id="sign-out"),
                classes="buttons",
            ),
            Static("Use it from a script, without ever showing the key:", id="script-head"),
            Static(self._script_line(met.account), id="script", markup=False),
        )
        self.query_one("#done", Button).focus(scroll_visible=False)
        self.call_after_refresh(self.query_one("#page").scroll_home, animate=False)
        self.run_worker(self._show_picture(met.profile), description="fetching a picture")

    async def _show_picture(self, profile: Profile) -> None:
        # The text says it all without the picture, so nothing is told when it can't be had.
        with contextlib.suppress(WizardError, UnreadablePicture):
            file = await self.app.services.accounts.picture(profile)
            picture = await asyncio.to_thread(pixels_of, file, *Portrait.PIXELS)
            self.query_one(Portrait).show(picture)

    def _sign_out_if(self, confirmed: bool | None) -> None:
        if confirmed:
            self.wait_for("Signing out", self._sign_out)

    async def _sign_out(self) -> None:
        if self._met is None:
            return
        account = self._met.account
        try:
            await self.app.services.accounts.revoke(account)
        except CanNotRevoke as old_server:
            await self._forget(f"Forgotten here. {old_server}")
        except WizardError as error:
            question = Confirm(
                f"Forget {account.handle} all the same?",
                f"{error.what_happened} The access stays alive there until it is ended in your "
                "account's settings.",
                "Forget it here",
            )
            self.app.push_screen(question, self._forget_if)
        else:
            await self._forget(f"Signed out: ended at {account.server.host}, forgotten here.")

    def _forget_if(self, confirmed: bool | None) -> None:
        if confirmed:
            self.wait_for(
                "Forgetting it here",
                lambda: self._forget("Forgotten here. The access at the server was not ended."),
            )

    async def _forget(self, told: str) -> None:
        if self._met is not None:
            await self.app.services.accounts.forget(self._met.account)
        self.app.go_home(told)

    def _script_line(self, account: Account) -> str:
        """Return a command that reads the account's notifications, with the token left out."""
        # In practice the accounts are in a file of their own, which other terminals must be told.
        file = f"GTS_WIZARD_CREDENTIALS={self.app.services.accounts.path} "
        token = f"{file if self.app.practice else ''}gts-wizard token {account.handle}"
        url = f"{account.server.origin}/api/v1/notifications"
        return f'curl -H "Authorization: Bearer $({token})" {url}'
