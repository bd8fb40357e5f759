"""Checks the tokens of many accounts at once, and saves each account's new status.

Importing this does not load httpx.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gts_wizard import errors
from gts_wizard.models import AccountStatus
from gts_wizard.services.account_changes import describe_changes
from gts_wizard.services.account_query import AccountQuery, CheckOutcome, status_after
from gts_wizard.services.token_owner import fetch_owner

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        Callable,
        Iterable,
        Mapping,
        Sequence,
    )
    from datetime import datetime

    from gts_wizard.api.instance import InstanceInfo
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, Profile
    from gts_wizard.storage.store import Store


_BATCH_SECONDS = 0.2
# What a check finds where the server that issued the token says nothing about it.
_NO_ANSWER = frozenset(
    {
        AccountStatus.UNREACHABLE,
        AccountStatus.RATE_LIMITED,
        AccountStatus.BLOCKED,
        AccountStatus.UNCLEAR,
        AccountStatus.CHANGED,
    }
)


@dataclass(frozen=True)
class CheckResult:
    """The result of checking one account.

    Attributes:
        checked: the account as it was when the check began.
        account: the account as it is saved now. One that was removed from the file meanwhile, or
            that can't be saved, is as the check found it.
        error: why it is not fine; None where it is. One that says nothing about the account, such
            as a keyring's, leaves it as it was.
        changes: what else has changed, in whole sentences; empty where nothing has.
        profile: the profile that the server returned; None where it returned none.
    """

    checked: Account
    account: Account
    error: errors.WizardError | None
    changes: str
    profile: Profile | None = None

    @property
    def found(self) -> Account:
        """The account with the status that this check has found out, or else `UNKNOWN`."""
        return self.account._replace(status=status_after(self.error))


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

    async def check_unsaved(self, account: Account) -> CheckResult:
        """Check an account that is in no file, and whose name may not be known; save nothing."""
        try:
            token = await asyncio.to_thread(self._store.reveal, account.token.value)
            http = await self._http.get()
            found = await fetch_owner(http, account.server.origin, account.token, token)
        except errors.WizardError as error:
            return CheckResult(account, account, error, "")
        return CheckResult(account, found, None, "")


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
        return CheckResult(outcome.account, saved, errors.ChangedMeanwhile(handle=saved.handle), "")
    account = saved
    if account is None:
        account = _with_outcome(outcome.account, outcome)
        account = account if outcome.instance is None else _with_instance(account, outcome.instance)
    changes = " ".join(describe_changes(outcome))
    return CheckResult(outcome.account, account, outcome.error, changes, outcome.profile)


def _has_same_token(outcome: CheckOutcome, account: Account) -> bool:
    """Return whether the account still has the token that was checked."""
    return outcome.account.token.value == account.token.value


def _with_outcome(account: Account, outcome: CheckOutcome) -> Account:
    if outcome.status is AccountStatus.UNKNOWN or not _has_same_token(outcome, account):
        return account
    if account.status is AccountStatus.REVOKED and outcome.status in _NO_ANSWER:
        # A token that has ended stays so, whether or not its server can be asked again.
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
