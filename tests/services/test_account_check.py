"""What a check finds out about each account, and saves."""

from __future__ import annotations

from contextlib import AsyncExitStack, aclosing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccountMismatch,
    ConnectionRefused,
    InsufficientScope,
    ProxyError,
    RateLimited,
    Timeout,
    TokenRevoked,
    UnexpectedHtml,
)
from gts_wizard.models import AccountStatus
from gts_wizard.practice import PracticeServer
from gts_wizard.services.account_check import AccountChecker
from tests.helpers.harness import ServicesHarness
from tests.helpers.many_servers import (
    ANY_PAGE,
    ReplacementServer,
    ShortTimeoutConnection,
    account_that_may_not_verify,
    accounts_at,
    check,
    check_one,
    results_by_handle,
    save_accounts,
)
from tests.helpers.raw_responses import never_respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    pass


@pytest.mark.slow
async def test_each_account_gets_its_state(harness: ServicesHarness) -> None:
    async with AsyncExitStack() as stack:
        *good, revoking, busy, limited, stopped, replaced = (
            stack.enter_context(PracticeServer(emulates=emulates))
            for emulates in ("0.20", "0.17", "mastodon", "0.20", "0.19", "0.20", "0.20", "0.20")
        )
        accounts = [await harness.account(practice) for practice in (*good, revoking)]
        for practice in (busy, limited, stopped, replaced):
            accounts += save_accounts(harness, *accounts_at(practice.origin, 1))
        accounts.append(await stack.enter_async_context(account_that_may_not_verify(harness)))
        revoking.revoke_tokens("alice")
        busy.overloaded = True
        limited.rate_limit = 0
        stopped.stop()
        await stack.enter_async_context(ReplacementServer(replaced, ANY_PAGE))
        harness.clock.advance(timedelta(hours=1))
        found = await check(harness, *accounts)
    results = [found[account.handle] for account in accounts]
    assert [(result.account.status, type(result.error)) for result in results] == [
        *[(AccountStatus.FINE, type(None))] * 3,
        (AccountStatus.REVOKED, TokenRevoked),
        (AccountStatus.RATE_LIMITED, RateLimited),
        (AccountStatus.RATE_LIMITED, RateLimited),
        (AccountStatus.UNREACHABLE, ConnectionRefused),
        (AccountStatus.CHANGED, UnexpectedHtml),
        (AccountStatus.INSUFFICIENT_SCOPE, InsufficientScope),
    ]
    assert harness.credentials.accounts == tuple(result.account for result in results)
    assert {account.checked_at for account in harness.credentials.accounts} == {harness.clock.now}
    verified = [
        account.verified_at == harness.clock.now for account in harness.credentials.accounts
    ]
    assert verified == [True] * 3 + [False] * 6
    assert not any(result.changes for result in results)


async def test_ended_access_stays_ended_while_the_server_is_down(harness: ServicesHarness) -> None:
    with PracticeServer() as practice:
        account = await harness.account(practice)
        practice.revoke_tokens("alice")
        await check(harness, account)
        (ended,) = harness.credentials.accounts
    harness.clock.advance(timedelta(hours=1))
    result = (await check(harness, ended))[ended.handle]
    assert isinstance(result.error, ConnectionRefused)
    assert harness.credentials.accounts == (ended,)
    assert ended.status is AccountStatus.REVOKED


async def test_server_that_times_out_is_unreachable(harness: ServicesHarness) -> None:
    async with RawServer(never_respond) as server, aclosing(ShortTimeoutConnection()) as impatient:
        accounts = save_accounts(harness, *accounts_at(server.origin, 3))
        found = await results_by_handle(
            AccountChecker(harness.store, impatient, harness.clock).check(accounts)
        )
    assert {type(checked.error) for checked in found.values()} == {Timeout}
    assert {account.status for account in harness.credentials.accounts} == {
        AccountStatus.UNREACHABLE
    }


@pytest.mark.slow
async def test_token_of_another_account_is_reported(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    bob = await harness.account(practice, username="bob")
    mixed_up = alice._replace(token=bob.token)
    harness.store.update(lambda credentials: credentials.with_account(mixed_up))
    checked = await check_one(harness, mixed_up)
    assert isinstance(checked.error, AccountMismatch)
    assert str(checked.error) == (
        f"{practice.address} says that this access no longer belongs to {alice.handle}. "
        f"Sign in again as {alice.handle}."
    )
    assert bob.id in checked.error.details
    changed = mixed_up._replace(status=AccountStatus.CHANGED, checked_at=harness.clock.now)
    assert harness.credentials.account(alice.handle) == checked.account == changed
    assert checked.changes == ""


async def test_saved_account_is_found_whatever_its_capitals(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    harness.clock.advance(timedelta(hours=1))
    checked = await check_one(harness, alice._replace(username="ALICE"))
    assert checked.account.handle == alice.handle
    assert harness.credentials.accounts == (checked.account,)
    assert checked.account.checked_at == harness.clock.now


async def test_unusable_proxy_is_reported_for_each_account(
    harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://proxy")
    accounts = save_accounts(harness, *accounts_at("https://one.example", 3))
    found = await check(harness, *accounts)
    assert {type(checked.error) for checked in found.values()} == {ProxyError}
    assert {account.status for account in harness.credentials.accounts} == {
        AccountStatus.UNREACHABLE
    }


async def test_checking_no_accounts_writes_no_file(harness: ServicesHarness) -> None:
    assert await check(harness) == {}
    assert not harness.store.path.exists()
