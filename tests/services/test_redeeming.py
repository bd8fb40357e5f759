"""From a paste to a token: whose code it is, and that no token is ever lost."""

from __future__ import annotations

import asyncio
import errno
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    CanNotRevoke,
    CodeOfAnotherAttempt,
    CodeRefused,
    RegistrationGone,
    SaveFailed,
    ToldToWait,
)
from gts_wizard.models import Step
from gts_wizard.practice import PracticeInstance
from gts_wizard.rules.paste import Paste, read_paste
from gts_wizard.secret import Secret
from gts_wizard.shelf import Shelf
from tests.helpers.browser_user import BrowserUser
from tests.helpers.harness import code_for, code_page_for, link_for, program_requests

if TYPE_CHECKING:
    from gts_wizard.models import Attempt
    from tests.helpers.clocks import PausableClock
    from tests.helpers.harness import ServicesHarness

EXCHANGE = "POST /oauth/token"
REGISTER = "POST /api/v1/apps"
REVOKE = "POST /oauth/revoke"
WRONG = Paste(Secret("X" * 48))

old_and_new = pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)


def exchanges(practice: PracticeInstance) -> int:
    return practice.requests.count(EXCHANGE)


def fill_disk(patch: pytest.MonkeyPatch) -> None:
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(os, "fsync", no_space)


