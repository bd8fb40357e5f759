"""Discarding a pending sign-in, and revoking the token it led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    ConnectionRefused,
    DifferentAccount,
    RevocationRefused,
    ServerFailure,
    TokenRevoked,
)
from gts_wizard.messages import TOKEN_MAY_BE_VALID, token_state_after
from gts_wizard.services.accounts import RemovalPolicy
from gts_wizard.services.verification import Consent
from tests.helpers.harness import code_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.credentials import Credentials
    from gts_wizard.practice import PracticeServer
    from tests.helpers.harness import ServicesHarness


async def test_sign_in_without_a_token_is_dropped(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    pending = await harness.to_link(practice)
    await harness.sign_in.discard(pending)
    assert await harness.sign_in.pending_sign_ins.list() == []
    assert len(harness.credentials.registrations) == 1


@pytest.mark.parametrize("has_seen_token", [True, False], ids=["token seen", "token not seen"])
async def test_token_of_a_dropped_sign_in_is_revoked(
    practice: PracticeServer, harness: ServicesHarness, *, has_seen_token: bool
) -> None:
    pending = await harness.to_link(practice)
    exchanged = await harness.sign_in.code_exchange.exchange(pending, await code_for(pending))
    assert await harness.sign_in.discard(exchanged if has_seen_token else pending) is None
    assert await harness.sign_in.pending_sign_ins.list() == []
    with pytest.raises(TokenRevoked):
        await harness.sign_in.verifier.verify(exchanged)


async def test_dropping_a_sign_in_says_why_its_token_lives_on(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    exchanged = await harness.to_token(practice)
    practice.stop()
    assert isinstance(await harness.sign_in.discard(exchanged), ConnectionRefused)
    assert await harness.sign_in.pending_sign_ins.list() == []


async def test_token_that_came_while_its_sign_in_was_dropped_is_revoked(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.to_link(practice)
    exchanged = await harness.to_token(practice)
    in_other_window = exchanged._replace(state=pending.state)
    real = harness.store.update

    def update_after_the_other_window(
        change: Callable[[Credentials], Credentials],
    ) -> Credentials:
        monkeypatch.undo()
        real(lambda credentials: credentials.without_pending(exchanged.state))
        real(lambda credentials: credentials.with_pending(in_other_window))
        return real(change)

    monkeypatch.setattr(harness.store, "update", update_after_the_other_window)
    assert await harness.sign_in.discard(pending) is None
    assert harness.credentials.pending_sign_ins == ()
    with pytest.raises(TokenRevoked):
        await harness.sign_in.verifier.verify(exchanged)


@pytest.mark.slow
async def test_renewal_says_that_the_earlier_token_lives_on(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ServerFailure(host=practice.address, status=500)

    alice = await harness.account(practice)
    monkeypatch.setattr(endpoints, "revoke_token", fail)
    result = await harness.finish(await harness.sign_in.renew(alice))
    assert isinstance(result.replaced_error, ServerFailure)
    assert await harness.accepts(alice)
    monkeypatch.undo()
    result = await harness.finish(await harness.sign_in.renew(result.account))
    assert result.replaced_error is None


async def test_account_is_kept_where_the_server_refuses_to_revoke(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise RevocationRefused

    alice = await harness.account(practice)
    monkeypatch.setattr(endpoints, "revoke_token", refuse)
    for policy in (RemovalPolicy.IF_REVOKED, RemovalPolicy.IF_REVOKED_OR_UNSUPPORTED):
        result = await harness.accounts.sign_out(alice, policy, lambda _: None)
        assert isinstance(result.error, RevocationRefused)
        assert result.removed is None
        assert token_state_after(result.error) == TOKEN_MAY_BE_VALID
    assert harness.credentials.accounts == (alice,)


@pytest.mark.slow
async def test_token_that_another_window_saved_just_now_is_revoked_when_replaced(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = await harness.account(practice)
    exchanged = await harness.to_token(practice)
    theirs = await harness.to_token(practice)
    assert theirs.token is not None
    in_other_window = earlier._replace(token=theirs.token, client_id=theirs.client_id)
    real = harness.store.update

    def update_after_the_other_window(
        change: Callable[[Credentials], Credentials],
    ) -> Credentials:
        monkeypatch.undo()
        real(
            lambda credentials: credentials.without_pending(theirs.state).with_account(
                in_other_window
            )
        )
        return real(change)

    monkeypatch.setattr(harness.store, "update", update_after_the_other_window)
    result = await harness.sign_in.verifier.verify(exchanged, {Consent.REPLACE})
    assert harness.credentials.accounts == (result.account,)
    assert await harness.accepts(result.account)
    assert not await harness.accepts(in_other_window)


@pytest.mark.slow
@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
async def test_token_that_an_account_has_too_is_not_revoked(
    practice: PracticeServer, harness: ServicesHarness
) -> None:
    """Mastodon gives the same token again to the same application and user."""
    alice = await harness.account(practice)
    bob = await harness.account(practice, username="bob")
    pending = await harness.sign_in.renew(alice)
    exchanged = await harness.sign_in.code_exchange.exchange(pending, await code_for(pending))
    await harness.sign_in.discard(exchanged)
    assert await harness.sign_in.pending_sign_ins.list() == []
    assert await harness.accepts(alice)
    pending = await harness.sign_in.renew(alice)
    exchanged = await harness.sign_in.code_exchange.exchange(
        pending, await code_for(pending, "bob")
    )
    with pytest.raises(DifferentAccount):
        await harness.sign_in.verifier.verify(exchanged)
    await harness.sign_in.discard(exchanged)
    for account in (alice, bob):
        assert (await harness.accounts.profile(account)).username == account.username
