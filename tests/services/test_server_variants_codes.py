"""What comes back from the browser: wrong things, crossed attempts, registrations that are gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.errors import (
    CodeOfAnotherAttempt,
    CodeOfAnotherServer,
    CodeRefused,
    NotACode,
    RegistrationGone,
    SignInError,
)
from gts_wizard.models import Step
from gts_wizard.practice import LIKES, PracticeInstance
from tests.helpers.browser_user import BrowserUser, PageError
from tests.helpers.code_entry import open_harness, redeem_paste
from tests.helpers.harness import code_for, code_page_for, link_for, program_requests

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Attempt
    from tests.helpers.harness import ServicesHarness

LOOK_UP = "GET /api/v2/instance"
REGISTER = "POST /api/v1/apps"
EXCHANGE = "POST /oauth/token"

everywhere = pytest.mark.parametrize("practice", LIKES, indirect=True)
gotosocial = pytest.mark.parametrize("practice", ["0.17", "0.19", "0.20"], indirect=True)


async def finish(harness: ServicesHarness, attempt: Attempt) -> Attempt:
    """Open the link of an attempt, allow it, and hand the address of the code's page in."""
    redeemed = await redeem_paste(harness, attempt, await code_page_for(attempt))
    await harness.sign_in.verify(redeemed)
    return redeemed


