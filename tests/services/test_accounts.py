"""What can be done with saved accounts at their servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import (
    InsufficientScope,
    NotAnInstance,
    RegistrationMissing,
    RenewedMeanwhile,
    SignedInAnew,
    TokenRevoked,
)
from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.services.accounts import RemovalPolicy
from tests.helpers.fake_keyring import installed
from tests.helpers.harness import REVOKE
from tests.helpers.sample_accounts import make_account, make_registration

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.errors import WizardError
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness

ALICE, BOB = make_account("alice"), make_account("bob")


async def test_last_account_takes_its_registration_along(harness: ServicesHarness) -> None:
    registration = make_registration()
    harness.store.update(
        lambda _: Credentials(accounts=(ALICE, BOB), registrations=(registration,))
    )
    await harness.accounts.forget(ALICE)
    assert harness.credentials.registrations == (registration,)
    await harness.accounts.forget(BOB)
    assert not harness.credentials.registrations


async def test_removing_the_default_account_makes_another_default(
    harness: ServicesHarness,
) -> None:
    harness.store.update(lambda _: Credentials(accounts=(ALICE, BOB), default=BOB.handle))
    await harness.accounts.forget(BOB)
    assert harness.accounts.find() == ALICE
    assert harness.credentials.account(BOB.handle) is None


async def test_restored_account_is_the_default_again(harness: ServicesHarness) -> None:
    before = Credentials(
        accounts=(ALICE, BOB), default=BOB.handle, registrations=(make_registration(),)
    )
    harness.store.update(lambda _: before)
    await harness.accounts.restore(await harness.accounts.forget(BOB))
    assert harness.credentials == before


async def test_restored_account_takes_no_default_that_was_chosen_since(
    harness: ServicesHarness,
) -> None:
    carol = make_account("carol")
    harness.store.update(
        lambda _: Credentials(
            accounts=(ALICE, carol, BOB), default=BOB.handle, registrations=(make_registration(),)
        )
    )
    removed = await harness.accounts.forget(BOB)
    await harness.accounts.set_default(carol)
    await harness.accounts.restore(removed)
    assert harness.credentials.default == carol.handle


async def test_account_signed_in_anew_is_not_replaced_by_the_old_one(
    harness: ServicesHarness,
) -> None:
    registration = make_registration()
    harness.store.update(lambda _: Credentials(accounts=(BOB,), registrations=(registration,)))
    removed = await harness.accounts.forget(BOB)
    anew = make_account("bob", token="N" * 48)
    harness.store.update(lambda credentials: credentials.with_account(anew))
    with pytest.raises(SignedInAnew) as refused:
        await harness.accounts.restore(removed)
    assert BOB.handle in refused.value.message
    assert "still works on its server" in refused.value.hint
    assert harness.credentials.accounts == (anew,)


@pytest.mark.slow
async def test_signing_out_revokes_the_token_that_another_window_got_meanwhile(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    shown = await harness.account(practice)
    renewed = await harness.account(practice, replaces=True)
    assert renewed.token.value != shown.token.value
    result = await harness.accounts.sign_out(shown, RemovalPolicy.IF_REVOKED, lambda _: None)
    assert result.error is None
    assert not await harness.accepts(renewed)
    assert harness.credentials.accounts == ()


async def test_token_got_while_another_is_revoked_stays_and_is_told(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    account = await harness.account(practice)
    renewed = account._replace(token=account.token._replace(value=Secret("N" * 48)))

    def renew_elsewhere(error: WizardError | None) -> None:
        assert error is None
        harness.store.update(lambda credentials: credentials.with_account(renewed))

    with pytest.raises(RenewedMeanwhile) as told:
        await harness.accounts.sign_out(account, RemovalPolicy.IF_REVOKED, renew_elsewhere)
    assert account.handle in told.value.message
    assert harness.credentials.accounts == (renewed,)
    assert harness.credentials.registrations


async def test_token_moved_to_the_keyring_meanwhile_is_forgotten_there(
    harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with installed(tmp_path, monkeypatch) as keyring:
        before = Credentials(accounts=(ALICE,), registrations=(make_registration(),))
        harness.store.update(lambda _: before)
        await harness.accounts.move_all_secrets(SecretStorage.KEYRING)
        (moved,) = harness.credentials.accounts
        assert isinstance(moved.token.value, KeyringRef)
        await harness.accounts.forget(ALICE)
        assert not harness.credentials.accounts
        assert not keyring.entries
        # And the other way round: the entry that was read is gone.
        harness.store.update(lambda _: before)
        await harness.accounts.move_all_secrets(SecretStorage.KEYRING)
        (in_keyring,) = harness.credentials.accounts
        await harness.accounts.move_all_secrets(SecretStorage.FILE)
        await harness.accounts.forget(in_keyring)
        assert not harness.credentials.accounts


async def test_revoked_account_stays_saved(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    account = await harness.account(practice)
    assert (await harness.accounts.profile(account)).username == "alice"
    await harness.accounts.revoke(account)
    with pytest.raises(TokenRevoked) as failure:
        await harness.accounts.profile(account)
    assert failure.value.exit_code == 4
    assert harness.credentials.accounts == (account,)
    await harness.accounts.revoke(account)


async def test_revoking_without_the_registration_sends_nothing(harness: ServicesHarness) -> None:
    harness.store.update(lambda _: Credentials(accounts=(ALICE,)))
    with pytest.raises(RegistrationMissing):
        await harness.accounts.revoke(ALICE)
    assert harness.credentials.accounts == (ALICE,)


async def test_notifications_say_who_and_what_until_access_ends(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    account = await harness.account(practice, "read:notifications")
    notifications = await harness.accounts.notifications(account)
    assert {notification.who for notification in notifications} <= {"Bob", "Carol"}
    assert "mention" in {notification.kind for notification in notifications}
    assert all(notification.at and notification.at.tzinfo for notification in notifications)
    practice.revoke_tokens("alice")
    with pytest.raises(TokenRevoked):
        await harness.accounts.notifications(account)
    assert REVOKE not in practice.requests


async def test_lists_need_their_scope(practice: PracticeServer, harness: ServicesHarness) -> None:
    account = await harness.account(practice, "profile")
    assert account.token.scopes == ("profile",)
    with pytest.raises(InsufficientScope):
        await harness.accounts.notifications(account)
    with pytest.raises(InsufficientScope):
        await harness.accounts.authorized_apps(account)


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_old_server_does_not_enforce_scopes(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    account = await harness.account(practice, "profile")
    assert await harness.accounts.notifications(account)


@pytest.mark.slow
async def test_tokens_are_those_of_the_account_alone(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    first = await harness.account(practice, "read", username="bob")
    assert len(await harness.accounts.authorized_apps(first)) == 1
    await harness.account(practice, "read", "push")
    account = await harness.account(practice, "read:accounts", username="bob", replaces=True)
    (only,) = await harness.accounts.authorized_apps(account)
    assert (only.application, only.scopes) == ("GoToSocial Wizard", ("read:accounts",))
    assert only.created_at is not None
    assert only.created_at.replace(microsecond=0) == account.token.created_at
    assert only.last_used is not None


@pytest.mark.parametrize("practice", ["0.17", "mastodon"], indirect=True)
async def test_server_without_a_list_of_tokens_is_recognised(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    account = await harness.account(practice)
    with pytest.raises(NotAnInstance):
        await harness.accounts.authorized_apps(account)


@pytest.mark.slow
async def test_page_that_was_opened_earlier_uses_the_renewed_token(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    shown = await harness.account(practice)
    await harness.account(practice, replaces=True)
    assert not await harness.accepts(shown)
    assert await harness.accounts.notifications(shown)
    assert len(await harness.accounts.authorized_apps(shown)) == 1
