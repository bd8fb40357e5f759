"""What a shelf becomes when something is put in or taken out."""

from __future__ import annotations

from dataclasses import replace

from gts_wizard.models import Step
from gts_wizard.shelf import Shelf
from tests.helpers.sample_accounts import make_account, make_attempt, make_registration

ALICE, BOB = make_account("alice"), make_account("bob")


def test_the_first_account_is_the_default_and_stays_it() -> None:
    shelf = Shelf().with_account(ALICE).with_account(BOB)
    assert shelf.accounts == (ALICE, BOB)
    assert shelf.default == "@alice@example.org"


def test_an_account_takes_the_place_of_the_same_handle_whatever_its_capitals() -> None:
    louder = make_account("ALICE", token="other")
    shelf = Shelf().with_account(ALICE).with_account(BOB).with_account(louder)
    assert shelf.accounts == (louder, BOB)
    assert shelf.account("@Alice@example.ORG") == louder


def test_the_default_moves_to_the_first_that_remains() -> None:
    both = Shelf().with_account(ALICE).with_account(BOB)
    assert both.without_account("@bob@example.org").default == ALICE.handle
    alone = both.without_account("@ALICE@example.org")
    assert (alone.accounts, alone.default) == ((BOB,), BOB.handle)
    assert alone.without_account(BOB.handle) == Shelf()


def test_attempts_are_one_a_state_and_the_newest_stands_last() -> None:
    first, second = make_attempt("1"), make_attempt("2")
    moved = replace(first, step=Step.PROFILE)
    shelf = Shelf().with_attempt(first).with_attempt(second).with_attempt(moved)
    assert shelf.attempts == (second, moved)
    assert shelf.attempt("1") == moved
    assert shelf.without_attempt("1").attempt("1") is None


def test_registrations_are_one_a_server_and_client() -> None:
    mine, elsewhere = make_registration(), replace(make_registration(), origin="https://a.example")
    narrower = replace(mine, scopes=("read",))
    shelf = Shelf().with_registration(mine).with_registration(elsewhere).with_registration(narrower)
    assert shelf.registrations == (elsewhere, narrower)
    assert shelf.registration("https://example.org", "01CLIENT") == narrower
    assert shelf.registration("https://example.org", "other") is None
    assert shelf.without_registration(mine).registrations == (elsewhere,)
