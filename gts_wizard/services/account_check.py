"""Checks the tokens of many accounts at once, and saves each account's new status.

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
from gts_wizard.oauth.server_features import software_name
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        Callable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from datetime import datetime

    from gts_wizard.api.instance import InstanceInfo
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, Profile, Server
    from gts_wizard.storage.store import Store


MAX_CONCURRENT_CHECKS = 32
"""How many accounts are checked at the same time."""
MAX_REQUESTS_PER_HOST = 4
"""How many of them may be of the same server."""
_BATCH_SECONDS = 0.2
_OTHER_DISPLAY_NAME = "{handle} now goes by the name “{name}”."
_OTHER_SOFTWARE = "{host} now runs {now}, no longer {before}."
_MOVED = "{host} now sends programs on to {now}: if the server moved there, sign in there anew."
_OTHER_DOMAIN = "{host} now says that its accounts are of {now}, no longer of {before}."


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
    def status(self) -> AccountStatus | None:
        """The account's new status; None where the check could not find it out."""
        match self.error:
            case None:
                return AccountStatus.FINE
            case errors.KeyringError():
                return None
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
                | errors.UnexpectedHtml()
                | errors.InvalidResponse()
                | errors.ResponseTooLarge()
            ):
                return AccountStatus.CHANGED
            case _:
                return AccountStatus.UNREACHABLE

    @property
    def new_username(self) -> str:
        """The account's name at its server, where that is another one than the saved; else empty.

        A difference in capitals is none.
        """
        if self.error is not None or self.profile is None:
            return ""
        name = self.profile.username
        return "" if name.casefold() == self.account.username.casefold() else name


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
        details=f"it is that of {profile.username}, {profile.id}",
    )


@dataclass(frozen=True)
class CheckResult:
    """The result of checking one account.

    Attributes:
        checked: the account as it was when the check began.
        account: the account as it is saved now. One that was removed from the file meanwhile, or
            that can't be saved, is as the check found it.
        error: why it is not fine; None where it is. A keyring error leaves the status as it was:
            it says nothing about the account.
        changes: what else has changed, in whole sentences; empty where nothing has.
        profile: the profile that the server returned; None where it returned none.
    """

    checked: Account
    account: Account
    error: errors.WizardError | None
    changes: str
    profile: Profile | None = None


class AccountChecker:
    """Checks accounts and saves the results.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
        now: returns the current time, UTC.
    """

    def __init__(self, store: Store, http: LazyHttpClient, now: Callable[[], datetime]) -> None:
        self._store = store
        self._http = http
        self._now = now

    async def check(self, accounts: Sequence[Account]) -> AsyncGenerator[CheckResult, None]:
        """Check accounts, and yield each result once it is known and saved.

        Closing the generator (`contextlib.aclosing`) or cancelling it stops all requests at once,
        and saves what is known so far.

        Args:
            accounts: the accounts, in any order; results come in the order of the responses.

        Raises:
            WizardError: the results can't be saved; raised after all of them were yielded.
        """
        query = AccountQuery(self._store, self._http, self._now)
        writer = _ResultWriter(self._store)
        tasks = {asyncio.create_task(query.check(account)) for account in accounts}
        try:
            while tasks:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                # Writing the file is slow, so what completes soon after is saved with it.
                done, tasks = await asyncio.wait(tasks, timeout=_BATCH_SECONDS)
                for result in await writer.save([task.result() for task in done]):
                    yield result
        except BaseException:
            await writer.save(await _cancel_all(tasks))
            raise
        if writer.error is not None:
            raise writer.error


class _ResultWriter:
    """Saves the outcomes of one check.

    Args:
        store: the credentials store.

    Attributes:
        error: why the last outcomes could not be saved; None where they were.
    """

    def __init__(self, store: Store) -> None:
        self.error: errors.WizardError | None = None
        self._store = store
        self._unsaved: list[CheckOutcome] = []

    async def save(self, outcomes: Iterable[CheckOutcome]) -> list[CheckResult]:
        """Save outcomes, with those that could not be saved before; return the new results."""
        new = list(outcomes)
        self._unsaved += new
        if not self._unsaved:
            return []
        unsaved = tuple(self._unsaved)
        try:
            credentials = await asyncio.to_thread(
                self._store.update, lambda old: _apply(old, unsaved)
            )
        except errors.WizardError as error:
            self.error = error
            return [_result(outcome, None) for outcome in new]
        self.error = None
        self._unsaved.clear()
        saved = {_key(account): account for account in credentials.accounts}
        return [_result(outcome, _saved_account(outcome, saved)) for outcome in new]


