"""Tokens are not lost when their exchange is cancelled or they can not be saved."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import RevocationUnsupported, SaveFailed, TokenMayExist
from gts_wizard.models import WizardStep
from gts_wizard.oauth.pasted_code import AuthorizationCode
from gts_wizard.secret import Secret
from tests.helpers.harness import EXCHANGE, REVOKE, code_for, fill_disk
from tests.helpers.practice_overrides import with_status

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn
    from gts_wizard.practice import PracticeServer
    from tests.helpers.clocks import PausableClock
    from tests.helpers.harness import ServicesHarness

WRONG = AuthorizationCode(Secret("X" * 48))


def exchanges(practice: PracticeServer) -> int:
    return practice.requests.count(EXCHANGE)


async def fail_to_save(harness: ServicesHarness, pending: PendingSignIn) -> None:
    """Exchange a code for a token that can not be saved."""
    with pytest.raises(SaveFailed):
        await harness.sign_in.code_exchange.exchange(pending, await code_for(pending))


async def unsaved_sign_in(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> PendingSignIn:
    """Return a sign-in whose token could not be saved; the disk has room again."""
    pending = await harness.to_link(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, pending)
    return pending


async def start_exchange(
    harness: ServicesHarness,
    practice_clock: PausableClock,
    pending: PendingSignIn,
    paste: AuthorizationCode,
) -> asyncio.Task[PendingSignIn]:
    """Send a code, and return while the server has not answered yet."""
    practice_clock.pause()
    task = asyncio.create_task(harness.sign_in.code_exchange.exchange(pending, paste))
    await practice_clock.wait_for_request()
    return task


async def cancel(task: asyncio.Task[PendingSignIn]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_token_is_saved_after_the_caller_was_cancelled(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    pending = await harness.to_link(practice)
    await cancel(await start_exchange(harness, practice_clock, pending, await code_for(pending)))
    assert harness.credentials.pending_sign_ins == (pending._replace(code_sent=True),)
    practice_clock.resume()
    await harness.sign_in.aclose()
    [exchanged] = harness.credentials.pending_sign_ins
    assert (exchanged.state, exchanged.step) == (pending.state, WizardStep.PROFILE)
    assert (await harness.sign_in.verifier.verify(exchanged)).account.username == "alice"


async def test_token_is_kept_by_a_step_back_during_the_exchange(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    pending = await harness.sign_in.set_step(await harness.to_link(practice), WizardStep.CODE)
    await cancel(await start_exchange(harness, practice_clock, pending, await code_for(pending)))
    practice_clock.resume()
    await harness.sign_in.aclose()
    back = await harness.sign_in.set_step(pending, WizardStep.AUTHORIZE)
    assert back.token is not None
    assert harness.credentials.pending_sign_ins == (back,)


async def test_token_is_revoked_if_dropped_during_the_exchange(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    pending = await harness.to_link(practice)
    await cancel(await start_exchange(harness, practice_clock, pending, await code_for(pending)))
    letting_go = asyncio.create_task(harness.sign_in.discard(pending))
    for _ in range(5):
        # Each write takes what dropping it too early would take.
        await asyncio.to_thread(harness.store.update, lambda credentials: credentials)
    [saved] = harness.credentials.pending_sign_ins
    assert saved == pending._replace(code_sent=True)
    practice_clock.resume()
    assert await letting_go is None
    await harness.sign_in.aclose()
    assert harness.credentials.pending_sign_ins == ()
    assert practice.requests.count(REVOKE) == 1


async def test_same_code_again_waits_for_the_same_exchange(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    pending = await harness.to_link(practice)
    paste = await code_for(pending)
    first = await start_exchange(harness, practice_clock, pending, paste)
    second = asyncio.create_task(harness.sign_in.code_exchange.exchange(pending, replace(paste)))
    await cancel(first)
    practice_clock.resume()
    assert (await second).token is not None
    assert exchanges(practice) == 1


async def test_second_code_is_tried_once_the_first_was_refused(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    pending = await harness.to_link(practice)
    good = await code_for(pending)
    await cancel(await start_exchange(harness, practice_clock, pending, WRONG))
    second = asyncio.create_task(harness.sign_in.code_exchange.exchange(pending, good))
    practice_clock.resume()
    assert (await second).token is not None
    assert exchanges(practice) == 2


async def test_unsaved_token_is_saved_by_exchanging_again(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.to_link(practice)
    paste = await code_for(pending)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        for _ in range(2):
            with pytest.raises(SaveFailed):
                await harness.sign_in.code_exchange.exchange(pending, paste)
    assert harness.credentials.pending_sign_ins == (pending,)
    exchanged = await harness.sign_in.code_exchange.exchange(pending, paste)
    assert harness.credentials.pending_sign_ins == (exchanged,)
    assert exchanges(practice) == 1
    assert (await harness.sign_in.verifier.verify(exchanged)).account.username == "alice"


async def test_unsaved_token_is_saved_by_finishing(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.to_link(practice)
    paste = await code_for(pending)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        with pytest.raises(SaveFailed):
            await harness.sign_in.code_exchange.exchange(pending, paste)
        await harness.sign_in.code_exchange.finish()
    await harness.sign_in.code_exchange.finish()
    [saved] = harness.credentials.pending_sign_ins
    assert saved.token is not None


async def test_unsaved_token_is_revoked_on_closing(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.to_link(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, pending)
        await harness.sign_in.aclose()
    assert not harness.sign_in.code_exchange.has_unsaved_tokens
    assert practice.requests.count(REVOKE) == 1


async def test_unsaved_token_that_was_left_alive_is_not_revoked(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.to_link(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, pending)
        harness.sign_in.code_exchange.discard_unsaved_tokens()
        await harness.sign_in.aclose()
    assert practice.requests.count(REVOKE) == 0


@pytest.mark.parametrize("is_left_alive", [True, False])
async def test_finishing_twice_at_once_saves_the_token_once(
    practice: PracticeServer,
    harness: ServicesHarness,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_left_alive: bool,
) -> None:
    await unsaved_sign_in(practice, harness, monkeypatch)
    twice = asyncio.gather(
        harness.sign_in.code_exchange.finish(), harness.sign_in.code_exchange.finish()
    )
    if is_left_alive:
        await asyncio.sleep(0)
        harness.sign_in.code_exchange.discard_unsaved_tokens()
    await twice
    assert not harness.sign_in.code_exchange.has_unsaved_tokens
    assert await harness.sign_in.code_exchange.revoke_unsaved_tokens() == []
    assert practice.requests.count(REVOKE) == 0


async def test_dropping_revokes_an_unsaved_token(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await unsaved_sign_in(practice, harness, monkeypatch)
    assert await harness.sign_in.discard(pending) is None
    await harness.sign_in.aclose()
    assert harness.credentials.pending_sign_ins == ()
    assert practice.requests.count(REVOKE) == 1


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_unsaved_token_that_can_not_be_revoked_is_reported(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await harness.to_link(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, pending)
        with pytest.raises(SaveFailed):
            await harness.sign_in.discard(pending)
        assert harness.sign_in.code_exchange.has_unsaved_tokens
    assert isinstance(await harness.sign_in.discard(pending), RevocationUnsupported)
    assert not harness.sign_in.code_exchange.has_unsaved_tokens
    assert harness.credentials.pending_sign_ins == ()


async def test_unsaved_token_is_revoked_after_its_registration_is_gone(
    practice: PracticeServer, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await unsaved_sign_in(practice, harness, monkeypatch)
    harness.store.update(lambda _: Credentials())
    assert await harness.sign_in.code_exchange.revoke_unsaved_tokens() == [practice.address]
    assert practice.requests.count(REVOKE) == 1


async def test_code_without_an_answer_is_told_to_the_next_caller(
    practice: PracticeServer, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    pending = await harness.to_link(practice)
    paste = await code_for(pending)
    practice.overrides = {EXCHANGE: with_status(504)}
    exchange = harness.sign_in.code_exchange
    caller = await start_exchange(harness, practice_clock, pending, paste)
    caller.cancel()
    practice_clock.resume()
    await exchange.wait_for_exchange(pending)
    assert exchange.may_have_lost_token
    with pytest.raises(TokenMayExist):
        await exchange.exchange(pending, paste)
    assert not exchange.may_have_lost_token
    assert exchanges(practice) == 1


@pytest.mark.parametrize(
    ("practice", "advice"),
    [
        ("0.17", "is too old to show or revoke it."),
        ("0.20", "in your account's settings there"),
    ],
    indirect=["practice"],
)
async def test_code_without_an_answer_has_advice_that_helps(
    practice: PracticeServer, harness: ServicesHarness, advice: str
) -> None:
    pending = await harness.to_link(practice)
    paste = await code_for(pending)
    practice.overrides = {EXCHANGE: with_status(504)}
    with pytest.raises(TokenMayExist, match=advice):
        await harness.sign_in.code_exchange.exchange(pending, paste)
