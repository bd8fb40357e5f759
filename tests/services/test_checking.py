"""Checking accounts: what is told of each, how politely servers are asked, and what is kept."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
import threading
from collections import Counter
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import keyring
import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.errors import (
    AccessEnded,
    KeyringLacks,
    KeyringLocked,
    KeyringSilent,
    NotPermitted,
    ProxyTrouble,
    Refused,
    SaveFailed,
    ToldToWait,
    TooSlow,
    WebPage,
    WireError,
)
from gts_wizard.models import Account, InKeyring, Place, Server, State
from gts_wizard.practice import PracticeInstance
from gts_wizard.server.connection import Connection
from gts_wizard.server.transport import Transport
from gts_wizard.services.asking import MOST_AT_ONCE, Finding, SomebodyElse
from gts_wizard.services.checking import Checked, Checking
from gts_wizard.shelf import Shelf
from tests.credentials.builders import NOW, TOKEN, make_account
from tests.credentials.vault import Vault, installed
from tests.server.hostile import Hostile
from tests.server.scripts import http, never_answers, says, site
from tests.services.wizard import Wizard, code_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    from tests.server.hostile import Script, Visit
    from tests.services.wizard import Gate

CARD = "/api/v2/instance"
VERIFY = "/api/v1/accounts/verify_credentials"
ENDED = says(401, b"{}")
ANY_PAGE = says(200, b"<html>A shop.</html>", Content_Type="text/html")


class Hasty(Connection):
    """The way to servers, for somebody who soon loses patience."""

    def __init__(self) -> None:
        super().__init__()
        self._transport = Transport(deadline=0.5)

    async def transport(self) -> Transport:
        """Give the one transport."""
        return self._transport

    async def aclose(self) -> None:
        """Close it."""
        await self._transport.aclose()


class Successor(Hostile):
    """What listens now where a practice instance was."""

    def __init__(self, practice: PracticeInstance, script: Script) -> None:
        super().__init__(script, name="localhost")
        practice.stop()
        self.port = practice.port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        return self


class Crowd:
    """Holds every request until the gate is opened, and counts how many stand there at once."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.standing = 0
        self.most = 0
        self._changed = asyncio.Condition()

    async def __call__(self, visit: Visit) -> None:
        """Answer a request, once the gate is open, as if its token were gone."""
        self.standing += 1
        self.most = max(self.most, self.standing)
        async with self._changed:
            self._changed.notify_all()
        await self.gate.wait()
        self.standing -= 1
        await ENDED(visit)

    async def reaches(self, number: int) -> None:
        """Wait until so many stand there, and then for as long as a request takes."""
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: self.standing >= number)
        await a_while()


