"""How many requests a check makes, and which state a failure means."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccountRefused,
    InsufficientScope,
    PracticeOnly,
    ProgramsBlocked,
    RateLimited,
    RedirectedElsewhere,
    RequestRejected,
    ServerError,
    ServerFailure,
    TokenMayExist,
    TokenRevoked,
)
from gts_wizard.models import AccountStatus
from gts_wizard.practice import PracticeServer
from gts_wizard.services.account_query import MAX_CONCURRENT_CHECKS, CheckOutcome
from tests.helpers.harness import ServicesHarness
from tests.helpers.many_servers import (
    INSTANCE_V2,
    REVOKED,
    VERIFY,
    WaitingRequests,
    accounts_at,
    check,
    check_one,
    checking,
    documents_for,
    save_accounts,
)
from tests.helpers.raw_responses import never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import NOW, make_account

if TYPE_CHECKING:
    from tests.helpers.raw_server import RawRequest


@pytest.mark.parametrize(
    ("saved_id", "saved_username", "state"),
    [
        ("01OTHER", "user0", AccountStatus.CHANGED),
        ("01-user0", "alison", AccountStatus.FINE),
        ("01-user0", "USER0", AccountStatus.FINE),
    ],
)
async def test_account_is_the_same_by_its_id(
    harness: ServicesHarness, saved_id: str, saved_username: str, state: AccountStatus
) -> None:
    async with RawServer(never_respond) as server:
        (there,) = accounts_at(server.origin, 1)
        server.script = respond_by_path(documents_for(there))
        saved = there._replace(id=saved_id, username=saved_username)
        (account,) = save_accounts(harness, saved)
        assert (await check_one(harness, account)).account.status is state


def test_state_of_each_failure() -> None:
    # A check makes no look-up by redirect, needs no practice, and exchanges no code.
    elsewhere = (RedirectedElsewhere, PracticeOnly, TokenMayExist)
    leaves = [
        failure for failure in ServerError.__subclasses__() if not issubclass(failure, elsewhere)
    ]
    states = {failure: CheckOutcome(make_account(), NOW, failure()).status for failure in leaves}
    named = {
        state: {failure for failure in states if states[failure] is state}
        for state in AccountStatus
    }
    assert named[AccountStatus.REVOKED] == {TokenRevoked}
    assert named[AccountStatus.INSUFFICIENT_SCOPE] == {InsufficientScope}
    assert named[AccountStatus.RATE_LIMITED] == {RateLimited}
    assert {failure.__name__ for failure in named[AccountStatus.CHANGED]} == (
        {
            "NotAnInstance",
            "UnexpectedHtml",
            "InvalidResponse",
            "ResponseTooLarge",
            "AccountMismatch",
        }
    )
    assert {failure.__name__ for failure in named[AccountStatus.UNREACHABLE]} == (
        {
            "HostNotFound",
            "ConnectionRefused",
            "NetworkUnreachable",
            "Timeout",
            "ConnectionLost",
            "CertificateError",
        }
        | {"ProxyError", "Unreachable", "NetworkSignIn"}
    )
    assert named[AccountStatus.UNCLEAR] == {ServerFailure, RequestRejected}
    assert named[AccountStatus.BLOCKED] == {ProgramsBlocked}
    assert named[AccountStatus.REFUSED] == {AccountRefused}
    assert named[AccountStatus.UNKNOWN] == set(), "a server that was asked is no unknown"


@pytest.mark.slow
async def test_one_server_gets_four_requests_at_once(
    harness: ServicesHarness,
) -> None:
    requests = WaitingRequests()
    async with RawServer(requests) as slow, RawServer(REVOKED) as quick:
        theirs = accounts_at(quick.origin, 12)
        accounts = save_accounts(harness, *accounts_at(slow.origin, 12), *theirs)
        async with aclosing(checking(harness, accounts)) as results:
            first = [(await anext(results)).account.handle for _ in theirs]
            assert sorted(first) == sorted(account.handle for account in theirs)
            await requests.wait_until_waiting(4)
            assert requests.waiting == 4
            requests.may_answer.set()
            assert len([checked async for checked in results]) == 12
    assert requests.most_waiting == 4


@pytest.mark.slow
async def test_all_servers_get_32_requests_at_once(harness: ServicesHarness) -> None:
    requests = WaitingRequests()
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(RawServer(requests)) for _ in range(10)]
        accounts = save_accounts(
            harness, *(account for server in servers for account in accounts_at(server.origin, 5))
        )
        task = asyncio.ensure_future(check(harness, *accounts))
        await requests.wait_until_waiting(MAX_CONCURRENT_CHECKS)
        assert requests.waiting == MAX_CONCURRENT_CHECKS == 32
        requests.may_answer.set()
        assert len(await task) == 50
    assert requests.most_waiting == 32


@pytest.mark.slow
async def test_server_that_says_wait_gets_no_more_requests(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    with PracticeServer(overloaded=True) as busy, PracticeServer(rate_limit=6) as limited:
        busy_accounts = save_accounts(harness, *accounts_at(busy.origin, 40))
        limited_accounts = save_accounts(harness, *accounts_at(limited.origin, 40))
        found = await check(harness, *busy_accounts, alice, *limited_accounts)
        assert len(busy.requests) <= 4
        assert len(limited.requests) <= 6 + 4
    assert found.pop(alice.handle).account.status is AccountStatus.FINE
    states = Counter(found[account.handle].account.status for account in busy_accounts)
    assert states == {AccountStatus.RATE_LIMITED: 40}
    for account in busy_accounts:
        failure = found[account.handle].error
        assert isinstance(failure, RateLimited)
        assert (failure.host, failure.seconds) == (busy.address, 30)
    # Some requests were sent before the limit was reached, the instance document's among them.
    states = Counter(found[account.handle].account.status for account in limited_accounts)
    assert states[AccountStatus.REVOKED] in {5, 6}
    assert states[AccountStatus.RATE_LIMITED] == 40 - states[AccountStatus.REVOKED]
    assert (
        Counter(account.status for account in harness.credentials.accounts)[
            AccountStatus.RATE_LIMITED
        ]
        == 40 + states[AccountStatus.RATE_LIMITED]
    )


async def test_wait_from_the_instance_document_holds_for_the_accounts(
    harness: ServicesHarness,
) -> None:
    async with RawServer(respond_by_path({VERIFY: REVOKED}, otherwise=respond(429))) as server:
        found = await check(harness, *save_accounts(harness, *accounts_at(server.origin, 40)))
        assert server.paths.count(INSTANCE_V2) == 1
        assert server.paths.count(VERIFY) < 12
    assert {checked.account.status for checked in found.values()} == {
        AccountStatus.REVOKED,
        AccountStatus.RATE_LIMITED,
    }


async def test_instance_document_is_not_requested_after_a_wait(harness: ServicesHarness) -> None:
    requests = WaitingRequests()

    async def first_waits(request: RawRequest) -> None:
        await (respond(429) if len(request.server.received_requests) == 1 else requests)(request)

    async with RawServer(first_waits) as server:
        accounts = save_accounts(harness, *accounts_at(server.origin, 4))
        async with aclosing(checking(harness, accounts)) as results:
            assert (await anext(results)).account.status is AccountStatus.RATE_LIMITED
            requests.may_answer.set()
            others = [checked.account.status async for checked in results]
        assert set(server.paths) == {VERIFY}
    assert set(others) <= {AccountStatus.REVOKED, AccountStatus.RATE_LIMITED}
