"""Asks the server of an account how the account stands; nothing is saved.

Importing this does not load httpx.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard import errors
from gts_wizard.address import read_address
from gts_wizard.api import endpoints
from gts_wizard.api.instance import fetch_instance
from gts_wizard.api.session import LOOKUP_SECONDS, DeadlineClient
from gts_wizard.models import AccountStatus
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.api.instance import InstanceInfo
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.models import Account, Profile
    from gts_wizard.storage.store import Store


MAX_CONCURRENT_CHECKS = 32
"""How many accounts are checked at the same time."""
MAX_REQUESTS_PER_HOST = 4
"""How many of them may be of the same server."""


@dataclass(frozen=True)
class CheckOutcome:
    """The outcome of checking one account, not saved yet.

    Attributes:
        account: the account as it was when the check began.
        at: when the outcome was known, UTC.
        error: why the account is not fine; None where it is.
        profile: the profile that the server returned; None where it returned none.
        instance: the server's instance document; None where it was not fetched.
    """

    account: Account
    at: datetime
    error: errors.WizardError | None = None
    profile: Profile | None = None
    instance: InstanceInfo | None = None

    @property
    def status(self) -> AccountStatus:
        """The account's new status."""
        return status_after(self.error)

    @property
    def new_username(self) -> str:
        """The account's name at its server, where that is another one than the saved; else empty.

        A difference in capitals is none.
        """
        if self.error is not None or self.profile is None:
            return ""
        name = self.profile.username
        return "" if name.casefold() == self.account.username.casefold() else name


def status_after(error: errors.WizardError | None) -> AccountStatus:
    """Return the status of an account after a check.

    Args:
        error: why it is not fine; None where it is.
    """
    match error:
        case None:
            return AccountStatus.FINE
        case errors.KeyringError() | errors.ChangedMeanwhile():
            return AccountStatus.UNKNOWN
        case errors.TokenRevoked():
            return AccountStatus.REVOKED
        case errors.InsufficientScope():
            return AccountStatus.INSUFFICIENT_SCOPE
        case errors.RateLimited():
            return AccountStatus.RATE_LIMITED
        case errors.ProgramsBlocked():
            return AccountStatus.BLOCKED
        case errors.AccountRefused():
            return AccountStatus.REFUSED
        case errors.ServerFailure() | errors.RequestRejected():
            return AccountStatus.UNCLEAR
        case (
            errors.AccountMismatch()
            | errors.NotAnInstance()
            | errors.RedirectedElsewhere()
            | errors.UnexpectedHtml()
            | errors.InvalidResponse()
            | errors.ResponseTooLarge()
        ):
            return AccountStatus.CHANGED
        case _:
            return AccountStatus.UNREACHABLE


class AccountQuery:
    """Sends the requests of one check of many accounts; each check needs its own.

    Args:
        store: the credentials store, which returns the tokens.
        http: the shared HTTP client.
        now: returns the current time, UTC.
    """

    def __init__(self, store: Store, http: LazyHttpClient, now: Callable[[], datetime]) -> None:
        self._store = store
        self._http = http
        self._now = now
        self._slots = asyncio.Semaphore(MAX_CONCURRENT_CHECKS)
        self._hosts: defaultdict[str, _HostState] = defaultdict(_HostState)
        self._keyring_lock = asyncio.Lock()
        self._keyring_error: errors.KeyringError | None = None

    async def check(self, account: Account) -> CheckOutcome:
        """Check one account; errors become part of the outcome.

        The instance document is fetched once per server, with the first account whose token the
        server accepts or rejects.
        """
        try:
            token = await self._token(account)
        except errors.KeyringError as error:
            return CheckOutcome(account, self._now(), error)
        host = self._hosts[account.server.origin]
        # The host's slot comes first: an account that waits for a busy server must not hold one
        # of the slots that accounts of other servers need.
        async with host.slots, self._slots:
            outcome = await self._verify(host, account, token)
            if host.should_fetch_instance(outcome):
                outcome = replace(outcome, instance=await self._fetch_instance(host, account))
            return outcome

    async def _verify(self, host: _HostState, account: Account, token: Secret) -> CheckOutcome:
        if host.rate_limit is not None:
            return CheckOutcome(account, self._now(), host.rate_limit)
        try:
            http = await self._http.get()
            profile = await endpoints.verify_credentials(
                http, account.server.origin, token, account.token.scopes
            )
        except errors.ServerError as error:
            host.record_rate_limit(error)
            # A traceback would keep the whole response in memory, for each account.
            return CheckOutcome(account, self._now(), error.with_traceback(None))
        return CheckOutcome(account, self._now(), _account_mismatch(account, profile), profile)

    async def _fetch_instance(self, host: _HostState, account: Account) -> InstanceInfo | None:
        host.instance_requested = True
        try:
            client = DeadlineClient(await self._http.get(), LOOKUP_SECONDS)
            return await fetch_instance(client, read_address(account.server.origin))
        except errors.ServerError as error:
            # The account's status does not depend on it.
            host.record_rate_limit(error)
            return None

    async def _token(self, account: Account) -> Secret:
        """Return the token of an account.

        Raises:
            KeyringError: it is stored in the system's keyring, which does not return it.
        """
        value = account.token.value
        if isinstance(value, Secret):
            return value
        # A keyring may ask the user for its password, and must not ask for each account.
        async with self._keyring_lock:
            if self._keyring_error is not None:
                raise self._keyring_error
            try:
                return await asyncio.to_thread(self._store.reveal, value)
            except errors.KeyringEntryMissing:
                raise
            except errors.KeyringError as error:
                self._keyring_error = error
                raise


class _HostState:
    """Per-host request slots and the last rate-limit error."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(MAX_REQUESTS_PER_HOST)
        self.rate_limit: errors.RateLimited | None = None
        self.instance_requested = False

    def record_rate_limit(self, error: errors.ServerError) -> None:
        """Keep an error that says that the server asks to wait; others are ignored."""
        if isinstance(error, errors.RateLimited):
            self.rate_limit = error

    def should_fetch_instance(self, outcome: CheckOutcome) -> bool:
        """Return whether to fetch the instance document now, which is done once per server."""
        has_answered = outcome.profile or isinstance(
            outcome.error,
            errors.TokenRevoked | errors.InsufficientScope | errors.AccountRefused,
        )
        return bool(has_answered) and not self.instance_requested and self.rate_limit is None


def _account_mismatch(account: Account, profile: Profile) -> errors.AccountMismatch | None:
    """Return an error if the profile is not the account's; None if it is, under any name."""
    if profile.id == account.id:
        return None
    return errors.AccountMismatch(
        host=account.server.host,
        expected=account.handle,
        details=f"it belongs to {profile.username}, {profile.id}",
    )
