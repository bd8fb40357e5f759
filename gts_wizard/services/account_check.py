"""Checks how accounts stand: asks their servers, many at once, and saves what was found.

Importing this does not load httpx.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.api import endpoints
from gts_wizard.api.instance import fetch_instance
from gts_wizard.api.session import LOOKUP_SECONDS, DeadlineClient
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
from gts_wizard.oauth.server_features import software_name
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from gts_wizard.api.instance import InstanceInfo
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, Profile, Server
    from gts_wizard.storage.store import Store


MAX_REQUESTS = 32
MAX_REQUESTS_PER_HOST = 4
_BATCH_SECONDS = 0.2
_RENAMED = "{handle} now goes by the name “{name}”."
_OTHER_SOFTWARE = "{host} now runs {now}, no longer {before}."
_MOVED = "{host} now sends programs on to {now}: if the server moved there, sign in there anew."
_OTHER_DOMAIN = "{host} now says that its accounts are of {now}, no longer of {before}."


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


@dataclass(frozen=True)
class CheckResult:
    """How one account stands.

    Attributes:
        account: the account as it is on the shelf now. One that was taken off the shelf meanwhile,
            or that can't be saved, is told as it was found.
        failure: why it is not fine; None where it is. A keyring's failure leaves the state as it
            was: it says nothing about the account.
        news: what else was noticed, in whole sentences; empty where there is nothing.
        profile: what its server says of it; None where it does not say.
    """

    account: Account
    error: WizardError | None
    changes: str
    profile: Profile | None = None


class AccountChecker:
    """Checks accounts.

    Args:
        store: where they are kept.
        connection: the way to servers.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: LazyHttpClient, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._connection = connection
        self._now = now

    async def check(self, accounts: Sequence[Account]) -> AsyncGenerator[CheckResult, None]:
        """Ask the servers how the accounts stand, and give each once that is known and saved.

        Closing it (`contextlib.aclosing`), and cancelling it as well, ends all requests at once
        and saves what was found so far.

        Args:
            accounts: which ones, in any order; they come back in the order of the answers.

        Raises:
            FileError: the findings can't be saved, told once all of them were given; nothing is
                lost that checking again would not find.
        """
        asking = AccountQuery(self._store, self._connection, self._now)
        keeping = _ResultWriter(self._store)
        pending = {asyncio.create_task(asking.check(one)) for one in accounts}
        try:
            while pending:
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                # Writing the file takes its time, so what comes soon after goes along.
                done, pending = await asyncio.wait(pending, timeout=_BATCH_SECONDS)
                for checked in await keeping.save([one.result() for one in done]):
                    yield checked
        except BaseException:
            await keeping.save(await _cancel_all(pending))
            raise
        if keeping.error is not None:
            raise keeping.error


class _ResultWriter:
    """Puts the findings of one check on the shelf.

    Attributes:
        failure: why the last findings could not be saved.
    """

    def __init__(self, store: Store) -> None:
        self.error: WizardError | None = None
        self._store = store
        self._unsaved: list[CheckOutcome] = []

    async def save(self, findings: Iterable[CheckOutcome]) -> list[CheckResult]:
        """Save findings, with those that could not be saved before, and tell them."""
        new = list(findings)
        self._unsaved += new
        if not self._unsaved:
            return []
        unsaved = tuple(self._unsaved)
        try:
            shelf = await asyncio.to_thread(self._store.update, lambda old: _apply(old, unsaved))
        except WizardError as failure:
            self.error = failure
            return [_result(one, None) for one in new]
        self.error = None
        self._unsaved.clear()
        kept = {_key(one): one for one in shelf.accounts}
        return [_result(one, kept.get(_key(one.account))) for one in new]


async def _cancel_all(tasks: Iterable[asyncio.Task[CheckOutcome]]) -> list[CheckOutcome]:
    """End all tasks, and return what some had found before."""
    stopped = list(tasks)
    for task in stopped:
        task.cancel()
    found = await asyncio.gather(*stopped, return_exceptions=True)
    return [one for one in found if not isinstance(one, BaseException)]


def _key(account: Account) -> str:
    return account.handle.casefold()


def _apply(shelf: Credentials, findings: Iterable[CheckOutcome]) -> Credentials:
    """Return the shelf with what was found; no account comes or goes by that."""
    found = {_key(one.account): one for one in findings}
    cards = {one.account.server.origin: one.instance for one in found.values() if one.instance}

    def updated(account: Account) -> Account:
        finding, card = found.get(_key(account)), cards.get(account.server.origin)
        account = account if finding is None else _with_outcome(account, finding)
        return account if card is None else _with_instance(account, card)

    return replace(shelf, accounts=tuple(map(updated, shelf.accounts)))


def _result(finding: CheckOutcome, kept: Account | None) -> CheckResult:
    """Return how an account stands, which is kept so unless there is none or it can't be."""
    if kept is not None and not _is_about(finding, kept):
        return CheckResult(kept, None, "")
    account = kept
    if account is None:
        account = _with_outcome(finding.account, finding)
        account = account if finding.instance is None else _with_instance(account, finding.instance)
    return CheckResult(account, finding.error, " ".join(_changes(finding)), finding.profile)


def _is_about(finding: CheckOutcome, account: Account) -> bool:
    """Tell whether a finding is about this token, not about one that it has replaced meanwhile."""
    return finding.account.token.value == account.token.value


def _with_outcome(account: Account, finding: CheckOutcome) -> Account:
    if finding.status is None or not _is_about(finding, account):
        return account
    account = replace(account, status=finding.status, checked_at=finding.at)
    if finding.status is AccountStatus.FINE and finding.profile is not None:
        name = finding.profile.display_name
        account = replace(account, display_name=name, verified_at=finding.at)
    return account


def _with_instance(account: Account, card: InstanceInfo) -> Account:
    """Return an account that knows what its server runs now; where tokens go never changes so."""
    before, now = account.server, card.server
    if now.origin != before.origin:
        return account
    server = replace(before, title=now.title if card.is_public else before.title)
    if now.software:
        server = replace(server, software=now.software, version=now.version)
    return replace(account, server=server)


def _changes(finding: CheckOutcome) -> Iterator[str]:
    account, profile = finding.account, finding.profile
    if (
        finding.status is AccountStatus.FINE
        and profile
        and profile.display_name != account.display_name
    ):
        yield _RENAMED.format(handle=account.handle, name=profile.display_name)
    if finding.instance is not None:
        yield from _server_changes(account.server, finding.instance)


def _server_changes(before: Server, card: InstanceInfo) -> Iterator[str]:
    now, host = card.server, before.host
    if now.origin != before.origin:
        yield _MOVED.format(host=host, now=now.host)
        return
    if before.software and now.software not in {"", before.software}:
        yield _OTHER_SOFTWARE.format(
            host=host, now=software_name(now), before=software_name(before)
        )
    # A host stands in for a domain that it claimed in vain, and claims again: that is no news.
    if len({host, before.account_domain, now.account_domain}) == 3:  # noqa: PLR2004
        yield _OTHER_DOMAIN.format(host=host, now=now.account_domain, before=before.account_domain)
