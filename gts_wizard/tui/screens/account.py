"""A saved account: who it is, and what can be done with it."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard.curl_example import script_line
from gts_wizard.errors import WizardError
from gts_wizard.messages import VERIFYING, no_longer_signed_in, scopes_missing, someone_else
from gts_wizard.oauth.server_features import may_read_notifications
from gts_wizard.secret import SecretStorage
from gts_wizard.services.sign_in import SignInResult
from gts_wizard.tui.help_text import ACCOUNT
from gts_wizard.tui.images import UnreadablePicture, pixels_of, png_of
from gts_wizard.tui.messages import RenewAccount, ShowHome
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.details import DetailsScreen
from gts_wizard.tui.screens.notifications import NotificationsScreen
from gts_wizard.tui.screens.sign_out import SignOutDialogs
from gts_wizard.tui.widgets.profile import Avatar, ProfileCard

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account, Profile
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.services.sign_in import SignInResult
    from gts_wizard.tui.context import TuiContext


_MOVED = {
    SecretStorage.FILE: "The secrets of this account are in the file now.",
    SecretStorage.KEYRING: "The secrets of this account are in the system's keyring now.",
}


class AccountBaseScreen(BaseScreen):
    """An account, as its server sees it now.

    Subclasses say how to `meet` it, what to do once it is `signed_out`, and which buttons help
    while the server does not answer.
    """

    help = ACCOUNT
    has_retry = True
    sign_out_label: ClassVar[str] = "Sign out"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "notifications", "News", tooltip="See what happened lately"),
        Binding("c", "copy", "Copy", tooltip="Copy the line that uses the account from a script"),
        Binding(
            "i",
            "all_details",
            "Details",
            tooltip="See everything that is kept about the account",
        ),
        Binding(
            "k",
            "move_secrets('keyring')",
            "To keyring",
            tooltip="Keep its secrets in the system's keyring instead of the file",
        ),
        Binding(
            "k",
            "move_secrets('file')",
            "To file",
            tooltip="Keep its secrets in the file again instead of the system's keyring",
        ),
    ]

    def __init__(self, context: TuiContext, account: Account | None = None) -> None:
        super().__init__(context)
        self._account = account
        self._loaded = False

    async def load_account(self) -> SignInResult:
        """Ask the server who this is."""
        raise NotImplementedError

    async def signed_out(self, told: str, forgotten: RemovedAccount | None) -> None:
        """Leave, once the account is gone.

        Args:
            told: what became of the access.
            forgotten: what brings the account back, where that means something.
        """
        raise NotImplementedError

    def compose_page(self) -> ComposeResult:
        """Lay out what is there before the server has answered."""
        yield Vertical(id="met")

    def compose_actions(self) -> ComposeResult:
        """Lay out what helps when the server does not answer."""
        with Horizontal(classes="buttons hidden", id="unmet"):
            yield Button("Try again", variant="primary", id="again")
            yield from self.compose_fallback_buttons()

    def compose_fallback_buttons(self) -> ComposeResult:
        """Lay out what else can be done while the server does not answer."""
        yield from ()

    def on_mount(self) -> None:
        """Ask who this is."""
        self.ask()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs the account's profile only once there is one."""
        if action in {"notifications", "copy", "move_secrets"} and not self._loaded:
            return False
        if action == "notifications" and self._account is not None:
            return _reaches_notifications(self._account)
        if action == "all_details" and self._account is None:
            return False
        if action == "move_secrets" and self._account is not None:
            # Practice leaves nothing behind, in no keyring either.
            return not self.context.practice and self._account.token.storage not in parameters
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#again")
    def ask(self) -> None:
        """Ask the server, again if need be."""
        self.run_task(VERIFYING, self._load)

    @on(Button.Pressed, "#done")
    def leave(self) -> None:
        """Go back to Home, wherever this was opened from."""
        self.post_message(ShowHome())

    @on(Button.Pressed, "#notifications")
    def action_notifications(self) -> None:
        """Have a first look at the account's notifications."""
        if self._account is not None:
            self.app.push_screen(NotificationsScreen(self.context, self._account))

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Send the command that uses the account to the terminal's clipboard."""
        if self._account is not None:
            self.app.copy_to_clipboard(self._script_line(self._account))
            self.show_status(
                "Sent to the clipboard. If pasting brings something else, select it above."
            )

    def action_all_details(self) -> None:
        """Show everything about the account."""
        if self._account is not None:
            self.app.push_screen(DetailsScreen(self.context, self._account))

    def action_move_secrets(self, place: str) -> None:
        """Keep the account's secrets in the keyring instead of the file, or the other way."""
        work = partial(self._move_secrets, SecretStorage(place))
        self.run_task("Moving the secrets", work, keeps_something=False)

    @on(Button.Pressed, ".sign-out")
    def ask_to_sign_out(self) -> None:
        """Make sure before ending the access."""
        if self._account is not None and not self.is_waiting:
            SignOutDialogs(self, self._account, self.signed_out).ask()

    async def _load(self) -> None:
        unmet = self.query_one("#unmet")
        try:
            met = await self.load_account()
        except (WizardError, asyncio.CancelledError):
            # Whoever stops the question must not be left with an empty page.
            if self.is_attached:
                unmet.remove_class("hidden")
                self.set_focus(unmet.query("Button").exclude(".hidden").first(Button))
            raise
        unmet.add_class("hidden")
        self._account = met.account
        self._loaded = True
        await self._show(met)

    async def _show(self, met: SignInResult) -> None:
        self.help = ACCOUNT
        # The card has the handle at its top.
        self.query_one("#heading").display = False
        place = self.query_one("#met", Vertical)
        await place.remove_children()
        await place.mount(ProfileCard(met, self.context.services.accounts.display_path))
        if met.requested_handle:
            note = someone_else(met.requested_handle)
            await place.mount(Static(note, classes="note", markup=False))
        if met.missing_scopes:
            note = scopes_missing(met.missing_scopes)
            await place.mount(Static(note, classes="note", markup=False))
        news = [Button("See notifications", id="notifications")]
        await place.mount(
            Horizontal(
                Button("Done", variant="primary", id="done"),
                *(news if _reaches_notifications(met.account) else []),
                Button("Copy command", id="copy"),
                Button(self.sign_out_label, classes="sign-out", id="sign-out"),
                classes="buttons -many",
            ),
            Static("Use it from a script:", id="script-head", markup=False),
            Static(self._script_line(met.account), id="script", markup=False),
        )
        # An Enter pressed in haste must not take somebody else's account for one's own.
        first = "#sign-out" if met.requested_handle else "#done"
        self.query_one(first, Button).focus(scroll_visible=False)
        self.call_after_refresh(self._show_from_the_top)
        self.run_worker(self._show_picture(met.profile), description="fetching a picture")

    def _show_from_the_top(self) -> None:
        """Show the page from its top, or as far from it as the focus asks for."""
        self.query_one("#page").scroll_home(animate=False, immediate=True)
        if self.focused is not None:
            self.focused.scroll_visible(animate=False, immediate=True)

    async def _show_picture(self, profile: Profile) -> None:
        # The text says it all without the picture, so nothing is told when it can't be had.
        with contextlib.suppress(WizardError, UnreadablePicture):
            file = await self.context.services.accounts.picture(profile)
            portrait = self.query_one(Avatar)
            if self.context.can_show_images:
                png = await asyncio.to_thread(png_of, file, *Avatar.SHARP_PIXELS)
                portrait.show_sharply(png)
            else:
                portrait.show(await asyncio.to_thread(pixels_of, file, *Avatar.PIXELS))

    async def _move_secrets(self, place: SecretStorage) -> None:
        if self._account is None:
            return
        moved = await self.context.services.accounts.move_secrets(place, self._account)
        if moved is None:
            self.show_status(no_longer_signed_in(self._account.handle))
            return
        self._account = moved
        self.query_one(ProfileCard).show_account(self._account)
        self.refresh_bindings()
        self.show_status(_MOVED[place])

    def _script_line(self, account: Account) -> str:
        return script_line(account, self.context.services.accounts.custom_path)


