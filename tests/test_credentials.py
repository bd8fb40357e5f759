"""The contents of the credentials file, when records are added, replaced or removed."""

from __future__ import annotations

from gts_wizard.credentials import Credentials
from gts_wizard.models import WizardStep
from tests.helpers.sample_accounts import TOKEN, make_account, make_pending, make_registration

ALICE, BOB = make_account("alice"), make_account("bob")


def test_first_account_becomes_and_stays_the_default() -> None:
    credentials = Credentials().with_account(ALICE).with_account(BOB)
    assert credentials.accounts == (ALICE, BOB)
    assert credentials.default == "@alice@example.org"


def test_account_replaces_the_same_handle_in_other_capitals() -> None:
    replacement = make_account("ALICE", token="other")
    credentials = Credentials().with_account(ALICE).with_account(BOB).with_account(replacement)
    assert credentials.accounts == (replacement, BOB)
    assert credentials.account("@Alice@example.ORG") == replacement


def test_default_moves_to_the_first_remaining_account() -> None:
    both = Credentials().with_account(ALICE).with_account(BOB)
    assert both.without_account("@bob@example.org").default == ALICE.handle
    alone = both.without_account("@ALICE@example.org")
    assert (alone.accounts, alone.default) == ((BOB,), BOB.handle)
    assert alone.without_account(BOB.handle) == Credentials()


def test_removed_account_leaves_a_sign_in_of_its_renewal_with_a_token() -> None:
    link = make_pending("link")._replace(renewed_handle=ALICE.handle)
    with_token = make_pending("token", TOKEN)._replace(renewed_handle=ALICE.handle)
    of_bob = make_pending("bob", TOKEN)._replace(renewed_handle=BOB.handle)
    both = Credentials(accounts=(ALICE, BOB), pending_sign_ins=(link, with_token, of_bob))
    assert both.without_account("@ALICE@example.org").pending_sign_ins == (
        link,
        with_token._replace(renewed_handle=""),
        of_bob,
    )


def test_pending_sign_in_replaces_its_state_and_goes_last() -> None:
    first, second = make_pending("1"), make_pending("2")
    moved = first._replace(step=WizardStep.PROFILE)
    credentials = Credentials().with_pending(first).with_pending(second).with_pending(moved)
    assert credentials.pending_sign_ins == (second, moved)
    assert credentials.pending_sign_in("1") == moved
    assert credentials.without_pending("1").pending_sign_in("1") is None


def test_registration_replaces_the_same_server_and_client() -> None:
    first, elsewhere = make_registration(), make_registration()._replace(origin="https://a.example")
    narrower = first._replace(scopes=("read",))
    credentials = (
        Credentials()
        .with_registration(first)
        .with_registration(elsewhere)
        .with_registration(narrower)
    )
    assert credentials.registrations == (elsewhere, narrower)
    assert credentials.registration("https://example.org", "01CLIENT") == narrower
    assert credentials.registration("https://example.org", "other") is None
    assert credentials.without_registration(first).registrations == (elsewhere,)


def test_registrations_that_nothing_uses_are_removed() -> None:
    of_account, of_sign_in, unused = map(make_registration, ("01CLIENT", "02CLIENT", "03CLIENT"))
    elsewhere = unused._replace(origin="https://a.example")
    credentials = (
        Credentials()
        .with_account(ALICE)
        .with_pending(make_pending()._replace(client_id="02CLIENT"))
    )
    for registration in (of_account, of_sign_in, unused, elsewhere):
        credentials = credentials.with_registration(registration)
    left = credentials.without_unused_registrations("https://example.org").registrations
    assert left == (of_account, of_sign_in, elsewhere)


def test_default_can_only_be_an_account_that_is_kept() -> None:
    both = Credentials().with_account(ALICE).with_account(BOB)
    assert both.with_default("@BOB@example.org").default == BOB.handle
    assert both.with_default("@carol@example.org") == both