@everywhere
async def test_what_is_no_code_is_sent_nowhere(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    before = practice.requests
    for pasted in (
        "alice@example.org",
        "practice",
        "Correct-Horse-Battery-Staple-2026",
        "alice@example.org practice",
        f"{practice.origin}/auth/sign_in",
        f"{practice.origin}/oauth/authorize",
        link_for(attempt),
        practice.address,
    ):
        with pytest.raises(NotACode, match="not sent anywhere"):
            await redeem_paste(harness, attempt, pasted)
    assert practice.requests == before
    assert (await finish(harness, attempt)).state == attempt.state


@gotosocial
async def test_a_code_in_small_letters_is_told_before_it_is_sent(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    code = (await code_for(attempt)).code.reveal()
    with pytest.raises(NotACode, match="small letters"):
        await redeem_paste(harness, attempt, code.lower())
    assert EXCHANGE not in practice.requests
    assert (await redeem_paste(harness, attempt, code)).token is not None


@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
async def test_a_code_in_small_letters_uses_the_good_one_up_nowhere(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    code = (await code_for(attempt)).code.reveal()
    # By chance it may look like plain words then, which are not sent.
    with pytest.raises((CodeRefused, NotACode)):
        await redeem_paste(harness, attempt, code.lower())
    assert (await redeem_paste(harness, attempt, code)).token is not None


@pytest.mark.parametrize("elsewhere", ["0.20", "mastodon"])
@everywhere
async def test_the_code_page_of_another_server_is_sent_to_neither(
    practice: PracticeInstance, harness: ServicesHarness, tmp_path: Path, elsewhere: str
) -> None:
    attempt = await harness.linked(practice)
    with PracticeInstance(like=elsewhere) as other:
        async with open_harness(tmp_path / "other.toml") as neighbour:
            foreign = await neighbour.linked(other)
            page = await code_page_for(foreign)
            before = practice.requests, other.requests
            with pytest.raises((CodeOfAnotherServer, NotACode)) as told:
                await redeem_paste(harness, attempt, page)
            assert (practice.requests, other.requests) == before
            if isinstance(told.value, CodeOfAnotherServer):
                assert (told.value.host, told.value.expected) == (other.address, practice.address)
            else:
                # A code of Mastodon has not the form that GoToSocial's have.
                assert (attempt.server.software, elsewhere) == ("gotosocial", "mastodon")
            assert (await redeem_paste(neighbour, foreign, page)).token is not None
    assert (await finish(harness, attempt)).state == attempt.state


@gotosocial
async def test_a_state_of_another_attempt_than_the_code_is_refused_and_costs_nothing(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    other = await harness.linked(practice, "read")
    attempt = await harness.sign_in.choose(other, ("read", "write"))
    page = await code_page_for(attempt)
    with pytest.raises(CodeOfAnotherAttempt):
        await redeem_paste(harness, attempt, page.replace(attempt.state, other.state))
    assert practice.requests.count(EXCHANGE) == 1, "a state names one attempt, and no other"
    assert harness.shelf.attempts == (other, attempt)
    assert (await redeem_paste(harness, attempt, page)).state == attempt.state


@everywhere
async def test_a_state_that_nobody_knows_is_refused_unsent(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    page = f"{(await code_page_for(attempt)).partition('&state')[0]}&state=somebody-elses"
    before = practice.requests
    with pytest.raises(CodeOfAnotherAttempt):
        await redeem_paste(harness, attempt, page)
    assert practice.requests == before
    assert (await finish(harness, attempt)).state == attempt.state


@pytest.mark.parametrize("pasted", ["code", "page"])
@pytest.mark.parametrize("later", [("read", "write"), ("profile",)])
@gotosocial
async def test_a_code_that_a_browser_hands_out_for_its_earlier_link_is_used_for_that(
    practice: PracticeInstance, harness: ServicesHarness, later: tuple[str, ...], pasted: str
) -> None:
    earlier = await harness.linked(practice, "read")
    at_hand = await harness.sign_in.choose(earlier, later)
    with BrowserUser() as person:
        await asyncio.to_thread(person.sign_in, link_for(earlier))
        page = await asyncio.to_thread(person.allow, link_for(at_hand))
    assert f"state={earlier.state}" in page
    await harness.restart()
    code = page.partition("code=")[2].partition("&")[0]
    redeemed = await redeem_paste(harness, at_hand, code if pasted == "code" else page)
    assert (redeemed.state, redeemed.client_id) == (earlier.state, earlier.client_id)
    signed_in = await harness.sign_in.verify(redeemed)
    assert (signed_in.account.token.scopes, signed_in.withheld) == (("read",), ())
    assert await harness.sign_in.open_attempts() == []


@pytest.mark.parametrize(
    ("practice", "told"),
    [(like, RegistrationGone if like == "mastodon" else CodeRefused) for like in LIKES],
    indirect=["practice"],
)
async def test_a_registration_that_vanishes_after_the_code_is_told_and_a_fresh_link_goes_on(
    practice: PracticeInstance, harness: ServicesHarness, told: type[SignInError]
) -> None:
    attempt = await harness.linked(practice, "read", "write", typed=f"@alice@{practice.address}")
    code = (await code_for(attempt)).code.reveal()
    practice.forget_application(attempt.client_id)
    with pytest.raises(told) as refusal:
        await redeem_paste(harness, attempt, code)
    assert "fresh link" in str(refusal.value)
    fresh = await harness.sign_in.fresh(attempt)
    assert fresh.client_id != attempt.client_id
    assert (fresh.step, fresh.username, fresh.scopes, fresh.server) == (
        *(Step.AUTHORIZE, "alice", ("read", "write")),
        attempt.server,
    )
    redeemed = await finish(harness, fresh)
    assert redeemed.state == fresh.state
    assert practice.requests.count(LOOK_UP) == 1, "nothing starts over"
    assert [one.client_id for one in harness.shelf.registrations] == [fresh.client_id]


@everywhere
async def test_a_registration_that_vanishes_before_the_link_leads_to_a_dead_end_and_out_of_it(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice, "read", "write", typed=f"@alice@{practice.address}")
    practice.forget_application(attempt.client_id)
    with BrowserUser() as person, pytest.raises(PageError) as lost:
        await asyncio.to_thread(person.allow, link_for(attempt))
    assert lost.value.page.status_code >= httpx.codes.BAD_REQUEST
    before = practice.requests
    with pytest.raises(NotACode):
        await redeem_paste(harness, attempt, str(lost.value.page.url))
    assert practice.requests == before
    await harness.restart()
    fresh = await harness.sign_in.fresh(attempt)
    assert (fresh.username, fresh.scopes) == ("alice", ("read", "write"))
    await finish(harness, fresh)
    assert harness.shelf.accounts[0].handle == f"@alice@{practice.address}"


@everywhere
async def test_a_kept_registration_that_vanished_is_not_kept_once_a_fresh_one_worked(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    old = (await harness.signed_in(practice)).account
    practice.forget_application(old.client_id)
    renewal = await harness.sign_in.renew(old)
    assert renewal.client_id == old.client_id, "the wizard can't know yet"
    fresh = await harness.sign_in.fresh(renewal)
    assert fresh.renews == old.handle
    await finish(harness, fresh)
    [account] = harness.shelf.accounts
    assert account.handle == old.handle
    assert await harness.accounts.notifications(account)
    assert [one.client_id for one in harness.shelf.registrations] == [fresh.client_id]
    assert program_requests(practice).count(REGISTER) == 2


@everywhere
async def test_an_attempt_that_outlived_its_registration_in_the_file_is_told_unsent(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    code = (await code_for(attempt)).code.reveal()
    harness.store.change(lambda shelf: replace(shelf, registrations=()))
    with pytest.raises(RegistrationGone):
        await redeem_paste(harness, attempt, code)
    assert EXCHANGE not in practice.requests
    assert (await finish(harness, await harness.sign_in.fresh(attempt))).token is not None
