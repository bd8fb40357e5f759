"""From a token on the shelf to a saved account: whose is it?

`sign_in` comes in; the wire is asked and the shelf is written.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard.api import endpoints
from gts_wizard.errors import DifferentAccount, WizardError
from gts_wizard.models import Account, Profile
from gts_wizard.oauth.scopes import grants
from gts_wizard.services.pending import without_finished

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import PendingSignIn, Scopes, Token
    from gts_wizard.secret import Secret
    from gts_wizard.services.revocation import RevocationRequest, Revoker
    from gts_wizard.storage.store import Store


@dataclass(frozen=True)
class SignInResult:
    """How an attempt ended well.

    Attributes:
        account: the account, already saved.
        profile: what the server says of it.
        expected: whose handle was typed, if it is not whose account this is; empty otherwise.
        withheld: what was asked for and not granted.
        is_renewed: whether it is the account whose access was to be renewed.
    """

    account: Account
    profile: Profile
    requested_handle: str = ""
    missing_scopes: Scopes = ()
    is_renewed: bool = False


class TokenVerifier:
    """Verifies tokens.

    Args:
        store: where attempts and accounts are kept.
        connection: the way to servers.
        ending: ends the accesses that new ones replace.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: LazyHttpClient, ending: Revoker, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._connection = connection
        self._revoker = ending
        self._now = now

    async def verify(self, attempt: PendingSignIn, *, keeps_both: bool) -> SignInResult:
        """Ask the server whose token it is, and save the account; see `SignInFlow.verify`."""
        if attempt.token is None:
            raise ValueError("an attempt is verified once it has a token")
        token = await asyncio.to_thread(self._store.reveal, attempt.token.value)
        transport = await self._connection.get()
        profile = await endpoints.verify_credentials(transport, attempt.server.origin, token)
        account = self._account(attempt, attempt.token, profile)
        is_renewed = _same_name(account.handle, attempt.renewing)
        if attempt.renewing and not is_renewed and not keeps_both:
            raise DifferentAccount(expected=attempt.renewing, came=account.handle)
        await self._save(attempt, account, token)
        typed = attempt.username
        expected = "" if _same_name(typed, profile.username) or keeps_both else typed
        granted = account.token.scopes
        withheld = tuple(one for one in attempt.scopes if not grants(granted, (one,)))
        return SignInResult(account, profile, expected, withheld, is_renewed)

    async def _save(self, attempt: PendingSignIn, account: Account, token: Secret) -> None:
        """Put the account on the shelf, and end the access that it had before."""
        before = await asyncio.to_thread(self._store.load)
        old = before.account(account.handle)
        ended: RevocationRequest | None = None
        if old is not None:
            with contextlib.suppress(WizardError):
                ended = await self._revoker.request_for(before, old)

        def change(shelf: Credentials) -> Credentials:
            shelf = without_finished(shelf, attempt).with_account(account)
            return shelf.without_unused_registrations(account.server.origin)

        await asyncio.to_thread(self._store.update, change)
        # Mastodon gives the same token again to the same application.
        if ended is not None and ended.token != token:
            with contextlib.suppress(WizardError):
                await self._revoker.revoke(ended)

    def _account(self, attempt: PendingSignIn, token: Token, profile: Profile) -> Account:
        return Account(
            server=attempt.server,
            id=profile.id,
            username=profile.username,
            display_name=profile.display_name,
            token=replace(token, scopes=token.scopes or attempt.scopes),
            client_id=attempt.client_id,
            verified_at=self._now(),
        )


def _same_name(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()