async def _cancel_all(tasks: Iterable[asyncio.Task[CheckOutcome]]) -> list[CheckOutcome]:
    """Cancel all tasks, and return the outcomes of those that had finished."""
    cancelled = list(tasks)
    for task in cancelled:
        task.cancel()
    results = await asyncio.gather(*cancelled, return_exceptions=True)
    return [result for result in results if not isinstance(result, BaseException)]


def _key(account: Account) -> str:
    return account.handle.casefold()


def _apply(credentials: Credentials, outcomes: Iterable[CheckOutcome]) -> Credentials:
    """Return the credentials with updated accounts; none is added or removed."""
    outcome_by_key = {_key(outcome.account): outcome for outcome in outcomes}
    instance_by_origin = {
        outcome.account.server.origin: outcome.instance
        for outcome in outcome_by_key.values()
        if outcome.instance
    }

    def update(account: Account) -> Account:
        outcome = outcome_by_key.get(_key(account))
        instance = instance_by_origin.get(account.server.origin)
        account = account if outcome is None else _with_outcome(account, outcome)
        return account if instance is None else _with_instance(account, instance)

    credentials = credentials._replace(accounts=tuple(map(update, credentials.accounts)))
    for outcome in outcome_by_key.values():
        account = credentials.account(outcome.account.handle) if outcome.new_username else None
        if account is not None and _has_same_token(outcome, account):
            credentials = credentials.with_username(account, outcome.new_username)
    return credentials


def _saved_account(outcome: CheckOutcome, saved: Mapping[str, Account]) -> Account | None:
    """Return the account of an outcome, under its new name where it was renamed.

    Args:
        outcome: the outcome.
        saved: the accounts in the file, by key.
    """
    if outcome.new_username:
        renamed = saved.get(_key(outcome.account._replace(username=outcome.new_username)))
        if renamed is not None and _has_same_token(outcome, renamed):
            return renamed
    return saved.get(_key(outcome.account))


def _result(outcome: CheckOutcome, saved: Account | None) -> CheckResult:
    """Return the result of an outcome.

    Args:
        outcome: the outcome.
        saved: the account as it is saved now; None where it is not saved.
    """
    if saved is not None and not _has_same_token(outcome, saved):
        return CheckResult(outcome.account, saved, None, "")
    account = saved
    if account is None:
        account = _with_outcome(outcome.account, outcome)
        account = account if outcome.instance is None else _with_instance(account, outcome.instance)
    changes = " ".join(_changes(outcome))
    return CheckResult(outcome.account, account, outcome.error, changes, outcome.profile)


def _has_same_token(outcome: CheckOutcome, account: Account) -> bool:
    """Return whether the account still has the token that was checked."""
    return outcome.account.token.value == account.token.value


def _with_outcome(account: Account, outcome: CheckOutcome) -> Account:
    if outcome.status is None or not _has_same_token(outcome, account):
        return account
    account = account._replace(status=outcome.status, checked_at=outcome.at)
    if outcome.status is AccountStatus.FINE and outcome.profile is not None:
        name = outcome.profile.display_name
        account = account._replace(display_name=name, verified_at=outcome.at)
    return account


def _with_instance(account: Account, instance: InstanceInfo) -> Account:
    """Return the account with the server's title and software as they are now.

    The origin never changes this way: it decides where the token is sent.
    """
    before, now = account.server, instance.server
    if now.origin != before.origin:
        return account
    server = before._replace(title=now.title if instance.is_public else before.title)
    if now.software:
        server = server._replace(software=now.software, version=now.version)
    return account._replace(server=server)


def describe_rename(account: Account, username: str) -> str:
    """Return the sentence that an account has another name at its server now.

    Args:
        account: the account under its earlier name.
        username: its new one.
    """
    return f"{account.handle} is @{username} now."


def _changes(outcome: CheckOutcome) -> Iterator[str]:
    account, profile = outcome.account, outcome.profile
    if outcome.new_username:
        yield describe_rename(account, outcome.new_username)
    if (
        outcome.status is AccountStatus.FINE
        and profile
        and profile.display_name != account.display_name
    ):
        yield _OTHER_DISPLAY_NAME.format(handle=account.handle, name=profile.display_name)
    if outcome.instance is not None:
        yield from _server_changes(account.server, outcome.instance)


def _server_changes(before: Server, instance: InstanceInfo) -> Iterator[str]:
    now, host = instance.server, before.host
    if now.origin != before.origin:
        yield _MOVED.format(host=host, now=now.host)
        return
    if before.software and now.software not in {"", before.software}:
        yield _OTHER_SOFTWARE.format(
            host=host, now=software_name(now), before=software_name(before)
        )
    # Where an account domain could not be verified, the host is saved in its place; the server
    # still claims the same domain then, which is no change.
    if len({host, before.account_domain, now.account_domain}) == 3:  # noqa: PLR2004
        yield _OTHER_DOMAIN.format(host=host, now=now.account_domain, before=before.account_domain)
