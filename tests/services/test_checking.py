"""Checking accounts: what is told of each, and how politely servers are asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccessEnded,
    LedElsewhere,
    NotPermitted,
    OnlyPractice,
    ProxyTrouble,
    Refused,
    SomebodyElse,
    ToldToWait,
    TooSlow,
    WebPage,
    WireError,
)
from gts_wizard.models import State
from gts_wizard.practice import PracticeInstance
from gts_wizard.services.asking import MOST_AT_ONCE, Finding
from gts_wizard.services.checking import Checking
from tests.helpers.harness import ServicesHarness
from tests.helpers.many_servers import (
    ANY_PAGE,
    CARD,
    REVOKED,
    VERIFY,
    ReplacementServer,
    ShortTimeoutConnection,
    WaitingRequests,
    accounts_at,
    all_of,
    check,
    check_one,
    checking,
    save_accounts,
    small_account,
)
from tests.helpers.raw_responses import never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import NOW, make_account

if TYPE_CHECKING:
    from tests.helpers.raw_server import RawRequest


async def test_each_account_is_told_how_it_stands(harness: ServicesHarness) -> None:
    async with AsyncExitStack() as moods:
        instances = [
            moods.enter_context(PracticeInstance(like=like))
            for like in ("0.20", "0.17", "mastodon", "0.20", "0.19", "0.20", "0.20", "0.20")
        ]
        accounts = [(await harness.signed_in(one)).account for one in instances]
        *_, revoked, busy, limited, stopped, replaced = instances
        accounts.append(await moods.enter_async_context(small_account(harness)))
        revoked.revoke_tokens("alice")
        busy.throttled = True
        limited.rate_limit = 0
        stopped.stop()
        await moods.enter_async_context(ReplacementServer(replaced, ANY_PAGE))
        harness.clock.advance(timedelta(hours=1))
        found = await check(harness, *accounts)
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
    assert harness.shelf.accounts == tuple(found[one.handle].account for one in accounts)
    assert {one.checked_at for one in harness.shelf.accounts} == {harness.clock.now}
    verified = [one.verified_at == harness.clock.now for one in harness.shelf.accounts]
    assert verified == [True] * 3 + [False] * 6
    assert not any(one.news for one in found.values())


async def test_a_silent_server_is_not_reached_and_ends_no_access(harness: ServicesHarness) -> None:
    async with RawServer(never_respond) as server, aclosing(ShortTimeoutConnection()) as hasty:
        accounts = save_accounts(harness, *accounts_at(server.origin, 3))
        found = await all_of(Checking(harness.store, hasty, harness.clock).check(accounts))
    assert {type(one.failure) for one in found.values()} == {TooSlow}
    assert {one.state for one in harness.shelf.accounts} == {State.UNREACHABLE}


async def test_a_token_of_somebody_else_is_told(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    alice = (await harness.signed_in(practice)).account
    bob = (await harness.signed_in(practice, who="bob")).account
    mixed_up = replace(alice, token=bob.token)
    harness.store.change(lambda shelf: shelf.with_account(mixed_up))
    checked = await check_one(harness, mixed_up)
    assert isinstance(checked.failure, SomebodyElse)
    assert str(checked.failure) == (
        f"{practice.address} says that this access is not that of {alice.handle} any more. "
        f"Sign in again as {alice.handle}."
    )
    assert bob.id in checked.failure.details
    changed = replace(mixed_up, state=State.CHANGED, checked_at=harness.clock.now)
    assert harness.shelf.account(alice.handle) == checked.account == changed
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
    practice: PracticeInstance, harness: ServicesHarness, saved: dict[str, str], state: State
) -> None:
    alice = (await harness.signed_in(practice)).account
    other = replace(alice, **saved)  # type: ignore[arg-type]
    harness.store.change(lambda shelf: replace(shelf, accounts=(other,)))
    assert (await check_one(harness, other)).account.state is state


async def test_an_account_is_found_on_the_shelf_whatever_its_capitals(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    alice = (await harness.signed_in(practice)).account
    harness.clock.advance(timedelta(hours=1))
    checked = await check_one(harness, replace(alice, username="ALICE"))
    assert checked.account.handle == alice.handle
    assert harness.shelf.accounts == (checked.account,)
    assert checked.account.checked_at == harness.clock.now


def test_only_a_401_is_called_ended() -> None:
    # Nobody checks in practice what is not of it, or looks at where a server leads.
    elsewhere = (LedElsewhere, OnlyPractice)
    leaves = [one for one in WireError.__subclasses__() if not issubclass(one, elsewhere)]
    states = {one: Finding(make_account(), NOW, one()).state for one in leaves}
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
    harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://proxy")
    accounts = save_accounts(harness, *accounts_at("https://one.example", 3))
    found = await check(harness, *accounts)
    assert {type(one.failure) for one in found.values()} == {ProxyTrouble}
    assert {one.state for one in harness.shelf.accounts} == {State.UNREACHABLE}


async def test_nothing_to_check_touches_nothing(harness: ServicesHarness) -> None:
    assert await check(harness) == {}
    assert not harness.store.path.exists()


async def test_four_requests_at_a_time_go_to_one_server_and_others_go_on(
    harness: ServicesHarness,
) -> None:
    crowd = WaitingRequests()
    async with RawServer(crowd) as slow, RawServer(REVOKED) as quick:
        theirs = accounts_at(quick.origin, 12)
        accounts = save_accounts(harness, *accounts_at(slow.origin, 12), *theirs)
        async with aclosing(checking(harness, accounts)) as results:
            first = [(await anext(results)).account.handle for _ in theirs]
            assert sorted(first) == sorted(one.handle for one in theirs)
            await crowd.reaches(4)
            assert crowd.standing == 4
            crowd.gate.set()
            assert len([one async for one in results]) == 12
    assert crowd.most == 4


async def test_thirty_two_requests_at_a_time_go_out_in_all(harness: ServicesHarness) -> None:
    crowd = WaitingRequests()
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(RawServer(crowd)) for _ in range(10)]
        accounts = save_accounts(
            harness, *(one for at in servers for one in accounts_at(at.origin, 5))
        )
        task = asyncio.ensure_future(check(harness, *accounts))
        await crowd.reaches(MOST_AT_ONCE)
        assert crowd.standing == MOST_AT_ONCE == 32
        crowd.gate.set()
        assert len(await task) == 50
    assert crowd.most == 32


async def test_a_server_that_says_wait_is_left_alone_and_others_go_on(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    alice = (await harness.signed_in(practice)).account
    with PracticeInstance(throttled=True) as busy, PracticeInstance(rate_limit=6) as limited:
        busy_people = save_accounts(harness, *accounts_at(busy.origin, 40))
        limited_people = save_accounts(harness, *accounts_at(limited.origin, 40))
        found = await check(harness, *busy_people, alice, *limited_people)
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
        Counter(one.state for one in harness.shelf.accounts)[State.WAIT] == 40 + states[State.WAIT]
    )


async def test_a_wait_that_the_card_brings_holds_for_the_accounts_too(
    harness: ServicesHarness,
) -> None:
    async with RawServer(respond_by_path({VERIFY: REVOKED}, otherwise=respond(429))) as server:
        found = await check(harness, *save_accounts(harness, *accounts_at(server.origin, 40)))
        assert server.paths.count(CARD) == 1
        assert server.paths.count(VERIFY) < 12
    assert {one.account.state for one in found.values()} == {State.ENDED, State.WAIT}


async def test_after_a_wait_the_card_is_not_asked_for(harness: ServicesHarness) -> None:
    crowd = WaitingRequests()

    async def first_waits(request: RawRequest) -> None:
        await (respond(429) if len(request.server.received_requests) == 1 else crowd)(request)

    async with RawServer(first_waits) as server:
        accounts = save_accounts(harness, *accounts_at(server.origin, 4))
        async with aclosing(checking(harness, accounts)) as results:
            assert (await anext(results)).account.state is State.WAIT
            crowd.gate.set()
            others = [one.account.state async for one in results]
        assert set(server.paths) == {VERIFY}
    assert set(others) <= {State.ENDED, State.WAIT}
