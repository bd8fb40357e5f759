"""Signing an account out, step by step: asked first, ended at the server, then forgotten here.

The screens that show accounts come in; the services do it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.errors import CanNotRevoke, WizardError
from gts_wizard.rules.leaving import has_ended, was_not_ended, what_is_left
from gts_wizard.rules.software import can_revoke
from gts_wizard.tui.screens.confirm import Confirm

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gts_wizard.models import Account
    from gts_wizard.services.accounts import Forgotten
    from gts_wizard.tui.screens.step import Step


class SigningOut:
    """One account being signed out.

    Args:
        step: the screen it happens on, which tells failures.
        account: whose access ends.
        then: is told what became of it, and what can still be brought back, if anything can.
    """

    def __init__(
        self,
        step: Step,
        account: Account,
        then: Callable[[str, Forgotten | None], Awaitable[None]],
    ) -> None:
        self._step = step
        self._accounts = step.app.services.accounts
        self._account = account
        self._then = then

    def ask(self) -> None:
        """Make sure before ending the access."""
        question = Confirm(
            f"Sign out {self._account.handle}?", _consequence(self._account), "Sign out"
        )
        self._step.app.push_screen(question, self._end_if)

    def _end_if(self, confirmed: bool | None) -> None:
        if confirmed:
            self._step.wait_for("Signing out", self._end, keeps_something=False)

    async def _end(self) -> None:
        account = self._account
        if (await self._accounts.shelf()).account(account.handle) is None:
            # Another window was faster.
            await self._tell(f"{account.handle} is no longer signed in here.", None)
            return
        try:
            await self._accounts.revoke(account)
        except CanNotRevoke as old_server:
            await self._forget(f"This computer has forgotten {account.handle}. {old_server}")
        except WizardError as error:
            question = Confirm(
                f"Forget {account.handle} all the same?",
                was_not_ended(error),
                "Forget it here",
            )
            told = f"This computer has forgotten it. {what_is_left(error)}"
            self._step.app.push_screen(question, partial(self._forget_if, told))
        else:
            # Said now already: the file may be one that can't be written.
            self._step.say(has_ended(account.server.host))
            await self._accounts.forget(account)
            told = (
                f"You are signed out. The access at {account.server.host} has ended, and this "
                "computer has forgotten it."
            )
            await self._tell(told, None)

    def _forget_if(self, told: str, confirmed: bool | None) -> None:
        if confirmed:
            work = partial(self._forget, told)
            self._step.wait_for("Forgetting it here", work, keeps_something=False)

    async def _forget(self, told: str) -> None:
        forgotten = await self._accounts.forget(self._account)
        await self._tell(told, forgotten)

    async def _tell(self, told: str, forgotten: Forgotten | None) -> None:
        await self._then(" ".join([told, *self._accounts.take_notices()]), forgotten)


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
