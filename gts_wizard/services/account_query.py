"""Asks the servers of many accounts how these stand: many at once, and none of them too much.

`checking` comes in; the keyring and the wire are asked, nothing is saved.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.api import endpoints
from gts_wizard.api.instance import fetch_instance
from gts_wizard.api.look_up import LOOKUP_SECONDS, DeadlineClient
from gts_wizard.errors import (
    AccountMismatch,
    InsufficientScope,
    InvalidResponse,
    KeyringEntryMissing,
    KeyringError,
    NotAnInstance,
    RateLimited,
    ResponseTooLarge,
    ServerError,
    TokenRevoked,
    UnexpectedHtml,
    WizardError,
)
from gts_wizard.models import AccountStatus
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.api.instance import InstanceInfo
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.models import Account, Profile
    from gts_wizard.storage.store import Store

MAX_REQUESTS = 32
MAX_REQUESTS_PER_HOST = 4


@dataclass(frozen=True)
class CheckOutcome:
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
    error: WizardError | None = None
    profile: Profile | None = None
    instance: InstanceInfo | None = None

    @property
    def status(self) -> AccountStatus | None:
        """How the account stands; None where nothing was learnt about that."""
        match self.error:
            case None:
                return AccountStatus.FINE
            case KeyringError():
                return None
            case TokenRevoked():
                return AccountStatus.REVOKED
            case InsufficientScope():
                return AccountStatus.INSUFFICIENT_SCOPE
            case RateLimited():
                return AccountStatus.RATE_LIMITED
            case (
                AccountMismatch()
                | NotAnInstance()
                | UnexpectedHtml()
                | InvalidResponse()
                | ResponseTooLarge()
            ):
                return AccountStatus.CHANGED
            case _:
                return AccountStatus.UNREACHABLE


class AccountQuery:
    """One round of questions, to be made anew for each check.

    Args:
        store: where the tokens are kept.
        connection: the way to servers.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: LazyHttpClient, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._connection = connection
        self._now = now
        self._slots = asyncio.Semaphore(MAX_REQUESTS)
        self._hosts: defaultdict[str, _HostState] = defaultdict(_HostState)
        self._keyring_lock = asyncio.Lock()
        self._keyring_error: KeyringError | None = None

    async def check(self, account: Account) -> CheckOutcome:
        """Find out how an account stands; what fails is part of what is found.

        The first account that its server knows or refuses also brings the server's card.
        """
        try:
            token = await self._token(account)
        except KeyringError as failure:
            return CheckOutcome(account, self._now(), failure)
        host = self._hosts[account.server.origin]
        # Whoever waits for a busy server must not keep the others waiting, so its slot comes first.
        async with host.slots, self._slots:
            finding = await self._verify(host, account, token)
            if host.should_fetch_instance(finding):
                finding = replace(finding, instance=await self._fetch_instance(host, account))
            return finding

    async def _verify(self, host: _HostState, account: Account, token: Secret) -> CheckOutcome:
        if host.rate_limit is not None:
            return CheckOutcome(account, self._now(), host.rate_limit)
        try:
            transport = await self._connection.get()
            profile = await endpoints.verify_credentials(transport, account.server.origin, token)
        except ServerError as failure:
            host.record_rate_limit(failure)
            # A traceback would keep the whole answer, for each account.
            return CheckOutcome(account, self._now(), failure.with_traceback(None))
        return CheckOutcome(account, self._now(), _account_mismatch(account, profile), profile)

    async def _fetch_instance(self, host: _HostState, account: Account) -> InstanceInfo | None:
        host.was_fetched = True
        try:
            look_up = DeadlineClient(await self._connection.get(), LOOKUP_SECONDS)
            return await fetch_instance(look_up, read_address(account.server.origin))
        except ServerError as failure:
            # It is good to know, and nothing depends on it.
            host.record_rate_limit(failure)
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
        async with self._keyring_lock:
            if self._keyring_error is not None:
                raise self._keyring_error
            try:
                return await asyncio.to_thread(self._store.reveal, value)
            except KeyringEntryMissing:
                raise
            except KeyringError as failure:
                self._keyring_error = failure
                raise


class _HostState:
    """What one server is due, and what it said to all."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(MAX_REQUESTS_PER_HOST)
        self.rate_limit: RateLimited | None = None
        self.was_fetched = False

    def record_rate_limit(self, failure: ServerError) -> None:
        """Remember when the server asks to wait."""
        if isinstance(failure, RateLimited):
            self.rate_limit = failure

    def should_fetch_instance(self, finding: CheckOutcome) -> bool:
        """Tell whether the server is worth asking what it is now, which is done once."""
        is_there = finding.profile or isinstance(finding.error, TokenRevoked | InsufficientScope)
        return bool(is_there) and not self.was_fetched and self.rate_limit is None


def _account_mismatch(account: Account, profile: Profile) -> AccountMismatch | None:
    """Return what is wrong with a profile, if it is not that of the account."""
    if profile.id == account.id and profile.username.casefold() == account.username.casefold():
        return None
    return AccountMismatch(
        host=account.server.host,
        expected=account.handle,
        details=f"it is that of {profile.username}, {profile.id}",
    )
