"""Finding a saved account by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import (
    AccountError,
    AmbiguousAccount,
    MisspelledAccount,
    NoAccount,
    UnknownAccount,
)
from gts_wizard.models import Server
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from tests.helpers.harness import ServicesHarness

HOME = Server("https://social.example.org:8443", "example.org")
OTHER = Server("https://other.example", "other.example")
ALICE = make_account("alice", server=HOME)
BOB = make_account("bob", server=HOME)
ALICE_ELSEWHERE = make_account("alice", server=OTHER)
ALL = Credentials(accounts=(ALICE, BOB, ALICE_ELSEWHERE), default=BOB.handle)


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
def test_account_is_found_by_handle_username_or_server(
    harness: ServicesHarness, name: str, handle: str
) -> None:
    harness.store.update(lambda _: ALL)
    assert harness.accounts.find(name).handle == handle


def test_server_name_finds_its_only_account_by_domain_or_host(harness: ServicesHarness) -> None:
    harness.store.update(lambda _: ALL.without_account(BOB.handle))
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
def test_name_of_no_single_account_is_an_error(
    harness: ServicesHarness, name: str, failure: type[AccountError], exit_code: int
) -> None:
    harness.store.update(lambda _: ALL)
    with pytest.raises(failure) as failure_info:
        harness.accounts.find(name)
    assert failure_info.value.exit_code == exit_code
    assert name in str(failure_info.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("bobb", "@bob@example.org"),
        ("@Bob@other.example", "@bob@example.org"),
        ("alcie@other.example", "@alice@other.example"),
        ("alice@exmaple.org", "@alice@example.org"),
        ("other.exmaple", "@alice@other.example"),
    ],
)
def test_misspelled_name_is_told_with_the_account_meant(
    harness: ServicesHarness, name: str, meant: str
) -> None:
    harness.store.update(lambda _: ALL)
    with pytest.raises(MisspelledAccount) as failure_info:
        harness.accounts.find(name)
    assert failure_info.value.hint == f"Did you mean {meant}?"


def test_ambiguous_name_lists_the_accounts_it_fits(harness: ServicesHarness) -> None:
    harness.store.update(lambda _: ALL)
    with pytest.raises(AmbiguousAccount) as failure_info:
        harness.accounts.find("alice")
    assert failure_info.value.candidates == "@alice@example.org, @alice@other.example"


def test_error_shows_the_name_without_control_characters(harness: ServicesHarness) -> None:
    harness.store.update(lambda _: ALL)
    with pytest.raises(UnknownAccount) as failure_info:
        harness.accounts.find("ca\x1b[2Jrol\u202e")
    assert failure_info.value.name == "ca[2Jrol"


@pytest.mark.parametrize("name", ["", "alice"])
def test_finding_without_any_account_is_an_error(harness: ServicesHarness, name: str) -> None:
    with pytest.raises(NoAccount) as failure_info:
        harness.accounts.find(name)
    assert failure_info.value.exit_code == 4


@pytest.mark.parametrize("default", ["", "@gone@example.org"])
def test_unknown_default_is_ambiguous_unless_one_account_is_left(
    harness: ServicesHarness, default: str
) -> None:
    harness.store.update(lambda _: ALL._replace(default=default))
    with pytest.raises(AmbiguousAccount, match="None of your accounts is the default: @ali"):
        harness.accounts.find()
    harness.store.update(lambda _: Credentials(accounts=(ALICE,), default=default))
    assert harness.accounts.find() == ALICE


async def test_accounts_are_listed_in_the_order_they_were_added(harness: ServicesHarness) -> None:
    assert (await harness.accounts.load_credentials()).accounts == ()
    harness.store.update(lambda _: ALL)
    assert (await harness.accounts.load_credentials()).accounts == (ALICE, BOB, ALICE_ELSEWHERE)
    assert harness.accounts.display_path == str(harness.store.path)