@old_and_new
async def test_a_wrong_code_is_refused_and_a_good_one_still_works(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    with pytest.raises(CodeRefused):
        await harness.sign_in.redeem(attempt, WRONG)
    assert harness.shelf.attempts == (attempt,)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    assert (redeemed.state, redeemed.step) == (attempt.state, Step.PROFILE)
    assert harness.shelf.attempts == (redeemed,)
    assert exchanges(practice) == 2


async def test_a_used_code_is_refused(practice: PracticeInstance, harness: ServicesHarness) -> None:
    first = await harness.linked(practice)
    paste = await code_for(first)
    await harness.sign_in.verify(await harness.sign_in.redeem(first, paste))
    second = await harness.linked(practice)
    with pytest.raises(CodeRefused):
        await harness.sign_in.redeem(second, paste)


async def test_a_token_is_not_asked_for_twice(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    await harness.restart()
    assert await harness.sign_in.redeem(attempt, WRONG) == redeemed
    assert exchanges(practice) == 1


@old_and_new
async def test_the_page_of_another_attempt_is_used_for_that_attempt(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    other = await harness.linked(practice, "read")
    at_hand = await harness.sign_in.choose(other, ("read", "write"))
    paste = read_paste(await code_page_for(other))
    assert paste.state == other.state
    redeemed = await harness.sign_in.redeem(at_hand, paste)
    assert (redeemed.state, redeemed.client_id) == (other.state, other.client_id)
    assert await harness.sign_in.redeem(at_hand, paste) == redeemed
    assert exchanges(practice) == 1
    signed_in = await harness.sign_in.verify(redeemed)
    assert signed_in.account.token.scopes == ("read",)
    assert not harness.shelf.attempts


async def test_the_page_of_another_server_sends_its_code_there_only(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    with PracticeInstance() as elsewhere:
        other = await harness.linked(elsewhere)
        at_hand = await harness.linked(practice)
        redeemed = await harness.sign_in.redeem(at_hand, read_paste(await code_page_for(other)))
        assert redeemed.server.origin == elsewhere.origin
        assert exchanges(elsewhere) == 1
    assert exchanges(practice) == 0
    assert harness.shelf.attempts == (at_hand, redeemed)


async def test_an_unknown_state_is_refused_and_nothing_is_sent(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    paste = read_paste(await code_page_for(attempt))
    before = practice.requests
    with pytest.raises(CodeOfAnotherAttempt):
        await harness.sign_in.redeem(attempt, replace(paste, state="somebody-elses"))
    assert practice.requests == before
    assert (await harness.sign_in.redeem(attempt, paste)).token is not None


@old_and_new
async def test_the_code_of_a_stale_browser_session_is_recognised_and_used(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    earlier = await harness.linked(practice, "read")
    with BrowserUser() as person:
        await asyncio.to_thread(sign_in_and_stop, person, link_for(earlier))
        harness.clock.advance(timedelta(seconds=30))
        at_hand = await harness.sign_in.choose(earlier, ("read", "write"))
        code = await asyncio.to_thread(allow_what_is_shown, person, link_for(at_hand))
    redeemed = await harness.sign_in.redeem(at_hand, Paste(Secret(code)))
    assert (redeemed.state, redeemed.client_id) == (earlier.state, earlier.client_id)
    assert (await harness.sign_in.verify(redeemed)).account.token.scopes == ("read",)
    assert await harness.sign_in.open_attempts() == []


def sign_in_and_stop(person: BrowserUser, link: str) -> None:
    """Sign in, and leave the page with "Allow" as it is."""
    person._submit(person.open(link), username="alice@example.org", password="practice")


def allow_what_is_shown(person: BrowserUser, link: str) -> str:
    """Open a link, and allow what the browser shows, which is an earlier link's."""
    return str(person._submit(person.open(link)).url).partition("code=")[2].partition("&")[0]


async def test_a_lost_registration_does_not_hide_whose_code_it_is(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    mine = await harness.linked(practice, "read")
    lost = await harness.sign_in.fresh(mine)
    at_hand = await harness.sign_in.fresh(mine)
    practice.forget_application(lost.client_id)
    redeemed = await harness.sign_in.redeem(at_hand, await code_for(mine))
    assert redeemed.state == mine.state


@pytest.mark.parametrize(
    ("software", "failure"), [("gotosocial", CodeOfAnotherAttempt), ("mastodon", CodeRefused)]
)
async def test_the_code_of_another_program_is_named_where_the_server_tells(
    practice: PracticeInstance, harness: ServicesHarness, software: str, failure: type[Exception]
) -> None:
    foreign = await harness.linked(practice)
    paste = await code_for(foreign)
    harness.store.change(lambda _: Shelf())
    await harness.restart()
    attempt = await harness.linked(practice)
    attempt = replace(attempt, server=replace(attempt.server, software=software))
    with pytest.raises(failure):
        await harness.sign_in.redeem(attempt, paste)


async def test_a_bare_code_goes_to_no_other_server(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    foreign = await harness.linked(practice)
    paste = await code_for(foreign)
    harness.store.change(lambda _: Shelf())
    await harness.restart()
    with PracticeInstance() as elsewhere:
        await harness.linked(elsewhere)
        with pytest.raises(CodeOfAnotherAttempt):
            await harness.sign_in.redeem(await harness.linked(practice), paste)
        assert exchanges(elsewhere) == 0
    assert exchanges(practice) == 1


async def test_a_registration_missing_from_the_file_is_told_and_nothing_is_sent(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    harness.store.change(lambda shelf: replace(shelf, registrations=()))
    with pytest.raises(RegistrationGone):
        await harness.sign_in.redeem(attempt, WRONG)
    assert exchanges(practice) == 0


async def test_a_wrong_secret_is_told_as_a_registration_that_is_gone(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    [registration] = harness.shelf.registrations
    changed = replace(registration, client_secret=Secret("another"))
    harness.store.change(lambda shelf: shelf.with_registration(changed))
    paste = await code_for(attempt)
    with pytest.raises(RegistrationGone):
        await harness.sign_in.redeem(attempt, paste)
    harness.store.change(lambda shelf: shelf.with_registration(registration))
    assert (await harness.sign_in.redeem(attempt, paste)).token is not None


async def test_a_busy_server_is_asked_once(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    paste = await code_for(attempt)
    practice.throttled = True
    with pytest.raises(ToldToWait):
        await harness.sign_in.redeem(attempt, paste)
    assert exchanges(practice) == 1
    practice.throttled = False
    assert (await harness.sign_in.redeem(attempt, paste)).token is not None


async def fail_to_save(harness: ServicesHarness, attempt: Attempt) -> None:
    """Let a code lead to a token that can't be put on the shelf."""
    with pytest.raises(SaveFailed):
        await harness.sign_in.redeem(attempt, await code_for(attempt))


async def unsaved(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> Attempt:
    """Return an attempt whose token could not be put on the shelf, where there is room again."""
    attempt = await harness.linked(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, attempt)
    return attempt


async def in_flight(
    harness: ServicesHarness, practice_clock: PausableClock, attempt: Attempt, paste: Paste
) -> asyncio.Task[Attempt]:
    """Hand in a code, and return while the server has not answered yet."""
    practice_clock.pause()
    task = asyncio.create_task(harness.sign_in.redeem(attempt, paste))
    await practice_clock.wait_for_request()
    return task


async def cancel(task: asyncio.Task[Attempt]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_leaving_while_the_code_is_handed_in_still_saves_the_token(
    practice: PracticeInstance, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    attempt = await harness.linked(practice)
    await cancel(await in_flight(harness, practice_clock, attempt, await code_for(attempt)))
    assert harness.shelf.attempts == (attempt,)
    practice_clock.resume()
    await harness.sign_in.aclose()
    [redeemed] = harness.shelf.attempts
    assert (redeemed.state, redeemed.step) == (attempt.state, Step.PROFILE)
    assert (await harness.sign_in.verify(redeemed)).account.username == "alice"


async def test_going_back_a_step_meanwhile_does_not_lose_the_token(
    practice: PracticeInstance, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    attempt = await harness.sign_in.stand_at(await harness.linked(practice), Step.CODE)
    await cancel(await in_flight(harness, practice_clock, attempt, await code_for(attempt)))
    practice_clock.resume()
    await harness.sign_in.aclose()
    back = await harness.sign_in.stand_at(attempt, Step.AUTHORIZE)
    assert back.token is not None
    assert harness.shelf.attempts == (back,)


async def test_forgetting_it_meanwhile_ends_what_comes_of_it(
    practice: PracticeInstance, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    attempt = await harness.linked(practice)
    await cancel(await in_flight(harness, practice_clock, attempt, await code_for(attempt)))
    letting_go = asyncio.create_task(harness.sign_in.let_go(attempt))
    practice_clock.resume()
    assert await letting_go is None
    await harness.sign_in.aclose()
    assert harness.shelf.attempts == ()
    assert practice.requests.count(REVOKE) == 1


async def test_pressing_again_waits_for_the_same_exchange(
    practice: PracticeInstance, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    attempt = await harness.linked(practice)
    paste = await code_for(attempt)
    first = await in_flight(harness, practice_clock, attempt, paste)
    second = asyncio.create_task(harness.sign_in.redeem(attempt, replace(paste)))
    await cancel(first)
    practice_clock.resume()
    assert (await second).token is not None
    assert exchanges(practice) == 1


async def test_another_code_meanwhile_is_tried_once_the_first_was_refused(
    practice: PracticeInstance, harness: ServicesHarness, practice_clock: PausableClock
) -> None:
    attempt = await harness.linked(practice)
    good = await code_for(attempt)
    await cancel(await in_flight(harness, practice_clock, attempt, WRONG))
    second = asyncio.create_task(harness.sign_in.redeem(attempt, good))
    practice_clock.resume()
    assert (await second).token is not None
    assert exchanges(practice) == 2


async def test_a_token_that_could_not_be_saved_is_saved_by_calling_again(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await harness.linked(practice)
    paste = await code_for(attempt)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        for _ in range(2):
            with pytest.raises(SaveFailed):
                await harness.sign_in.redeem(attempt, paste)
    assert harness.shelf.attempts == (attempt,)
    redeemed = await harness.sign_in.redeem(attempt, paste)
    assert harness.shelf.attempts == (redeemed,)
    assert exchanges(practice) == 1
    assert (await harness.sign_in.verify(redeemed)).account.username == "alice"


async def test_a_token_that_could_not_be_saved_is_tried_once_more_at_the_end(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await harness.linked(practice)
    paste = await code_for(attempt)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        with pytest.raises(SaveFailed):
            await harness.sign_in.redeem(attempt, paste)
        await harness.sign_in.finish()
    await harness.sign_in.finish()
    [saved] = harness.shelf.attempts
    assert saved.token is not None


async def test_a_token_that_can_not_be_saved_at_the_end_is_ended(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await harness.linked(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, attempt)
        await harness.sign_in.aclose()
    assert not harness.sign_in.has_unsaved
    assert practice.requests.count(REVOKE) == 1


async def test_a_token_that_was_left_alive_is_not_ended_at_the_end(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await harness.linked(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, attempt)
        harness.sign_in.leave_unsaved()
        await harness.sign_in.aclose()
    assert practice.requests.count(REVOKE) == 0


@pytest.mark.parametrize("is_given_up", [True, False])
async def test_what_is_settled_twice_at_once_is_settled_once(
    practice: PracticeInstance,
    harness: ServicesHarness,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_given_up: bool,
) -> None:
    await unsaved(practice, harness, monkeypatch)
    twice = asyncio.gather(harness.sign_in.finish(), harness.sign_in.finish())
    if is_given_up:
        await asyncio.sleep(0)
        harness.sign_in.leave_unsaved()
    await twice
    assert not harness.sign_in.has_unsaved
    assert await harness.sign_in.end_unsaved() == []
    assert practice.requests.count(REVOKE) == 0


async def test_forgetting_ends_a_token_that_could_not_be_saved(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await unsaved(practice, harness, monkeypatch)
    assert await harness.sign_in.let_go(attempt) is None
    await harness.sign_in.aclose()
    assert harness.shelf.attempts == ()
    assert practice.requests.count(REVOKE) == 1


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_a_token_that_can_be_neither_saved_nor_ended_is_not_forgotten_unsaid(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await harness.linked(practice)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        await fail_to_save(harness, attempt)
        with pytest.raises(SaveFailed):
            await harness.sign_in.let_go(attempt)
        assert harness.sign_in.has_unsaved
    assert isinstance(await harness.sign_in.let_go(attempt), CanNotRevoke)
    assert not harness.sign_in.has_unsaved
    assert harness.shelf.attempts == ()


async def test_a_token_is_ended_where_the_shelf_no_longer_has_its_registration(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await unsaved(practice, harness, monkeypatch)
    harness.store.change(lambda _: Shelf())
    assert await harness.sign_in.end_unsaved() == [practice.address]
    assert practice.requests.count(REVOKE) == 1


async def test_a_registration_that_could_not_be_saved_is_not_made_twice(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await harness.sign_in.look_up(practice.address)
    with monkeypatch.context() as patch:
        fill_disk(patch)
        with pytest.raises(SaveFailed):
            await harness.sign_in.choose(attempt, ("read",))
    linked = await harness.sign_in.choose(attempt, ("read",))
    assert program_requests(practice).count(REGISTER) == 1
    assert harness.shelf.registration(practice.origin, linked.client_id) is not None


async def test_an_account_that_could_not_be_saved_is_saved_by_verifying_again(
    practice: PracticeInstance, harness: ServicesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    with monkeypatch.context() as patch:
        fill_disk(patch)
        with pytest.raises(SaveFailed):
            await harness.sign_in.verify(redeemed)
    assert harness.shelf.attempts == (redeemed,)
    account = (await harness.sign_in.verify(redeemed)).account
    assert harness.shelf.accounts == (account,)
    assert not harness.shelf.attempts
