"""What is kept of a check that was ended, or ran beside somebody else, or could not be saved."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import keyring
import pytest

from gts_wizard.errors import (
    AccessEnded,
    KeyringLacks,
    KeyringLocked,
    KeyringSilent,
    SaveFailed,
)
from gts_wizard.models import Account, State
from gts_wizard.practice import PracticeInstance
from gts_wizard.secret import InKeyring, Place
from gts_wizard.services.checking import Checked, Checking
from gts_wizard.shelf import Shelf
from tests.credentials.builders import make_account
from tests.credentials.vault import installed, soon_given_up
from tests.server.hostile import Hostile
from tests.server.scripts import never_answers
from tests.services.crowd import (
    ENDED,
    CountingVault,
    Crowd,
    SlowStore,
    all_of,
    check,
    check_one,
    checking,
    fill_disk,
    people_at,
    shelve,
    visits,
)
from tests.services.wizard import Wizard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.services.wizard import Gate


async def test_closing_ends_the_requests_and_keeps_what_was_found(wizard: Wizard) -> None:
    crowd = Crowd()
    async with AsyncExitStack() as stack:
        quick, late, silent = [
            await stack.enter_async_context(Hostile(one)) for one in (ENDED, crowd, never_answers)
        ]
        (given,) = shelve(wizard, *people_at(quick.origin, 1))
        (found,) = shelve(wizard, *people_at(late.origin, 1))
        pending = shelve(wizard, *people_at(silent.origin, 6))
        before = asyncio.all_tasks()
        results = checking(wizard, (given, found, *pending))
        assert (await anext(results)).account.handle == given.handle
        crowd.gate.set()
        await visits(late, 3)  # the account, and the card in two places
        await visits(silent, 4)
        await results.aclose()
        serving = {task for task in asyncio.all_tasks() if "_serve" in str(task.get_coro())}
        assert asyncio.all_tasks() - serving <= before
    assert [one.state for one in wizard.shelf.accounts[:2]] == [State.ENDED, State.ENDED]
    assert wizard.shelf.accounts[2:] == pending
    assert len(silent.visits) == 4


async def test_cancelling_in_the_middle_of_a_save_keeps_what_was_found(wizard: Wizard) -> None:
    slow = SlowStore(wizard.store.path)
    async with Hostile(ENDED) as server, Hostile(never_answers) as silent:
        accounts = shelve(wizard, *people_at(server.origin, 1), *people_at(silent.origin, 1))
        results = Checking(slow, wizard.connection, wizard.clock).check(accounts)
        task = asyncio.ensure_future(all_of(results))
        assert await asyncio.to_thread(slow.is_asked.wait, 30)
        task.cancel()
        slow.may_write.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [one.state for one in wizard.shelf.accounts] == [State.ENDED, State.FINE]


async def test_cancelling_before_anything_is_found_touches_nothing(wizard: Wizard) -> None:
    async with Hostile(never_answers) as silent:
        task = asyncio.ensure_future(check(wizard, *people_at(silent.origin, 6)))
        await visits(silent, 4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not list(wizard.store.path.parent.iterdir())


async def while_asked(
    wizard: Wizard, gate: Gate, account: Account, change: Callable[[Shelf], Shelf]
) -> Checked:
    """Check an account, and change the shelf before the server answers."""
    gate.shut()
    task = asyncio.ensure_future(check_one(wizard, account))
    await gate.reached()
    wizard.store.change(change)
    gate.open()
    return await task


async def test_an_account_removed_meanwhile_stays_removed(
    practice: PracticeInstance, wizard: Wizard, gate: Gate
) -> None:
    alice = (await wizard.signed_in(practice)).account
    practice.revoke_tokens("alice")
    checked = await while_asked(wizard, gate, alice, lambda one: one.without_account(alice.handle))
    assert wizard.shelf.accounts == ()
    assert checked.account == replace(alice, state=State.ENDED, checked_at=wizard.clock.now)
    assert isinstance(checked.failure, AccessEnded)


async def test_an_account_renewed_meanwhile_is_not_called_ended(
    practice: PracticeInstance, wizard: Wizard, gate: Gate
) -> None:
    alice = (await wizard.signed_in(practice)).account
    practice.revoke_tokens("alice")
    renewed = (await wizard.signed_in(practice)).account
    assert renewed.token != alice.token
    wizard.store.change(lambda shelf: shelf.with_account(alice))
    checked = await while_asked(wizard, gate, alice, lambda shelf: shelf.with_account(renewed))
    assert checked == Checked(renewed, None, "")
    assert wizard.shelf.accounts == (renewed,)


async def test_what_others_saved_meanwhile_is_kept(
    practice: PracticeInstance, wizard: Wizard, gate: Gate
) -> None:
    alice = (await wizard.signed_in(practice)).account
    bob = make_account("bob", server=alice.server)

    def change(shelf: Shelf) -> Shelf:
        smaller = replace(alice, token=replace(alice.token, scopes=("profile",)))
        return replace(shelf.with_account(smaller).with_account(bob), default=bob.handle)

    checked = await while_asked(wizard, gate, alice, change)
    assert wizard.shelf.accounts == (checked.account, bob)
    assert (checked.account.state, checked.account.token.scopes) == (State.FINE, ("profile",))
    assert wizard.shelf.default == bob.handle


async def test_what_was_saved_once_is_not_saved_again(wizard: Wizard) -> None:
    crowd = Crowd()
    async with Hostile(ENDED) as quick, Hostile(crowd) as late:
        accounts = shelve(wizard, *people_at(quick.origin, 1), *people_at(late.origin, 1))
        async with aclosing(checking(wizard, accounts)) as results:
            await anext(results)
            wizard.store.change(lambda shelf: shelf.with_account(accounts[0]))
            crowd.gate.set()
            await anext(results)
    assert [one.state for one in wizard.shelf.accounts] == [State.FINE, State.ENDED]


async def test_what_comes_in_during_a_write_is_written_at_once(wizard: Wizard) -> None:
    slow = SlowStore(wizard.store.path)
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(Hostile(ENDED)) for _ in range(5)]
        accounts = shelve(wizard, *(one for at in servers for one in people_at(at.origin, 8)))
        results = Checking(slow, wizard.connection, wizard.clock).check(accounts)
        task = asyncio.ensure_future(all_of(results))
        for one in servers:
            await visits(one, 8 + 2)
        slow.may_write.set()
        assert len(await task) == 40
    assert slow.changes <= 2
    assert {one.state for one in wizard.shelf.accounts} == {State.ENDED}


async def test_a_file_that_can_not_be_written_is_told_at_the_end(
    practice: PracticeInstance, wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = (await wizard.signed_in(practice)).account
    alice = replace(now, server=replace(now.server, version="0.19.0"))
    wizard.store.change(lambda shelf: shelf.with_account(alice))
    with monkeypatch.context() as patch:
        fill_disk(patch)
        results = checking(wizard, (alice,))
        checked = await anext(results)
        with pytest.raises(SaveFailed):
            await anext(results)
    found = replace(now, checked_at=wizard.clock.now)
    assert (checked.account, checked.failure, checked.news) == (found, None, "")
    assert wizard.shelf.accounts == (alice,)


async def test_a_write_that_works_later_takes_along_what_failed_before(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd()
    async with Hostile(ENDED) as quick, Hostile(crowd) as late:
        accounts = [*people_at(quick.origin, 1), *people_at(late.origin, 1)]
        async with aclosing(checking(wizard, shelve(wizard, *accounts))) as results:
            with monkeypatch.context() as patch:
                fill_disk(patch)
                assert (await anext(results)).account.state is State.ENDED
            assert [one.state for one in wizard.shelf.accounts] == [State.FINE, State.FINE]
            crowd.gate.set()
            assert len([one async for one in results]) == 1
    assert [one.state for one in wizard.shelf.accounts] == [State.ENDED, State.ENDED]


async def test_a_keyring_that_fails_says_nothing_about_an_account(
    practice: PracticeInstance,
    wizard: Wizard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice = (await wizard.signed_in(practice)).account
    bob = (await wizard.signed_in(practice, who="bob")).account
    with installed(tmp_path, monkeypatch) as vault:
        await wizard.accounts.keep_secrets_in(Place.KEYRING, alice)
        [alice, _] = wizard.shelf.accounts
        assert (await check_one(wizard, alice)).account.state is State.FINE
        alice = wizard.shelf.accounts[0]
        vault.mood.write_text("locked")
        wizard.clock.advance(timedelta(hours=1))
        found = await check(wizard, alice, bob)
    told = found[alice.handle]
    assert isinstance(told.failure, KeyringLocked)
    assert told.account == alice == wizard.shelf.accounts[0]
    assert found[bob.handle].account.state is State.FINE


async def test_a_silent_keyring_is_waited_for_only_once(
    wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(tmp_path, monkeypatch) as vault:
        shelve(wizard, *people_at("http://localhost:1", 8))
        await wizard.accounts.keep_all_secrets_in(Place.KEYRING)
        counting = CountingVault()
        keyring.set_keyring(counting)
        vault.mood.write_text("silent")
        with soon_given_up():
            found = await check(wizard, *wizard.shelf.accounts)
        counting.gate.set()
    assert {type(one.failure) for one in found.values()} == {KeyringSilent}
    assert counting.asked == 1


async def test_a_keyring_that_lacks_one_token_is_asked_for_the_others(
    wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hostile(ENDED) as server:
        shelve(wizard, *people_at(server.origin, 2))
        with installed(tmp_path, monkeypatch) as vault:
            await wizard.accounts.keep_all_secrets_in(Place.KEYRING)
            lacking, other = wizard.shelf.accounts
            assert isinstance(lacking.token.value, InKeyring)
            vault.delete_password("gts-wizard", lacking.token.value.name)
            found = await check(wizard, lacking, other)
    assert isinstance(found[lacking.handle].failure, KeyringLacks)
    assert isinstance(found[other.handle].failure, AccessEnded)
