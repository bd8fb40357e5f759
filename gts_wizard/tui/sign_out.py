"""Signing an account out, step by step: asked first, ended at the server, then forgotten here.

The screens that show accounts come in; the services do it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.errors import RevocationUnsupported, WizardError
from gts_wizard.messages import (
    forgotten,
    no_longer_signed_in,
    token_not_revoked,
    token_revoked,
    token_state_after,
)
from gts_wizard.oauth.server_features import can_revoke
from gts_wizard.tui.screens.dialogs import ConfirmDialog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gts_wizard.models import Account
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.screens.base import BaseScreen


class SignOutDialogs:
    """One account being signed out.

    Args:
        step: the screen it happens on, which tells failures.
        account: whose access ends.
        then: is told what became of it, and what can still be brought back, if anything can.
    """

    def __init__(
        self,
        step: BaseScreen,
        account: Account,
        then: Callable[[str, RemovedAccount | None], Awaitable[None]],
    ) -> None:
        self._screen = step
        self._accounts = step.app.services.accounts
        self._account = account
        self._then = then

    def ask(self) -> None:
        """Make sure before ending the access."""
        question = ConfirmDialog(
            f"Sign out {self._account.handle}?", _consequence(self._account), "Sign out"
        )
        self._screen.app.push_screen(question, self._end_if)

    def _end_if(self, confirmed: bool | None) -> None:
        if confirmed:
            self._screen.run_task("Signing out", self._end, keeps_something=False)

    async def _end(self) -> None:
        account = self._account
        if (await self._accounts.credentials()).account(account.handle) is None:
            # Another window was faster.
            await self._tell(no_longer_signed_in(account.handle), None)
            return
        try:
            await self._accounts.revoke(account)
        except RevocationUnsupported as old_server:
            await self._forget(f"{forgotten(account.handle)} {old_server}")
        except WizardError as error:
            question = ConfirmDialog(
                f"Forget {account.handle} all the same?",
                token_not_revoked(error),
                "Forget it here",
            )
            told = f"This computer has forgotten it. {token_state_after(error)}"
            self._screen.app.push_screen(question, partial(self._forget_if, told))
        else:
            # Said now already: the file may be one that can't be written.
            self._screen.show_status(token_revoked(account.server.host))
            await self._accounts.forget(account)
            told = (
                f"You are signed out. The access at {account.server.host} has ended, and this "
                "computer has forgotten it."
            )
            await self._tell(told, None)

    def _forget_if(self, told: str, confirmed: bool | None) -> None:
        if confirmed:
            work = partial(self._forget, told)
            self._screen.run_task("Forgetting it here", work, keeps_something=False)

    async def _forget(self, told: str) -> None:
        await self._tell(told, await self._accounts.forget(self._account))

    async def _tell(self, told: str, removed: RemovedAccount | None) -> None:
        await self._then(" ".join([told, *self._accounts.pop_warnings()]), removed)


def _consequence(account: Account) -> str:
    host = account.server.host
    if not can_revoke(account.server):
        return (
            f"This computer forgets it. The access at {host} stays good: that server is too old "
            "to end one on request."
        )
    return (
        f"This ends the access at {host}, and forgets it here. The account itself stays as it is."
    )
