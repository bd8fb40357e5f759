"""Asks the servers of many accounts how these stand: many at once, and none of them too much.

`checking` comes in; the keyring and the wire are asked, nothing is saved.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard.errors import (
    AccessEnded,
    KeyringError,
    KeyringLacks,
    Nonsense,
    NotAnInstance,
    NotPermitted,
    SomebodyElse,
    ToldToWait,
    TooMuchData,
    WebPage,
    WireError,
    WizardError,
)
from gts_wizard.models import State
from gts_wizard.rules.address import read_address
from gts_wizard.secret import Secret
from gts_wizard.server import api
from gts_wizard.server.card import card_at
from gts_wizard.server.look_up import LOOK_UP_SECONDS, LookUp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Account, Profile
    from gts_wizard.server.card import Card
    from gts_wizard.server.connection import Connection

MOST_AT_ONCE = 32
MOST_AT_ONE_SERVER = 4


@dataclass(frozen=True)
class Finding:
    """What was found out about one account.

    Attributes:
        account: the account as it was asked about.
        at: when that was known, UTC.
        failure: why it is not fine; None where it is.
        profile: whom its server says it is; None where it did not say.
        card: what its server shows of itself now; None where that was not asked, or in vain.
    """

    account: Account
    at: datetime
    failure: WizardError | None = None
    profile: Profile | None = None
    card: Card | None = None

    @property
    def state(self) -> State | None:
        """How the account stands; None where nothing was learnt about that."""
        match self.failure:
            case None:
                return State.FINE
            case KeyringError():
                return None
            case AccessEnded():
                return State.ENDED
            case NotPermitted():
                return State.TOO_SMALL
            case ToldToWait():
                return State.WAIT
            case SomebodyElse() | NotAnInstance() | WebPage() | Nonsense() | TooMuchData():
                return State.CHANGED
            case _:
                return State.UNREACHABLE


class Asking:
    """One round of questions, to be made anew for each check.

    Args:
        store: where the tokens are kept.
        connection: the way to servers.
        now: the clock, in UTC.
    """

    def __init__(self, store: Store, connection: Connection, now: Callable[[], datetime]) -> None:
        self._store = store
        self._connection = connection
        self._now = now
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._at_keyring = asyncio.Lock()
        self._keyring_failure: KeyringError | None = None

    async def about(self, account: Account) -> Finding:
        """Find out how an account stands; what fails is part of what is found.

        The first account that its server knows or refuses also brings the server's card.
        """
        try:
            token = await self._token(account)
        except KeyringError as failure:
            return Finding(account, self._now(), failure)
        host = self._hosts[account.server.origin]
        # Whoever waits for a busy server must not keep the others waiting, so its slot comes first.
        async with host.slots, self._slots:
            finding = await self._verified(host, account, token)
            if host.wants_card_after(finding):
                finding = replace(finding, card=await self._card(host, account))
            return finding

    async def _verified(self, host: _Host, account: Account, token: Secret) -> Finding:
        if host.wait is not None:
            return Finding(account, self._now(), host.wait)
        try:
            transport = await self._connection.transport()
            profile = await api.verify(transport, account.server.origin, token)
        except WireError as failure:
            host.note(failure)
            # A traceback would keep the whole answer, for each account.
            return Finding(account, self._now(), failure.with_traceback(None))
        return Finding(account, self._now(), _mistaken(account, profile), profile)

    async def _card(self, host: _Host, account: Account) -> Card | None:
        host.was_shown = True
        try:
            look_up = LookUp(await self._connection.transport(), LOOK_UP_SECONDS)
            return await card_at(look_up, read_address(account.server.origin))
        except WireError as failure:
            # It is good to know, and nothing depends on it.
            host.note(failure)
            return None

    async def _token(self, account: Account) -> Secret:
        """Return the token of an account.

        Raises:
            KeyringError: the system's keyring keeps it, and does not give it.
        """
        value = account.token.value
        if isinstance(value, Secret):
            return value
        # A keyring may ask the person for its password, and must not ask for each account.
        async with self._at_keyring:
            if self._keyring_failure is not None:
                raise self._keyring_failure
            try:
                return await asyncio.to_thread(self._store.reveal, value)
            except KeyringLacks:
                raise
            except KeyringError as failure:
                self._keyring_failure = failure
                raise


class _Host:
    """What one server is due, and what it said to all."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(MOST_AT_ONE_SERVER)
        self.wait: ToldToWait | None = None
        self.was_shown = False

    def note(self, failure: WireError) -> None:
        """Remember when the server asks to wait."""
        if isinstance(failure, ToldToWait):
            self.wait = failure

    def wants_card_after(self, finding: Finding) -> bool:
        """Tell whether the server is worth asking what it is now, which is done once."""
        is_there = finding.profile or isinstance(finding.failure, AccessEnded | NotPermitted)
        return bool(is_there) and not self.was_shown and self.wait is None


def _mistaken(account: Account, profile: Profile) -> SomebodyElse | None:
    """Return what is wrong with a profile, if it is not that of the account."""
    if profile.id == account.id and profile.username.casefold() == account.username.casefold():
        return None
    return SomebodyElse(
        host=account.server.host,
        expected=account.handle,
        details=f"it is that of {profile.username}, {profile.id}",
    )
