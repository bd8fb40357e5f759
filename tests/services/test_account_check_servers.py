"""What a check learns of servers and profiles, and what it reports as news."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import AccountStatus
from gts_wizard.practice import PracticeServer
from tests.helpers.many_servers import (
    ANY_PAGE,
    INSTANCE_V2,
    VERIFY,
    accounts_at,
    check,
    check_one,
    documents_for,
    save_accounts,
)
from tests.helpers.raw_responses import http_response, never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import TOKEN, make_account

if TYPE_CHECKING:
    from tests.helpers.harness import ServicesHarness
    from tests.helpers.raw_server import Responder


async def test_new_display_name_is_saved_and_reported_once(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    before = alice._replace(display_name="Al", status=AccountStatus.UNREACHABLE)
    harness.store.update(lambda credentials: credentials.with_account(before))
    checked = await check_one(harness, before)
    assert checked.account == alice._replace(
        checked_at=harness.clock.now, verified_at=harness.clock.now
    )
    assert checked.changes == f"{alice.handle} now goes by “Alice”."
    assert (await check_one(harness, checked.account)).changes == ""


@pytest.mark.slow
async def test_instance_document_is_read_once_for_all_accounts_of_a_server(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    accounts = [await harness.account(practice, username=username) for username in ("alice", "bob")]
    now = accounts[0].server
    older = now._replace(version="0.19.0", title="What it was called")
    older_accounts = [
        account._replace(server=older) for account in (*accounts, make_account("carol"))
    ]
    harness.store.update(lambda credentials: credentials._replace(accounts=tuple(older_accounts)))
    requests = len(practice.requests)
    found = await check(harness, *older_accounts[:2])
    asked = Counter(practice.requests[requests:])
    assert asked == {f"GET {VERIFY}": 2, f"GET {INSTANCE_V2}": 1}
    assert [account.server for account in harness.credentials.accounts] == [now] * 3
    assert not any(checked.changes for checked in found.values())


@pytest.mark.slow
async def test_other_software_is_saved_and_reported_once(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    practice.stop()
    with PracticeServer(emulates="mastodon", port=practice.port) as successor:
        checked = await check_one(harness, alice)
        again = await check_one(harness, checked.account)
        there = (await harness.sign_in.look_up(successor.address)).server
    assert checked.changes == (
        f"{practice.address} now runs Mastodon {there.version} instead of GoToSocial "
        f"{alice.server.version}."
    )
    assert (checked.account.status, checked.account.server.software) == (
        AccountStatus.REVOKED,
        "mastodon",
    )
    assert (again.account.server.version, again.changes) == (there.version, "")


async def test_server_that_moved_is_reported_and_gets_no_token(harness: ServicesHarness) -> None:
    async with RawServer(never_respond) as server, RawServer(never_respond) as target:
        (account,) = save_accounts(harness, *accounts_at(server.origin, 1))
        moved = http_response(301, Location=target.origin + INSTANCE_V2)
        server.script = respond_by_path(documents_for(account) | {INSTANCE_V2: moved})
        target.script = respond_by_path(
            documents_for(account, version="9.9", source_url="https://a.example/mastodon")
        )
        checked = await check_one(harness, account)
        assert target.paths == [INSTANCE_V2]
        assert TOKEN.encode() not in target.received
    assert checked.changes == (
        f"{server.host} now redirects to {target.host}. If the server moved there, "
        "sign in there again."
    )
    assert checked.account.server == account.server == harness.credentials.accounts[0].server


@pytest.mark.parametrize(
    ("before", "claimed", "is_news"),
    [
        ("example.org", "example.org", False),
        ("example.org", "elsewhere.example", True),
        ("example.org", "", False),
        ("", "elsewhere.example", False),
    ],
)
async def test_other_account_domain_is_reported_if_one_was_proven(
    harness: ServicesHarness, before: str, claimed: str, is_news: bool
) -> None:
    async with RawServer(never_respond) as server:
        (account,) = accounts_at(server.origin, 1)
        domain = before or server.host
        account = account._replace(server=account.server._replace(account_domain=domain))
        save_accounts(harness, account)
        server.script = respond_by_path(
            documents_for(account, account_domain=claimed or server.host)
        )
        checked = await check_one(harness, account)
    outcome = f"The handles of {server.host} now end with {claimed} instead of {before}."
    assert checked.changes == (outcome if is_news else "")
    assert harness.credentials.accounts[0].handle == account.handle


@pytest.mark.parametrize(
    "response", [respond(404), respond(500), respond(429), respond(401), ANY_PAGE]
)
async def test_unreadable_instance_document_changes_nothing(
    harness: ServicesHarness, response: Responder
) -> None:
    async with RawServer(never_respond) as server:
        (account,) = save_accounts(harness, *accounts_at(server.origin, 1))
        server.script = respond_by_path(
            documents_for(account) | dict.fromkeys((INSTANCE_V2, "/api/v1/instance"), response)
        )
        checked = await check_one(harness, account)
    assert (checked.account.status, checked.error, checked.changes) == (
        AccountStatus.FINE,
        None,
        "",
    )
    assert checked.account.server == account.server


@pytest.mark.slow
def test_importing_checking_loads_no_network_library() -> None:
    program = (
        "import sys, gts_wizard.services.account_check;"
        "print(*(name for name in ('httpx', 'tomli_w', 'keyring') if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "\n"
