"""An account opened from Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button

from gts_wizard.services.verifying import SignedIn
from gts_wizard.tui.screens.account_page import AccountPage

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account


class AccountScreen(AccountPage):
    """A saved account, which can be ended even while its server does not answer.

    Args:
        account: the account.
    """

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.heading = account.handle
        self._saved = account

    def compose_ways_out(self) -> ComposeResult:
        """Lay out the ways to renew the access, and to end it."""
        yield Button("Sign in again", id="sign-in-again")
        yield Button("Sign out", classes="sign-out")

    @on(Button.Pressed, "#sign-in-again")
    def sign_in_again(self) -> None:
        """Begin a journey to the same account."""
        self.app.go_home()
        self.app.begin_journey(self._saved.handle)

    async def meet(self) -> SignedIn:
        """Ask the server who the account is now."""
        profile = await self.app.services.accounts.profile(self._saved)
        return SignedIn(self._saved, profile)

    async def signed_out(self, told: str) -> None:
        """Go back to Home, and say what became of the access."""
        self.app.go_home()
        self.app.say(told)
