"""The screen of a saved account, and the base class that it shares with the last step."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import aclosing
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gts_wizard import messages
from gts_wizard.errors import ChangedMeanwhile, WizardError
from gts_wizard.models import AccountStatus
from gts_wizard.oauth.server_features import may_read_notifications
from gts_wizard.script_line import script_line
from gts_wizard.secret import SecretStorage
from gts_wizard.services.verification import SignInResult
from gts_wizard.tui.help_text import ACCOUNT, ACCOUNT_ENDED, ACCOUNT_NOT_LOADED
from gts_wizard.tui.images import UnreadablePicture, pixels_of, png_of
from gts_wizard.tui.messages import AccountLoaded, RenewAccount, ShowHome
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.details import DetailsScreen
from gts_wizard.tui.screens.notifications import NotificationsScreen
from gts_wizard.tui.screens.sign_out import SignOutDialogs
from gts_wizard.tui.widgets.profile import Avatar, ProfileCard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.worker import Worker

    from gts_wizard.models import Account, Profile
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.context import TuiContext


# What asking once more does not change, and renewing does.
_RENEWABLE = frozenset({AccountStatus.REVOKED, AccountStatus.INSUFFICIENT_SCOPE})
_NOT_LOADED = (
    "This account is saved here, but its profile couldn't be loaded. Press i to see what's saved."
)
_SECRETS_MOVED = {
    SecretStorage.FILE: "The secrets of {handle} are in the file now.",
    SecretStorage.KEYRING: "The secrets of {handle} are in the system's keyring now.",
}


class AccountBaseScreen(BaseScreen):
    """Loads an account's profile from its server, and shows it with what can be done.

    Subclasses implement `load_account`, and may add buttons for when the server does not answer
    (`compose_fallback_buttons`).

    Args:
        context: the services, and settings that don't change while the app runs.
        account: the account; None when only `load_account` finds out which one it is.
    """

    help = ACCOUNT
    has_retry = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "notifications", "Notifications", tooltip="See your newest notifications"),
        Binding(
            "c", "copy", "Copy", tooltip="Copy the command that uses the account from a script"
        ),
        Binding(
            "i",
            "all_details",
            "Details",
            tooltip="See everything saved about the account",
        ),
        Binding(
            "k",
            "move_secrets('keyring')",
            "Move to keyring",
            tooltip="Keep its secrets in the system's keyring instead of the file",
        ),
        Binding(
            "k",
            "move_secrets('file')",
            "Move to file",
            tooltip="Keep its secrets in the file instead of the system's keyring",
        ),
    ]

    def __init__(self, context: TuiContext, account: Account | None = None) -> None:
        super().__init__(context)
        self._account = account
        self._loaded = False

    @property
    def sign_out_label(self) -> str:
        """What the button says that signs the account out."""
        return "Sign out"

    async def load_account(self) -> SignInResult:
        """Request the profile from the server.

        Raises:
            WizardError: it can't be had; the error is shown with the fallback buttons.
        """
        raise NotImplementedError

    async def handle_signed_out(self, message: str, removed: RemovedAccount | None) -> None:
        """Go back to Home, which shows the message and offers undo.

        Args:
            message: what was done, and whether the token is revoked.
            removed: the removed account, if restoring it makes sense; otherwise None.
        """
        self.post_message(ShowHome(message, removed))

    def compose_page(self) -> ComposeResult:
        """Lay out the container for the profile."""
        yield Vertical(id="account")

    def compose_actions(self) -> ComposeResult:
        """Lay out the buttons for when the server does not answer."""
        with Horizontal(classes="buttons hidden", id="fallback"):
            yield Button("Try again", variant="primary", id="again")
            yield from self.compose_fallback_buttons()

    def compose_fallback_buttons(self) -> ComposeResult:
        """Lay out further buttons for when the server does not answer."""
        yield from ()

    def on_mount(self) -> None:
        """Start to load the account."""
        self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the actions that need the profile only once it is loaded."""
        if action in {"notifications", "copy", "move_secrets"} and not self._loaded:
            return False
        if action == "notifications" and self._account is not None:
            return _can_read_notifications(self._account)
        if action == "all_details" and self._account is None:
            return False
        if action == "move_secrets" and self._account is not None:
            is_possible = SecretStorage.FILE in parameters or find_spec("keyring") is not None
            is_other = self._account.token.storage not in parameters
            # Practice must leave nothing behind, so it never uses the keyring.
            return is_possible and is_other and not self.context.practice
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#again")
    def load(self) -> None:
        """Load the account from the server and show it."""
        self.run_task(messages.VERIFYING, self._load)

    @on(Button.Pressed, "#done")
    def leave(self) -> None:
        """Go back to Home, closing the steps of a sign-in."""
        self.post_message(ShowHome())

    @on(Button.Pressed, "#notifications")
    def action_notifications(self) -> None:
        """Show the newest notifications."""
        if self._account is not None:
            self.app.push_screen(NotificationsScreen(self.context, self._account))

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        """Copy the line for scripts with the terminal's clipboard sequence (OSC 52)."""
        if self._account is not None:
            self.app.copy_to_clipboard(self._script_line(self._account))
            self.show_status("Copied. If pasting gives something else, select the command above.")

    def action_all_details(self) -> None:
        """Show all details of the account."""
        if self._account is not None:
            self.app.push_screen(DetailsScreen(self.context, self._account))

    def action_move_secrets(self, storage: str) -> None:
        """Move the account's secrets between the file and the keyring.

        Args:
            storage: the value of a `SecretStorage`.
        """
        work = partial(self._move_secrets, SecretStorage(storage))
        self.run_task("Moving the secrets", work, saves=False)

    @on(Button.Pressed, ".sign-out")
    def confirm_sign_out(self) -> None:
        """Ask for confirmation, then sign the account out."""
        if self._account is not None and not self.is_waiting:
            SignOutDialogs(self, self._account, self.handle_signed_out).confirm()

    async def _load(self) -> None:
        fallback_buttons = self.query_one("#fallback")
        try:
            result = await self.load_account()
        except (WizardError, asyncio.CancelledError):
            # Also after a cancel, which would otherwise leave an empty screen.
            if self.is_attached:
                fallback_buttons.remove_class("hidden")
                self.set_focus(fallback_buttons.query("Button").exclude(".hidden").first(Button))
            raise
        fallback_buttons.add_class("hidden")
        self._account = result.account
        self._loaded = True
        self.post_message(AccountLoaded(result.account))
        await self._show(result)

    async def _show(self, result: SignInResult) -> None:
        self.help = ACCOUNT
        # The card starts with the handle, so the heading would repeat it.
        self.query_one("#heading").display = False
        container = self.query_one("#account", Vertical)
        await container.remove_children()
        await container.mount(ProfileCard(result, self.context.services.accounts.display_path))
        for note in _notes(result):
            await container.mount(Static(note, classes="note", markup=False))
        notification_buttons = [Button("See notifications", id="notifications")]
        await container.mount(
            Horizontal(
                Button("Done", variant="primary", id="done"),
                *(notification_buttons if _can_read_notifications(result.account) else []),
                Button("Copy command", id="copy"),
                Button(self.sign_out_label, classes="sign-out", id="sign-out"),
                classes="buttons -many",
            ),
            Static("Use it from a script:", id="script-head", markup=False),
            Static(self._script_line(result.account), id="script", markup=False),
        )
        # If another account signed in than requested, a quick Enter must not accept it.
        first = "#sign-out" if result.requested_username else "#done"
        self.query_one(first, Button).focus(scroll_visible=False)
        self.call_after_refresh(self._scroll_to_top)
        _: Worker[None] = self.run_worker(
            partial(self._show_avatar, result.profile), description="fetching an avatar"
        )

    def _scroll_to_top(self) -> None:
        """Scroll to the top, but keep the focused widget visible."""
        self.query_one("#page").scroll_home(animate=False, immediate=True)
        if self.focused is not None:
            self.focused.scroll_visible(animate=False, immediate=True)

    async def _show_avatar(self, profile: Profile) -> None:
        # Errors are not shown: the initial stays in its place.
        with contextlib.suppress(WizardError, UnreadablePicture):
            file = await self.context.services.accounts.picture(profile)
            avatar = self.query_one(Avatar)
            if self.context.can_show_images:
                png = await asyncio.to_thread(png_of, file, *Avatar.IMAGE_PIXELS)
                avatar.show_image(png)
            else:
                avatar.show(await asyncio.to_thread(pixels_of, file, *Avatar.PIXELS))

    async def _move_secrets(self, storage: SecretStorage) -> None:
        if self._account is None:
            return
        account = await self.context.services.accounts.move_secrets(storage, self._account)
        if account is None:
            self.show_status(messages.no_longer_signed_in(self._account.handle))
            return
        self._account = account
        self.query_one(ProfileCard).show_account(self._account)
        self.refresh_bindings()
        self.show_status(_SECRETS_MOVED[storage].format(handle=account.handle))

    def _script_line(self, account: Account) -> str:
        return script_line(account, self.context.services.accounts.custom_path)