def _reaches_notifications(account: Account) -> bool:
    return may_read_notifications(account.server, account.token.scopes)


class AccountScreen(AccountBaseScreen):
    """A saved account, which can be ended even while its server does not answer.

    Args:
        account: the account.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "renew", "Renew", tooltip="Renew the access of this account")
    ]

    def __init__(self, context: TuiContext, account: Account) -> None:
        super().__init__(context, account)
        self.heading = account.handle
        self._saved = account

    def compose_fallback_buttons(self) -> ComposeResult:
        """Lay out the ways to renew the access, and to end it."""
        yield Button("Renew", id="renew")
        yield Button("Sign out", classes="sign-out")

    @on(Button.Pressed, "#renew")
    def action_renew(self) -> None:
        """Begin a journey to the same account."""
        self.post_message(RenewAccount(self._saved))

    async def load_account(self) -> SignInResult:
        """Ask the server who the account is now, which is a check as well."""
        services = self.context.services
        async with aclosing(services.checker.check([self._saved])) as found:
            checked = await anext(found)
        self._saved = checked.account
        if checked.error is not None:
            raise checked.error
        # Somebody renewed it in another window just now.
        profile = checked.profile or await services.accounts.profile(checked.account)
        return SignInResult(checked.account, profile)

    async def signed_out(self, told: str, forgotten: RemovedAccount | None) -> None:
        """Go back to Home, which says what became of the access."""
        self.post_message(ShowHome(told, forgotten))
