"""Verifying a token and saving the account that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    AlreadySignedIn,
    ConnectionRefused,
    DifferentAccount,
    InsufficientScope,
    RateLimited,
    SaveFailed,
    ServerFailure,
)
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import SecretStorage
from gts_wizard.services.accounts import RemovalPolicy
from gts_wizard.services.verification import Consent
from tests.helpers.fake_keyring import installed
from tests.helpers.harness import REVOKE, code_for, fill_disk
from tests.helpers.sample_accounts import make_account, make_pending

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.api.http import HttpClient
    from gts_wizard.models import Profile, Scopes
    from gts_wizard.secret import Secret
    from tests.helpers.harness import ServicesHarness


async def test_sign_in_without_a_token_can_not_be_verified(harness: ServicesHarness) -> None:
    with pytest.raises(ValueError, match="once it has a token"):
        await harness.sign_in.verifier.verify(make_pending())


async def test_token_is_kept_until_the_server_verifies_it(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    exchanged = await harness.to_token(practice)
    practice.overloaded = True
    with pytest.raises(RateLimited):
        await harness.sign_in.verifier.verify(exchanged)
    practice.overloaded = False
    practice.stop()
    await harness.restart()
    assert harness.credentials.pending_sign_ins == (exchanged,)
    with pytest.raises(ConnectionRefused):
        await harness.sign_in.verifier.verify(exchanged)
    practice.start()
    assert (await harness.sign_in.verifier.verify(exchanged)).account.token == exchanged.token
    assert not harness.credentials.pending_sign_ins


async def test_account_is_compared_with_the_handle_that_was_typed(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice, address=f"@alice@{practice.address}")
    exchanged = await harness.sign_in.code_exchange.exchange(
        pending, await code_for(pending, "bob")
    )
    signed_in = await harness.sign_in.verifier.verify(exchanged)
    assert (signed_in.account.username, signed_in.requested_username) == ("bob", "alice")
    for username in ("Bob", ""):
        signed_in = await harness.sign_in.verifier.verify(exchanged._replace(username=username))
        assert (signed_in.account.username, signed_in.requested_username) == ("bob", "")


@pytest.mark.slow
async def test_scopes_that_were_not_granted_are_named(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    exchanged = await harness.to_token(practice)
    assert exchanged.token is not None
    cases: list[tuple[Scopes, Scopes, Scopes]] = [
        (("read",), ("read", "push", "write"), ("push", "write")),
        (("read:accounts",), ("read",), ("read",)),
        (
            ("read", "write:statuses"),
            ("read", "write:media", "write:statuses"),
            ("write:media",),
        ),
        (("read", "write"), ("read:accounts", "write:media"), ()),
    ]
    for granted, chosen, withheld in cases:
        token = exchanged.token._replace(scopes=granted)
        signed_in = await harness.sign_in.verifier.verify(
            exchanged._replace(scopes=chosen, token=token)
        )
        assert signed_in.missing_scopes == withheld
        assert signed_in.account.token.scopes == granted


@pytest.mark.parametrize("emulates", ["0.17", "0.20", "mastodon"])
async def test_smaller_grant_is_saved_as_it_is(harness: ServicesHarness, emulates: str) -> None:
    with PracticeServer(emulates=emulates, granted_scope="read write:statuses") as practice:
        signed_in = await harness.signed_in(practice, "read", "write:media", "write:statuses")
        assert signed_in.missing_scopes == ("write:media",)
        await harness.restart()
        [account] = harness.credentials.accounts
        assert account.token.scopes == ("read", "write:statuses")
        assert (await harness.accounts.profile(account)).username == "alice"


@pytest.mark.parametrize("emulates", ["0.20", "mastodon"])
async def test_token_that_may_not_verify_is_kept(harness: ServicesHarness, emulates: str) -> None:
    with PracticeServer(emulates=emulates, granted_scope="write") as practice:
        exchanged = await harness.to_token(practice, "write")
        assert exchanged.scopes == ("read:accounts", "write")
        with pytest.raises(InsufficientScope, match="choose more permissions"):
            await harness.sign_in.verifier.verify(exchanged)
        assert (harness.credentials.pending_sign_ins, harness.credentials.accounts) == (
            (exchanged,),
            (),
        )


@pytest.mark.slow
async def test_signing_in_again_replaces_the_account_in_its_place(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.account(practice)
    bob = make_account("bob", server=old.server)
    harness.store.update(lambda credentials: credentials.with_account(bob))
    new = await harness.account(practice, replaces=True)
    assert old.token != new.token
    assert harness.credentials.accounts == (new, bob)
    assert await harness.accepts(new)
    assert not await harness.accepts(old)


@pytest.mark.slow
async def test_sign_in_by_a_fresh_link_ends_the_old_access(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.account(practice)
    pending = await harness.sign_in.new_link(await harness.to_link(practice))
    new = (await harness.finish(pending, replaces=True)).account
    assert new.client_id != old.client_id
    assert not await harness.accepts(old)
    assert await harness.accepts(new)


@pytest.mark.slow
async def test_account_that_works_is_not_replaced_unasked(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    old = await harness.account(practice, "read", "write")
    exchanged = await harness.to_token(practice)
    with pytest.raises(AlreadySignedIn) as refused:
        await harness.sign_in.verifier.verify(exchanged)
    assert refused.value.message == (
        f"You're already signed in as {old.handle}. "
        "The new access has fewer permissions than before."
    )
    assert harness.credentials.accounts == (old,)
    assert harness.credentials.pending_sign_ins == (exchanged,)
    assert await harness.sign_in.discard(exchanged) is None
    assert await harness.accepts(old)
    assert exchanged.token is not None
    assert not await harness.accepts(old._replace(token=exchanged.token))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("is_signed_in", "has_ended"),
    [(False, False), (True, False), (True, True)],
    ids=["nobody", "saved", "ended"],
)
async def test_keeping_both_is_offered_only_where_it_changes_something(
    practice: PracticeServer, harness: ServicesHarness, *, is_signed_in: bool, has_ended: bool
) -> None:
    alice = await harness.account(practice)
    if is_signed_in:
        await harness.account(practice, username="bob")
    if has_ended:
        practice.revoke_tokens("bob")
    before = harness.credentials.accounts
    pending = await harness.sign_in.renew(alice)
    exchanged = await harness.sign_in.code_exchange.exchange(
        pending, await code_for(pending, "bob")
    )
    with pytest.raises(DifferentAccount) as refused:
        await harness.sign_in.verifier.verify(exchanged)
    assert refused.value.is_saved is (is_signed_in and not has_ended)
    assert ("keep both" in refused.value.hint) is not refused.value.is_saved
    assert harness.credentials.accounts == before
    if not refused.value.is_saved:
        kept = await harness.sign_in.verifier.verify(exchanged, {Consent.OTHER_ACCOUNT})
        assert harness.credentials.accounts == (alice, kept.account)


@pytest.mark.slow
async def test_token_of_somebody_else_outlives_the_renewal_as_a_sign_in(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    with pytest.raises(DifferentAccount):
        await harness.finish(await harness.sign_in.renew(alice), "bob")
    renewed = await harness.finish(await harness.sign_in.renew(alice))
    assert renewed.is_renewed
    [left] = await harness.sign_in.pending_sign_ins.list()
    assert (left.renewed_handle, left.token is not None) == ("", True)
    bob = (await harness.sign_in.verifier.verify(left)).account
    assert harness.credentials.accounts == (renewed.account, bob)
    assert await harness.accepts(renewed.account)
    assert await harness.accepts(bob)


@pytest.mark.slow
async def test_sign_out_turns_a_renewal_into_a_sign_in(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    alice = await harness.account(practice)
    pending = await harness.sign_in.renew(alice)
    await harness.accounts.sign_out(alice, RemovalPolicy.IF_REVOKED, lambda _: None)
    assert await harness.sign_in.pending_sign_ins.list() == []
    assert (await harness.sign_in.new_link(pending)).renewed_handle == ""
    bob = await harness.finish(pending, "bob")
    assert harness.credentials.accounts == (bob.account,)


@pytest.mark.slow
async def test_account_whose_access_has_ended_is_replaced(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    await harness.account(practice)
    practice.revoke_tokens("alice")
    anew = await harness.account(practice)
    assert harness.credentials.accounts == (anew,)


@pytest.mark.slow
@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
async def test_replaced_token_that_the_account_has_again_is_kept(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ServerFailure(host=practice.address, status=500)

    first = await harness.account(practice, "read")
    with monkeypatch.context() as patch:
        patch.setattr(endpoints, "revoke_token", fail)
        result = await harness.signed_in(practice, "read:accounts", replaces=True)
    assert isinstance(result.replaced_error, ServerFailure)
    again = await harness.account(practice, "read", replaces=True)
    assert again.token.value == first.token.value
    assert await harness.accounts.revoke_replaced_tokens() == [(first.handle, None)]
    assert not harness.credentials.replaced_tokens
    assert await harness.accepts(again)
    assert not await harness.accepts(result.account)


@pytest.mark.parametrize("practice", ["0.20", "mastodon"], indirect=True)
async def test_verifying_twice_revokes_nothing(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    exchanged = await harness.to_token(practice)
    for _ in range(2):
        account = (await harness.sign_in.verifier.verify(exchanged)).account
        assert await harness.accepts(account)
        assert harness.credentials.accounts == (account,)
    assert REVOKE not in practice.requests


async def test_unsaved_account_is_saved_by_verifying_again(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanged = await harness.to_token(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        with pytest.raises(SaveFailed):
            await harness.sign_in.verifier.verify(exchanged)
    assert harness.credentials.pending_sign_ins == (exchanged,)
    account = (await harness.sign_in.verifier.verify(exchanged)).account
    assert harness.credentials.accounts == (account,)
    assert not harness.credentials.pending_sign_ins


async def test_token_that_was_moved_during_verification_is_kept(
    practice: PracticeServer,
    harness: ServicesHarness,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    real = endpoints.verify_credentials

    async def move_meanwhile(
        http: HttpClient, origin: str, token: Secret, granted: Scopes
    ) -> Profile:
        await harness.accounts.move_all_secrets(SecretStorage.FILE)
        return await real(http, origin, token, granted)

    with installed(tmp_path, monkeypatch) as keyring:
        await harness.accounts.move_all_secrets(SecretStorage.KEYRING)
        exchanged = await harness.to_token(practice)
        with monkeypatch.context() as patch:
            patch.setattr(endpoints, "verify_credentials", move_meanwhile)
            await harness.sign_in.verifier.verify(exchanged)
        (account,) = harness.credentials.accounts
        assert await harness.accepts(account)
        assert not keyring.entries
