"""What can be done with accounts: name one, check it, use it, end it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccessEnded,
    AccountError,
    AmbiguousAccount,
    CanNotRevoke,
    NoAccount,
    NotAnInstance,
    NotPermitted,
    RevocationLost,
    UnknownAccount,
)
from gts_wizard.models import Server
from gts_wizard.services.wiring import open_services
from gts_wizard.shelf import Shelf
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.helpers.harness import ServicesHarness

HOME = Server("https://social.example.org:8443", "example.org")
OTHER = Server("https://other.example", "other.example")
ALICE = make_account("alice", server=HOME)
BOB = make_account("bob", server=HOME)
ALICE_ELSEWHERE = make_account("alice", server=OTHER)
ALL = Shelf(accounts=(ALICE, BOB, ALICE_ELSEWHERE), default=BOB.handle)


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("", "@bob@example.org"),
        ("@alice@example.org", "@alice@example.org"),
        ("ALICE@Example.org", "@alice@example.org"),
        ("alice@other.example", "@alice@other.example"),
        (" bob ", "@bob@example.org"),
        ("@Bob", "@bob@example.org"),
        ("other.example", "@alice@other.example"),
    ],
)
def test_an_account_is_found_by_what_people_call_it(
    harness: ServicesHarness, name: str, handle: str
) -> None:
    harness.store.change(lambda _: ALL)
    assert harness.accounts.find(name).handle == handle


def test_a_server_alone_means_its_only_account_by_domain_or_host(harness: ServicesHarness) -> None:
    harness.store.change(lambda _: ALL.without_account(BOB.handle))
    for name in ("example.org", "social.example.org:8443"):
        assert harness.accounts.find(name) == ALICE


@pytest.mark.parametrize(
    ("name", "failure", "exit_code"),
    [
        ("alice", AmbiguousAccount, 2),
        ("example.org", AmbiguousAccount, 2),
        ("carol", UnknownAccount, 4),
        ("@bob@other.example", UnknownAccount, 4),
        ("alice@", UnknownAccount, 4),
    ],
)
def test_a_name_that_means_no_single_account_is_told(
    harness: ServicesHarness, name: str, failure: type[AccountError], exit_code: int
) -> None:
    harness.store.change(lambda _: ALL)
    with pytest.raises(failure) as told:
        harness.accounts.find(name)
    assert told.value.exit_code == exit_code
    assert name in str(told.value)


def test_an_ambiguous_name_lists_who_could_be_meant(harness: ServicesHarness) -> None:
    harness.store.change(lambda _: ALL)
    with pytest.raises(AmbiguousAccount) as told:
        harness.accounts.find("alice")
    assert told.value.candidates == "@alice@example.org, @alice@other.example"


def test_a_name_is_told_without_what_could_fool_a_terminal(harness: ServicesHarness) -> None:
    harness.store.change(lambda _: ALL)
    with pytest.raises(UnknownAccount) as told:
        harness.accounts.find("ca\x1b[2Jrol\u202e")
    assert told.value.name == "ca[2Jrol"


@pytest.mark.parametrize("name", ["", "alice"])
def test_where_there_is_no_account_that_is_told(harness: ServicesHarness, name: str) -> None:
    with pytest.raises(NoAccount) as told:
        harness.accounts.find(name)
    assert told.value.exit_code == 4


@pytest.mark.parametrize("default", ["", "@gone@example.org"])
def test_a_default_that_names_nobody_is_no_guess(harness: ServicesHarness, default: str) -> None:
    harness.store.change(lambda _: replace(ALL, default=default))
    with pytest.raises(AmbiguousAccount, match="The default account could be any of these: @ali"):
        harness.accounts.find()
    harness.store.change(lambda _: Shelf(accounts=(ALICE,), default=default))
    assert harness.accounts.find() == ALICE


async def test_all_accounts_are_told_in_the_order_they_came(harness: ServicesHarness) -> None:
    assert (await harness.accounts.shelf()).accounts == ()
    harness.store.change(lambda _: ALL)
    assert (await harness.accounts.shelf()).accounts == (ALICE, BOB, ALICE_ELSEWHERE)
    assert harness.accounts.path == str(harness.store.path)


async def test_the_last_account_takes_its_registration_along(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    alice = (await harness.signed_in(practice, who="alice")).account
    bob = (await harness.signed_in(practice, who="bob")).account
    (registration,) = harness.shelf.registrations
    await harness.accounts.forget(alice)
    assert harness.shelf.registrations == (registration,)
    await harness.accounts.forget(bob)
    assert not harness.shelf.registrations


async def test_forgetting_moves_the_default(harness: ServicesHarness) -> None:
    harness.store.change(lambda _: ALL)
    await harness.accounts.forget(BOB)
    assert harness.accounts.find() == ALICE
    assert harness.shelf.account(BOB.handle) is None


async def test_revoking_ends_the_access_at_the_server_and_keeps_the_account(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice)).account
    assert (await harness.accounts.profile(account)).username == "alice"
    await harness.accounts.revoke(account)
    with pytest.raises(AccessEnded) as ended:
        await harness.accounts.profile(account)
    assert ended.value.exit_code == 4
    assert harness.shelf.accounts == (account,)
    await harness.accounts.revoke(account)


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_an_old_server_can_not_end_an_access(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice)).account
    with pytest.raises(CanNotRevoke):
        await harness.accounts.revoke(account)
    assert (await harness.accounts.profile(account)).username == "alice"


async def test_revoking_without_the_registration_sends_nothing(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice)).account
    harness.store.change(lambda shelf: replace(shelf, registrations=()))
    before = practice.requests
    with pytest.raises(RevocationLost):
        await harness.accounts.revoke(account)
    assert practice.requests == before


async def test_an_access_ended_elsewhere_is_told(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice)).account
    practice.revoke_tokens("alice")
    with pytest.raises(AccessEnded):
        await harness.accounts.notifications(account)


async def test_notifications_come_with_who_and_what(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice, "read:notifications")).account
    told = await harness.accounts.notifications(account)
    assert {one.who for one in told} <= {"Bob", "Carol"}
    assert "mention" in {one.kind for one in told}
    assert all(one.at and one.at.tzinfo for one in told)


async def test_notifications_need_their_permission(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice, "profile")).account
    assert account.token.scopes == ("profile",)
    with pytest.raises(NotPermitted):
        await harness.accounts.notifications(account)


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_an_old_server_holds_no_token_to_its_permissions(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice, "profile")).account
    assert await harness.accounts.notifications(account)


async def test_the_accesses_are_listed_newest_first(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    first = (await harness.signed_in(practice, "read", who="bob")).account
    assert len(await harness.accounts.tokens(first)) == 1
    await harness.signed_in(practice, "read", "push")
    account = (await harness.signed_in(practice, "read:accounts", who="bob")).account
    (only,) = await harness.accounts.tokens(account)
    assert (only.application, only.scopes) == ("GoToSocial Wizard", ("read:accounts",))
    assert only.created_at is not None
    assert only.created_at.replace(microsecond=0) == account.token.created_at
    assert only.last_used is not None


async def test_listing_accesses_needs_its_permission(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice, "profile")).account
    with pytest.raises(NotPermitted):
        await harness.accounts.tokens(account)


@pytest.mark.parametrize("practice", ["0.17", "mastodon"], indirect=True)
async def test_servers_without_a_list_of_accesses_are_told_apart(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    account = (await harness.signed_in(practice)).account
    with pytest.raises(NotAnInstance):
        await harness.accounts.tokens(account)


async def test_the_services_share_one_file(practice: PracticeInstance, tmp_path: Path) -> None:
    services = open_services(tmp_path / "credentials.toml")
    attempt = await services.sign_in.look_up(practice.address)
    assert services.accounts.path == str(tmp_path / "credentials.toml")
    await services.aclose()
    again = open_services(tmp_path / "credentials.toml")
    assert await again.sign_in.open_attempts() == [attempt]
    await again.aclose()
