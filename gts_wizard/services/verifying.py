"""From a token on the shelf to a saved account: whose is it?

`sign_in` comes in; the wire is asked and the shelf is written.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard.errors import DifferentAccount, WizardError
from gts_wizard.models import Account, Profile
from gts_wizard.rules.scopes import covers
from gts_wizard.server import api
from gts_wizard.services.attempts import without_ended

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Attempt, Scopes, Token
    from gts_wizard.secret import Secret
    from gts_wizard.server.connection import Connection
    from gts_wizard.services.ending import Access, Ending
    from gts_wizard.shelf import Shelf


@dataclass(frozen=True)
class SignedIn:
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
    expected: str = ""
    withheld: Scopes = ()
    is_renewed: bool = False


class Verifying:
    """Verifies tokens.

    Args:
        store: where attempts and accounts are kept.
        connection: the way to servers.
        ending: ends the accesses that new ones replace.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: Connection, ending: Ending, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._connection = connection
        self._ending = ending
        self._now = now

    async def verify(self, attempt: Attempt, *, keeps_both: bool) -> SignedIn:
        """Ask the server whose token it is, and save the account; see `SignIn.verify`."""
        if attempt.token is None:
            raise ValueError("an attempt is verified once it has a token")
        token = await asyncio.to_thread(self._store.reveal, attempt.token.value)
        transport = await self._connection.transport()
        profile = await api.verify(transport, attempt.server.origin, token)
        account = self._account(attempt, attempt.token, profile)
        is_renewed = _is_same(account.handle, attempt.renews)
        if attempt.renews and not is_renewed and not keeps_both:
            raise DifferentAccount(expected=attempt.renews, came=account.handle)
        await self._save(attempt, account, token)
        typed = attempt.username
        expected = "" if _is_same(typed, profile.username) or keeps_both else typed
        granted = account.token.scopes
        withheld = tuple(one for one in attempt.scopes if not covers(granted, (one,)))
        return SignedIn(account, profile, expected, withheld, is_renewed)

    async def _save(self, attempt: Attempt, account: Account, token: Secret) -> None:
        """Put the account on the shelf, and end the access that it had before."""
        before = await asyncio.to_thread(self._store.load)
        old = before.account(account.handle)
        ended: Access | None = None
        if old is not None:
            with contextlib.suppress(WizardError):
                ended = await self._ending.access(before, old)

        def change(shelf: Shelf) -> Shelf:
            shelf = without_ended(shelf, attempt).with_account(account)
            return shelf.without_idle_registrations(account.server.origin)

        await asyncio.to_thread(self._store.change, change)
        # Mastodon gives the same token again to the same application.
        if ended is not None and ended.token != token:
            with contextlib.suppress(WizardError):
                await self._ending.end(ended)

    def _account(self, attempt: Attempt, token: Token, profile: Profile) -> Account:
        return Account(
            server=attempt.server,
            id=profile.id,
            username=profile.username,
            display_name=profile.display_name,
            token=replace(token, scopes=token.scopes or attempt.scopes),
            client_id=attempt.client_id,
            verified_at=self._now(),
        )


def _is_same(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()