class SlowStore(Store):
    """A shelf that is slow to write: only once it may."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.changes = 0
        self.is_asked = threading.Event()
        self.may_write = threading.Event()

    def change(self, change: Callable[[Shelf], Shelf]) -> Shelf:
        """Count, wait and change."""
        self.changes += 1
        self.is_asked.set()
        assert self.may_write.wait(30)
        return super().change(change)


class CountingVault(Vault):
    """A keyring that counts the questions."""

    asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        """Count, and give an entry."""
        self.asked += 1
        return super().get_password(service, username)


async def a_while() -> None:
    """Let pass what a request takes, so that whatever is on its way has arrived."""
    async with Hostile(ENDED) as server, aclosing(Transport(deadline=10)) as transport:
        await transport.get(server.url)


async def visits(server: Hostile, number: int) -> None:
    """Wait until a server was asked so often, and the answers are there."""
    async with asyncio.timeout(30):
        while len(server.visits) < number:
            server.asked.clear()
            await server.asked.wait()
    await a_while()


def checking(wizard: Wizard, accounts: Sequence[Account]) -> AsyncGenerator[Checked, None]:
    return Checking(wizard.store, wizard.connection, wizard.clock).check(accounts)


async def all_of(results: AsyncGenerator[Checked, None]) -> dict[str, Checked]:
    async with aclosing(results):
        return {one.account.handle: one async for one in results}


async def check(wizard: Wizard, *accounts: Account) -> dict[str, Checked]:
    return await all_of(checking(wizard, accounts))


async def check_one(wizard: Wizard, account: Account) -> Checked:
    (checked,) = (await check(wizard, account)).values()
    return checked


def shelve(wizard: Wizard, *accounts: Account) -> tuple[Account, ...]:
    """Put made-up accounts on the shelf."""
    wizard.store.change(lambda shelf: replace(shelf, accounts=(*shelf.accounts, *accounts)))
    return accounts


def people_at(origin: str, number: int) -> list[Account]:
    """Make up accounts of one server."""
    server = Server(origin, origin.partition("://")[2], "A server", "gotosocial", "0.19.0")
    return [make_account(f"user{one}", server=server) for one in range(number)]


def pages_for(account: Account, **card: str) -> dict[str, object]:
    """Return what a server shows of itself, and of an account."""
    profile = {"id": account.id, "username": account.username, "display_name": "User0"}
    shown = {"title": "A server", "version": "0.19.0", "domain": account.server.host}
    source = {"source_url": "https://codeberg.org/superseriousbusiness/gotosocial"}
    return {VERIFY: profile, CARD: {**shown, **source, **card}}


def fill_disk(patch: pytest.MonkeyPatch) -> None:
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(os, "fsync", no_space)


@asynccontextmanager
async def small_account(wizard: Wizard) -> AsyncIterator[Account]:
    """An account whose token may not even ask whose it is."""
    with PracticeInstance(grants="write") as practice:
        attempt = await wizard.linked(practice)
        attempt = await wizard.sign_in.redeem(attempt, await code_for(attempt))
        assert attempt.token is not None
        account = make_account(server=attempt.server)
        yield shelve(wizard, replace(account, token=attempt.token))[0]


async def test_each_account_is_told_how_it_stands(wizard: Wizard) -> None:
    async with AsyncExitStack() as moods:
        instances = [
            moods.enter_context(PracticeInstance(like=like))
            for like in ("0.20", "0.17", "mastodon", "0.20", "0.19", "0.20", "0.20", "0.20")
        ]
        accounts = [(await wizard.signed_in(one)).account for one in instances]
        *_, revoked, busy, limited, stopped, replaced = instances
        accounts.append(await moods.enter_async_context(small_account(wizard)))
        revoked.revoke_tokens("alice")
        busy.throttled = True
        limited.rate_limit = 0
        stopped.stop()
        await moods.enter_async_context(Successor(replaced, ANY_PAGE))
        wizard.clock.advance(timedelta(hours=1))
        found = await check(wizard, *accounts)
    told = [(found[one.handle].account.state, type(found[one.handle].failure)) for one in accounts]
    assert told == [
        *[(State.FINE, type(None))] * 3,
        (State.ENDED, AccessEnded),
        (State.WAIT, ToldToWait),
        (State.WAIT, ToldToWait),
        (State.UNREACHABLE, Refused),
        (State.CHANGED, WebPage),
        (State.TOO_SMALL, NotPermitted),
    ]
    assert wizard.shelf.accounts == tuple(found[one.handle].account for one in accounts)
    assert {one.checked_at for one in wizard.shelf.accounts} == {wizard.clock.now}
    verified = [one.verified_at == wizard.clock.now for one in wizard.shelf.accounts]
    assert verified == [True] * 3 + [False] * 6
    assert not any(one.news for one in found.values())


async def test_a_silent_server_is_not_reached_and_ends_no_access(wizard: Wizard) -> None:
    async with Hostile(never_answers) as server, aclosing(Hasty()) as hasty:
        accounts = shelve(wizard, *people_at(server.origin, 3))
        found = await all_of(Checking(wizard.store, hasty, wizard.clock).check(accounts))
    assert {type(one.failure) for one in found.values()} == {TooSlow}
    assert {one.state for one in wizard.shelf.accounts} == {State.UNREACHABLE}


async def test_a_token_of_somebody_else_is_told(practice: PracticeInstance, wizard: Wizard) -> None:
    alice = (await wizard.signed_in(practice)).account
    bob = (await wizard.signed_in(practice, who="bob")).account
    mixed_up = replace(alice, token=bob.token)
    wizard.store.change(lambda shelf: shelf.with_account(mixed_up))
    checked = await check_one(wizard, mixed_up)
    assert isinstance(checked.failure, SomebodyElse)
    assert str(checked.failure) == (
        f"{practice.address} says that this access is not that of {alice.handle} any more. "
        f"Sign in again as {alice.handle}."
    )
    assert bob.id in checked.failure.details
    changed = replace(mixed_up, state=State.CHANGED, checked_at=wizard.clock.now)
    assert wizard.shelf.account(alice.handle) == checked.account == changed
    assert checked.news == ""


@pytest.mark.parametrize(
    ("saved", "state"),
    [
        ({"id": "01OTHER"}, State.CHANGED),
        ({"username": "alison"}, State.CHANGED),
        ({"username": "ALICE"}, State.FINE),
    ],
)
async def test_an_account_is_the_same_by_its_id_and_its_name(
    practice: PracticeInstance, wizard: Wizard, saved: dict[str, str], state: State
) -> None:
    alice = (await wizard.signed_in(practice)).account
    other = replace(alice, **saved)  # type: ignore[arg-type]
    wizard.store.change(lambda shelf: replace(shelf, accounts=(other,)))
    assert (await check_one(wizard, other)).account.state is state


async def test_an_account_is_found_on_the_shelf_whatever_its_capitals(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    alice = (await wizard.signed_in(practice)).account
    wizard.clock.advance(timedelta(hours=1))
    checked = await check_one(wizard, replace(alice, username="ALICE"))
    assert checked.account.handle == alice.handle
    assert wizard.shelf.accounts == (checked.account,)
    assert checked.account.checked_at == wizard.clock.now


def test_only_a_401_is_called_ended() -> None:
    states = {one: Finding(make_account(), NOW, one()).state for one in WireError.__subclasses__()}
    named = {state: {one for one in states if states[one] is state} for state in State}
    assert named[State.ENDED] == {AccessEnded}
    assert named[State.TOO_SMALL] == {NotPermitted}
    assert named[State.WAIT] == {ToldToWait}
    assert {one.__name__ for one in named[State.CHANGED]} == (
        {"NotAnInstance", "WebPage", "Nonsense", "TooMuchData", "SomebodyElse"}
    )
    assert {one.__name__ for one in named[State.UNREACHABLE]} == (
        {"NoSuchName", "Refused", "NoRoute", "TooSlow", "ConnectionLost", "CertificateTrouble"}
        | {"ProxyTrouble", "Unreachable", "ServerTrouble", "TurnedDown"}
    )


async def test_where_no_request_can_be_sent_that_is_told_of_each(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://proxy")
    accounts = shelve(wizard, *people_at("https://one.example", 3))
    found = await check(wizard, *accounts)
    assert {type(one.failure) for one in found.values()} == {ProxyTrouble}
    assert {one.state for one in wizard.shelf.accounts} == {State.UNREACHABLE}


async def test_nothing_to_check_touches_nothing(wizard: Wizard) -> None:
    assert await check(wizard) == {}
    assert not wizard.store.path.exists()


async def test_four_requests_at_a_time_go_to_one_server_and_others_go_on(wizard: Wizard) -> None:
    crowd = Crowd()
    async with Hostile(crowd) as slow, Hostile(ENDED) as quick:
        theirs = people_at(quick.origin, 12)
        accounts = shelve(wizard, *people_at(slow.origin, 12), *theirs)
        async with aclosing(checking(wizard, accounts)) as results:
            first = [(await anext(results)).account.handle for _ in theirs]
            assert sorted(first) == sorted(one.handle for one in theirs)
            await crowd.reaches(4)
            assert crowd.standing == 4
            crowd.gate.set()
            assert len([one async for one in results]) == 12
    assert crowd.most == 4


async def test_thirty_two_requests_at_a_time_go_out_in_all(wizard: Wizard) -> None:
    crowd = Crowd()
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(Hostile(crowd)) for _ in range(10)]
        accounts = shelve(wizard, *(one for at in servers for one in people_at(at.origin, 5)))
        task = asyncio.ensure_future(check(wizard, *accounts))
        await crowd.reaches(MOST_AT_ONCE)
        assert crowd.standing == MOST_AT_ONCE == 32
        crowd.gate.set()
        assert len(await task) == 50
    assert crowd.most == 32


async def test_a_server_that_says_wait_is_left_alone_and_others_go_on(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    alice = (await wizard.signed_in(practice)).account
    with PracticeInstance(throttled=True) as busy, PracticeInstance(rate_limit=6) as limited:
        busy_people = shelve(wizard, *people_at(busy.origin, 40))
        limited_people = shelve(wizard, *people_at(limited.origin, 40))
        found = await check(wizard, *busy_people, alice, *limited_people)
        assert len(busy.requests) <= 4
        assert len(limited.requests) <= 6 + 4
    assert found.pop(alice.handle).account.state is State.FINE
    states = Counter(found[one.handle].account.state for one in busy_people)
    assert states == {State.WAIT: 40}
    for one in busy_people:
        failure = found[one.handle].failure
        assert isinstance(failure, ToldToWait)
        assert (failure.host, failure.seconds) == (busy.address, 30)
    # Some of these were asked about before the limit was reached, with the card among them.
    states = Counter(found[one.handle].account.state for one in limited_people)
    assert states[State.ENDED] in {5, 6}
    assert states[State.WAIT] == 40 - states[State.ENDED]
    assert (
        Counter(one.state for one in wizard.shelf.accounts)[State.WAIT] == 40 + states[State.WAIT]
    )


async def test_a_wait_that_the_card_brings_holds_for_the_accounts_too(wizard: Wizard) -> None:
    async with Hostile(site({VERIFY: ENDED}, otherwise=says(429))) as server:
        found = await check(wizard, *shelve(wizard, *people_at(server.origin, 40)))
        assert server.paths.count(CARD) == 1
        assert server.paths.count(VERIFY) < 12
    assert {one.account.state for one in found.values()} == {State.ENDED, State.WAIT}


async def test_after_a_wait_the_card_is_not_asked_for(wizard: Wizard) -> None:
    crowd = Crowd()

    async def first_waits(visit: Visit) -> None:
        await (says(429) if len(visit.server.visits) == 1 else crowd)(visit)

    async with Hostile(first_waits) as server:
        accounts = shelve(wizard, *people_at(server.origin, 4))
        async with aclosing(checking(wizard, accounts)) as results:
            assert (await anext(results)).account.state is State.WAIT
            crowd.gate.set()
            others = [one.account.state async for one in results]
        assert set(server.paths) == {VERIFY}
    assert set(others) <= {State.ENDED, State.WAIT}


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
        alice = await wizard.accounts.keep_secrets_in(Place.KEYRING, alice)
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


async def test_a_new_name_is_taken_over_and_told(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    alice = (await wizard.signed_in(practice)).account
    before = replace(alice, display_name="Al", state=State.UNREACHABLE)
    wizard.store.change(lambda shelf: shelf.with_account(before))
    checked = await check_one(wizard, before)
    assert checked.account == replace(
        alice, checked_at=wizard.clock.now, verified_at=wizard.clock.now
    )
    assert checked.news == f"{alice.handle} now goes by the name “Alice”."
    assert (await check_one(wizard, checked.account)).news == ""


async def test_a_card_is_read_once_a_server_and_taken_over_by_all_its_accounts(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    accounts = [(await wizard.signed_in(practice, who=who)).account for who in ("alice", "bob")]
    now = accounts[0].server
    older = replace(now, version="0.19.0", title="What it was called")
    people = [replace(one, server=older) for one in (*accounts, make_account("carol"))]
    wizard.store.change(lambda shelf: replace(shelf, accounts=tuple(people)))
    requests = len(practice.requests)
    found = await check(wizard, *people[:2])
    asked = Counter(practice.requests[requests:])
    assert asked == {f"GET {VERIFY}": 2, f"GET {CARD}": 1}
    assert [one.server for one in wizard.shelf.accounts] == [now] * 3
    assert not any(one.news for one in found.values())


async def test_other_software_is_told_once_and_taken_over(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    alice = (await wizard.signed_in(practice)).account
    practice.stop()
    with PracticeInstance(like="mastodon", port=practice.port) as successor:
        checked = await check_one(wizard, alice)
        again = await check_one(wizard, checked.account)
        there = (await wizard.sign_in.look_up(successor.address)).server
    assert checked.news == (
        f"{practice.address} now runs Mastodon {there.version}, no longer GoToSocial "
        f"{alice.server.version}."
    )
    assert (checked.account.state, checked.account.server.software) == (State.ENDED, "mastodon")
    assert (again.account.server.version, again.news) == (there.version, "")


async def test_a_server_that_moved_is_told_and_gets_no_token(wizard: Wizard) -> None:
    async with Hostile(never_answers) as server, Hostile(never_answers) as target:
        (account,) = shelve(wizard, *people_at(server.origin, 1))
        moved = http(301, Location=target.origin + CARD)
        server.script = site(pages_for(account) | {CARD: moved})
        target.script = site(
            pages_for(account, version="9.9", source_url="https://a.example/mastodon")
        )
        checked = await check_one(wizard, account)
        assert target.paths == [CARD]
        assert TOKEN.encode() not in target.received
    assert checked.news == (
        f"{server.host} now sends programs on to {target.host}: if the server moved there, "
        "sign in there anew."
    )
    assert checked.account.server == account.server == wizard.shelf.accounts[0].server


@pytest.mark.parametrize(
    ("before", "claimed", "is_news"),
    [
        ("example.org", "example.org", False),
        ("example.org", "elsewhere.example", True),
        ("example.org", "", False),
        ("", "elsewhere.example", False),
    ],
)
async def test_another_account_domain_is_told_where_one_was_proven(
    wizard: Wizard, before: str, claimed: str, is_news: bool
) -> None:
    async with Hostile(never_answers) as server:
        (account,) = people_at(server.origin, 1)
        domain = before or server.host
        account = replace(account, server=replace(account.server, account_domain=domain))
        shelve(wizard, account)
        server.script = site(pages_for(account, account_domain=claimed or server.host))
        checked = await check_one(wizard, account)
    told = f"{server.host} now says that its accounts are of {claimed}, no longer of {before}."
    assert checked.news == (told if is_news else "")
    assert wizard.shelf.accounts[0].handle == account.handle


@pytest.mark.parametrize("card", [says(404), says(500), says(429), says(401), ANY_PAGE])
async def test_a_card_that_can_not_be_read_changes_nothing(wizard: Wizard, card: Script) -> None:
    async with Hostile(never_answers) as server:
        (account,) = shelve(wizard, *people_at(server.origin, 1))
        server.script = site(pages_for(account) | dict.fromkeys((CARD, "/api/v1/instance"), card))
        checked = await check_one(wizard, account)
    assert (checked.account.state, checked.failure, checked.news) == (State.FINE, None, "")
    assert checked.account.server == account.server


def test_loading_the_service_loads_no_network() -> None:
    program = (
        "import sys, gts_wizard.services.checking;"
        "print(*(name for name in ('httpx', 'filelock', 'keyring') if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "\n"
