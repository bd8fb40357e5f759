"""An account opened from Home."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Button

from gts_wizard.services.verifying import SignInResult
from gts_wizard.tui.screens.account_page import AccountBaseScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account
    from gts_wizard.services.accounts import RemovedAccount


class AccountScreen(AccountBaseScreen):
    """A saved account, which can be ended even while its server does not answer.

    Args:
        account: the account.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "renew", "Renew", tooltip="Renew the access of this account")
    ]

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.heading = account.handle
        self._saved = account

    def compose_fallback_buttons(self) -> ComposeResult:
        """Lay out the ways to renew the access, and to end it."""
        yield Button("Renew", id="renew")
        yield Button("Sign out", classes="sign-out")

    @on(Button.Pressed, "#renew")
    def action_renew(self) -> None:
        """Begin a journey to the same account."""
        self.app.renew(self._saved)

    async def load_account(self) -> SignInResult:
        """Ask the server who the account is now, which is a check as well."""
        services = self.app.services
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
        self.app.go_home()
        self.app.home.show_signed_out(told, forgotten)
