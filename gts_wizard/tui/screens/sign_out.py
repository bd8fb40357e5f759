"""Signing an account out, step by step: asked first, ended at the server, then forgotten here.

The screens that show accounts come in; the services do it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.messages import (
    default_changed,
    forgotten,
    no_longer_signed_in,
    token_not_revoked,
    token_revoked,
    token_state_after,
)
from gts_wizard.oauth.server_features import can_revoke
from gts_wizard.services.accounts import Forget
from gts_wizard.tui.screens.dialogs import ConfirmDialog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gts_wizard.errors import WizardError
    from gts_wizard.models import Account
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.screens.base import BaseScreen


class SignOutDialogs:
    """One account being signed out.

    Args:
        screen: the screen it happens on, which shows failures.
        account: whose access ends.
        then: is told what became of it, and what can still be brought back, if anything can.
    """

    def __init__(
        self,
        screen: BaseScreen,
        account: Account,
        then: Callable[[str, RemovedAccount | None], Awaitable[None]],
    ) -> None:
        self._screen = screen
        self._accounts = screen.context.services.accounts
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
        result = await self._accounts.sign_out(
            account, Forget.IF_REVOKED_OR_UNSUPPORTED, self._report
        )
        if result.error is None:
            told = (
                f"You are signed out. The access at {account.server.host} has ended, and this "
                "computer has forgotten it."
            )
            await self._tell(told, result.removed, can_undo=False)
        elif result.removed is not None:
            await self._tell(f"{forgotten(account.handle)} {result.error}", result.removed)
        else:
            question = ConfirmDialog(
                f"Forget {account.handle} all the same?",
                token_not_revoked(result.error),
                "Forget it here",
            )
            told = f"This computer has forgotten it. {token_state_after(result.error)}"
            self._screen.app.push_screen(question, partial(self._forget_if, told))

    def _report(self, error: WizardError | None) -> None:
        if error is None:
            self._screen.show_status(token_revoked(self._account.server.host))

    def _forget_if(self, told: str, confirmed: bool | None) -> None:
        if confirmed:
            work = partial(self._forget, told)
            self._screen.run_task("Forgetting it here", work, keeps_something=False)

    async def _forget(self, told: str) -> None:
        await self._tell(told, await self._accounts.forget(self._account))

    async def _tell(
        self, told: str, removed: RemovedAccount | None, *, can_undo: bool = True
    ) -> None:
        """Say what became of the account, and of the default.

        Args:
            told: what became of the account.
            removed: what was taken out of the file.
            can_undo: whether its token may still be valid, so that bringing it back makes sense.
        """
        sentences = [told, *self._accounts.pop_warnings()]
        if removed is not None and removed.new_default:
            sentences.append(default_changed(removed.new_default))
        is_restorable = can_undo and removed is not None and removed.request is not None
        await self._then(" ".join(sentences), removed if is_restorable else None)


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
