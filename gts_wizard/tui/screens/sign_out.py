"""Signs an account out: confirm, revoke the token at the server, then remove the account here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gts_wizard import messages
from gts_wizard.models import AccountStatus
from gts_wizard.oauth.server_features import can_revoke
from gts_wizard.services.accounts import RemovalPolicy
from gts_wizard.services.revocation import registration_elsewhere
from gts_wizard.tui.screens.dialogs import ConfirmDialog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gts_wizard.errors import WizardError
    from gts_wizard.models import Account
    from gts_wizard.services.accounts import RemovedAccount
    from gts_wizard.tui.screens.base import BaseScreen


class SignOutDialogs:
    """The sequence of dialogs and tasks that signs out one account.

    Args:
        screen: the screen below the dialogs, which runs the tasks and shows their errors.
        account: the account.
        on_done: called with the result in a sentence, and with the removed account if restoring it
            makes sense, otherwise None.
    """

    def __init__(
        self,
        screen: BaseScreen,
        account: Account,
        on_done: Callable[[str, RemovedAccount | None], Awaitable[None]],
    ) -> None:
        self._screen = screen
        self._accounts = screen.context.services.accounts
        self._account = account
        self._on_done = on_done

    def confirm(self) -> None:
        """Ask for confirmation, then sign the account out."""
        dialog = ConfirmDialog(
            f"Sign out of {self._account.handle}?", _describe_consequence(self._account), "Sign out"
        )
        self._screen.app.push_screen(dialog, self._sign_out_if)

    def _sign_out_if(self, confirmed: bool | None) -> None:
        if confirmed:
            label = f"Signing out of {self._account.handle}"
            self._screen.run_task(label, self._sign_out, saves=False)

    async def _sign_out(self) -> None:
        account = self._account
        if (await self._accounts.load_credentials()).account(account.handle) is None:
            # Another process has signed it out already.
            await self._finish(messages.no_longer_signed_in(account.handle), None)
            return
        result = await self._accounts.sign_out(
            account, RemovalPolicy.IF_REVOKED_OR_UNSUPPORTED, self._show_revoked
        )
        if result.error is None:
            revoked = messages.token_revoked(account.server.host)
            message = f"Signed out of {account.handle}. {revoked}"
            await self._finish(message, result.removed, can_undo=False)
        elif result.removed is not None:
            # The hint says how to end the access, which is useless for one that has ended.
            has_ended = account.status is AccountStatus.REVOKED
            reason = result.error.full_message if has_ended else result.error
            await self._finish(f"{messages.forgotten(account.handle)} {reason}", result.removed)
        else:
            dialog = ConfirmDialog(
                f"Forget {account.handle} anyway?",
                messages.token_not_revoked(result.error),
                "Forget it",
            )
            forgotten = messages.forgotten(account.handle)
            message = f"{forgotten} {messages.token_state_after(result.error)}"
            self._screen.app.push_screen(dialog, partial(self._forget_if, message))

    def _show_revoked(self, error: WizardError | None) -> None:
        if error is None:
            self._screen.show_status(messages.token_revoked(self._account.server.host))

    def _forget_if(self, message: str, confirmed: bool | None) -> None:
        if confirmed:
            work = partial(self._forget, message)
            self._screen.run_task(f"Forgetting {self._account.handle}", work, saves=False)

    async def _forget(self, message: str) -> None:
        await self._finish(message, await self._accounts.forget(self._account))

    async def _finish(
        self, message: str, removed: RemovedAccount | None, *, can_undo: bool = True
    ) -> None:
        """Call `on_done`; the sentence also names the new default account, if it changed.

        Args:
            message: the result of signing out.
            removed: what was removed from the credentials file; None if it was gone already.
            can_undo: whether the token may still be valid, so that restoring it makes sense.
        """
        sentences = [message, *self._accounts.pop_warnings()]
        if removed is not None and removed.new_default:
            sentences.append(messages.default_changed(removed.new_default))
        is_restorable = can_undo and removed is not None and removed.token is not None
        await self._on_done(" ".join(sentences), removed if is_restorable else None)


def _describe_consequence(account: Account) -> str:
    host = account.server.host
    if account.status is AccountStatus.REVOKED:
        return f"This computer forgets it. Its access on {host} has already ended."
    if not account.client_id:
        return f"This computer forgets it. {registration_elsewhere(account.server)}"
    if not can_revoke(account.server):
        return (
            f"This computer forgets it. The access on {host} still works: that server is too old "
            "to revoke it."
        )
    consequence = (
        f"This revokes the access on {host}, and forgets the account here. Your account there "
        "stays as it is."
    )
    if account.is_imported:
        return f"{consequence} {messages.IMPORTED_TOKEN_ENDS}"
    return consequence
