"""Checks that are closed, run beside other changes, or can not be saved."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta
from typing import TYPE_CHECKING

import keyring
import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import (
    ChangedMeanwhile,
    KeyringEntryMissing,
    KeyringLocked,
    KeyringTimeout,
    SaveFailed,
    TokenRevoked,
)
from gts_wizard.models import Account, AccountStatus
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import KeyringRef, SecretStorage
from gts_wizard.services.account_check import AccountChecker, CheckResult
from tests.helpers.fake_keyring import installed, short_timeout
from tests.helpers.harness import fill_disk
from tests.helpers.many_servers import (
    REVOKED,
    CountingKeyring,
    SlowStore,
    WaitingRequests,
    accounts_at,
    check,
    check_one,
    checking,
    results_by_handle,
    save_accounts,
    wait_for_requests,
)
from tests.helpers.raw_responses import never_respond
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.helpers.clocks import PausableClock
    from tests.helpers.harness import ServicesHarness


async def test_closing_ends_the_requests_and_saves_the_results(harness: ServicesHarness) -> None:
    requests = WaitingRequests()
    async with AsyncExitStack() as stack:
        quick, late, silent = [
            await stack.enter_async_context(RawServer(script))
            for script in (REVOKED, requests, never_respond)
        ]
        (given,) = save_accounts(harness, *accounts_at(quick.origin, 1))
        (found,) = save_accounts(harness, *accounts_at(late.origin, 1))
        pending = save_accounts(harness, *accounts_at(silent.origin, 6))
        before = asyncio.all_tasks()
        results = checking(harness, (given, found, *pending))
        assert (await anext(results)).account.handle == given.handle
        requests.may_answer.set()
        await wait_for_requests(late, 3)  # the account, and the instance document in two places
        await wait_for_requests(silent, 4)
        await results.aclose()
        serving = {task for task in asyncio.all_tasks() if "_serve" in str(task.get_coro())}
        assert asyncio.all_tasks() - serving <= before
    assert [account.status for account in harness.credentials.accounts[:2]] == [
        AccountStatus.REVOKED,
        AccountStatus.REVOKED,
    ]
    assert harness.credentials.accounts[2:] == pending
    assert len(silent.received_requests) == 4


async def test_cancelling_during_a_write_saves_the_results(
    harness: ServicesHarness,
) -> None:
    slow = SlowStore(harness.store.path)
    async with RawServer(REVOKED) as server, RawServer(never_respond) as silent:
        accounts = save_accounts(
            harness, *accounts_at(server.origin, 1), *accounts_at(silent.origin, 1)
        )
        results = AccountChecker(slow, harness.http, harness.clock).check(accounts)
        task = asyncio.ensure_future(results_by_handle(results))
        assert await asyncio.to_thread(slow.is_changing.wait, 30)
        task.cancel()
        slow.may_write.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [account.status for account in harness.credentials.accounts] == [
        AccountStatus.REVOKED,
        AccountStatus.FINE,
    ]


async def test_cancelling_before_any_result_writes_no_file(
    harness: ServicesHarness,
) -> None:
    async with RawServer(never_respond) as silent:
        task = asyncio.ensure_future(check(harness, *accounts_at(silent.origin, 6)))
        await wait_for_requests(silent, 4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not list(harness.store.path.parent.iterdir())


async def check_while_changing(
    harness: ServicesHarness,
    practice_clock: PausableClock,
    account: Account,
    change: Callable[[Credentials], Credentials],
) -> CheckResult:
    """Check an account, and change the credentials file before the server answers."""
    practice_clock.pause()
    task = asyncio.ensure_future(check_one(harness, account))
    await practice_clock.wait_for_request()
    harness.store.update(change)
    practice_clock.resume()
    return await task


async def test_account_removed_during_a_check_stays_removed(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    alice = await harness.account(practice)
    practice.revoke_tokens("alice")
    checked = await check_while_changing(
        harness,
        practice_clock,
        alice,
        lambda credentials: credentials.without_account(alice.handle),
    )
    assert harness.credentials.accounts == ()
    assert checked.account == alice._replace(
        status=AccountStatus.REVOKED, checked_at=harness.clock.now
    )
    assert isinstance(checked.error, TokenRevoked)


@pytest.mark.slow
async def test_account_renewed_during_a_check_is_unknown(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    alice = await harness.account(practice)
    practice.revoke_tokens("alice")
    renewed = await harness.account(practice)
    assert renewed.token != alice.token
    harness.store.update(lambda credentials: credentials.with_account(alice))
    checked = await check_while_changing(
        harness, practice_clock, alice, lambda credentials: credentials.with_account(renewed)
    )
    assert (checked.checked, checked.account, checked.changes) == (alice, renewed, "")
    assert isinstance(checked.error, ChangedMeanwhile)
    assert checked.found == renewed._replace(status=AccountStatus.UNKNOWN)
    assert harness.credentials.accounts == (renewed,)


async def test_changes_saved_during_a_check_are_kept(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    alice = await harness.account(practice)
    bob = make_account("bob", server=alice.server)

    def change(credentials: Credentials) -> Credentials:
        smaller = alice._replace(token=alice.token._replace(scopes=("profile",)))
        return credentials.with_account(smaller).with_account(bob)._replace(default=bob.handle)

    checked = await check_while_changing(harness, practice_clock, alice, change)
    assert harness.credentials.accounts == (checked.account, bob)
    assert (checked.account.status, checked.account.token.scopes) == (
        AccountStatus.FINE,
        ("profile",),
    )
    assert harness.credentials.default == bob.handle


async def test_saved_result_is_not_saved_again(harness: ServicesHarness) -> None:
    requests = WaitingRequests()
    async with RawServer(REVOKED) as quick, RawServer(requests) as late:
        accounts = save_accounts(
            harness, *accounts_at(quick.origin, 1), *accounts_at(late.origin, 1)
        )
        async with aclosing(checking(harness, accounts)) as results:
            await anext(results)
            harness.store.update(lambda credentials: credentials.with_account(accounts[0]))
            requests.may_answer.set()
            await anext(results)
    assert [account.status for account in harness.credentials.accounts] == [
        AccountStatus.FINE,
        AccountStatus.REVOKED,
    ]


@pytest.mark.slow
async def test_results_during_a_write_are_written_together(harness: ServicesHarness) -> None:
    slow = SlowStore(harness.store.path)
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(RawServer(REVOKED)) for _ in range(3)]
        accounts = save_accounts(
            harness, *(account for server in servers for account in accounts_at(server.origin, 8))
        )
        results = AccountChecker(slow, harness.http, harness.clock).check(accounts)
        task = asyncio.ensure_future(results_by_handle(results))
        for server in servers:
            await wait_for_requests(server, 8 + 2)
        slow.may_write.set()
        assert len(await task) == 3 * 8
    assert slow.changes <= 2
    assert {account.status for account in harness.credentials.accounts} == {AccountStatus.REVOKED}


async def test_unwritable_file_is_reported_after_the_results(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = await harness.account(practice)
    alice = now._replace(server=now.server._replace(version="0.19.0"))
    harness.store.update(lambda credentials: credentials.with_account(alice))
    with monkeypatch.context() as patch:
        fill_disk(patch)
        results = checking(harness, (alice,))
        checked = await anext(results)
        with pytest.raises(SaveFailed):
            await anext(results)
    found = now._replace(checked_at=harness.clock.now)
    assert (checked.account, checked.error, checked.changes) == (found, None, "")
    assert harness.credentials.accounts == (alice,)


async def test_next_write_includes_results_that_failed_before(
    harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = WaitingRequests()
    async with RawServer(REVOKED) as quick, RawServer(requests) as late:
        accounts = [*accounts_at(quick.origin, 1), *accounts_at(late.origin, 1)]
        async with aclosing(checking(harness, save_accounts(harness, *accounts))) as results:
            with monkeypatch.context() as patch:
                fill_disk(patch)
                assert (await anext(results)).account.status is AccountStatus.REVOKED
            assert [account.status for account in harness.credentials.accounts] == [
                AccountStatus.FINE,
                AccountStatus.FINE,
            ]
            requests.may_answer.set()
            assert len([checked async for checked in results]) == 1
    assert [account.status for account in harness.credentials.accounts] == [
        AccountStatus.REVOKED,
        AccountStatus.REVOKED,
    ]


@pytest.mark.slow
async def test_keyring_failure_leaves_the_state_as_it_was(
    practice: PracticeServer,
    harness: ServicesHarness,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice = await harness.account(practice)
    bob = await harness.account(practice, username="bob")
    with installed(tmp_path, monkeypatch) as fake_keyring:
        await harness.accounts.move_secrets(SecretStorage.KEYRING, alice)
        [alice, _] = harness.credentials.accounts
        assert (await check_one(harness, alice)).account.status is AccountStatus.FINE
        alice = harness.credentials.accounts[0]
        fake_keyring.failure_mode.write_text("locked")
        harness.clock.advance(timedelta(hours=1))
        found = await check(harness, alice, bob)
    outcome = found[alice.handle]
    assert isinstance(outcome.error, KeyringLocked)
    assert outcome.account == alice == harness.credentials.accounts[0]
    assert outcome.found == alice._replace(status=AccountStatus.UNKNOWN)
    assert found[bob.handle].found.status is AccountStatus.FINE


async def test_silent_keyring_is_waited_for_once(
    harness: ServicesHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(tmp_path, monkeypatch) as fake_keyring:
        save_accounts(harness, *accounts_at("http://localhost:1", 8))
        await harness.accounts.move_all_secrets(SecretStorage.KEYRING)
        counting = CountingKeyring()
        keyring.set_keyring(counting)
        fake_keyring.failure_mode.write_text("silent")
        with short_timeout():
            found = await check(harness, *harness.credentials.accounts)
        counting.gate.set()
    assert {type(checked.error) for checked in found.values()} == {KeyringTimeout}
    assert counting.reads == 1


async def test_keyring_without_one_token_gives_the_others(
    harness: ServicesHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(REVOKED) as server:
        save_accounts(harness, *accounts_at(server.origin, 2))
        with installed(tmp_path, monkeypatch) as fake_keyring:
            await harness.accounts.move_all_secrets(SecretStorage.KEYRING)
            lacking, other = harness.credentials.accounts
            assert isinstance(lacking.token.value, KeyringRef)
            fake_keyring.delete_password("gts-wizard", lacking.token.value.name)
            found = await check(harness, lacking, other)
    assert isinstance(found[lacking.handle].error, KeyringEntryMissing)
    assert isinstance(found[other.handle].error, TokenRevoked)