def _notes(result: SignInResult) -> Iterator[str]:
    if result.changes:
        yield result.changes
    if result.not_renewed:
        yield (
            f"{result.not_renewed} is not renewed yet. To renew it, choose it in your list and "
            "press r."
        )
    if result.requested_username:
        yield messages.someone_else(result.requested_username, result.account.handle)
    if result.missing_scopes:
        yield messages.scopes_missing(result.account.server.host, result.missing_scopes)
    if result.replaced_error is not None:
        yield messages.earlier_token(result.account.handle, result.replaced_error)


def _can_read_notifications(account: Account) -> bool:
    return may_read_notifications(account.server, account.token.scopes)


class AccountScreen(AccountBaseScreen):
    """A saved account; it can be signed out even while its server does not answer.

    Args:
        context: the services, and settings that don't change while the app runs.
        account: the account.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "renew", "Renew", tooltip="Renew access to this account")
    ]

    def __init__(self, context: TuiContext, account: Account) -> None:
        super().__init__(context, account)
        self.heading = account.handle
        self._saved = account

    def compose_page(self) -> ComposeResult:
        """Lay out the container for the profile, and what stands there without one."""
        yield from super().compose_page()
        yield Static(_NOT_LOADED, id="not-loaded", classes="hidden", markup=False)

    def compose_fallback_buttons(self) -> ComposeResult:
        """Lay out the buttons to renew the account and to sign out."""
        yield Button("Renew", id="renew")
        yield Button("Sign out", classes="sign-out")

    @on(Button.Pressed, "#renew")
    def action_renew(self) -> None:
        """Start to renew the account."""
        self.post_message(RenewAccount(self._saved))

    async def load_account(self) -> SignInResult:
        """Check the account, which saves its status, and return its profile."""
        services = self.context.services
        async with aclosing(services.checker.check([self._saved])) as results:
            check_result = await anext(results)
        self._saved = check_result.account
        if check_result.error is not None and not isinstance(check_result.error, ChangedMeanwhile):
            is_renewal_needed = check_result.account.status in _RENEWABLE
            self.query_one("#again").set_class(is_renewal_needed, "hidden")
            self.query_one("#renew", Button).variant = "primary" if is_renewal_needed else "default"
            self.query_one("#not-loaded").remove_class("hidden")
            self.help = ACCOUNT_ENDED if is_renewal_needed else ACCOUNT_NOT_LOADED
            raise check_result.error
        self.query_one("#not-loaded").add_class("hidden")
        # There is no profile if another process renewed the account during the check.
        profile = check_result.profile or await services.accounts.profile(check_result.account)
        return SignInResult(check_result.account, profile, changes=check_result.changes)
