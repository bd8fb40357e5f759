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
from tests.person import DeadEnd, Person
from tests.services.ways import hand_in, wizard_over
from tests.services.wizard import code_for, link_of, page_of, wizard_requests

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Attempt
    from tests.services.wizard import Wizard

LOOK_UP = "GET /api/v2/instance"
REGISTER = "POST /api/v1/apps"
EXCHANGE = "POST /oauth/token"

everywhere = pytest.mark.parametrize("practice", LIKES, indirect=True)
gotosocial = pytest.mark.parametrize("practice", ["0.17", "0.19", "0.20"], indirect=True)


async def finish(wizard: Wizard, attempt: Attempt) -> Attempt:
    """Open the link of an attempt, allow it, and hand the address of the code's page in."""
    redeemed = await hand_in(wizard, attempt, await page_of(attempt))
    await wizard.sign_in.verify(redeemed)
    return redeemed


@everywhere
async def test_what_is_no_code_is_sent_nowhere(practice: PracticeInstance, wizard: Wizard) -> None:
    attempt = await wizard.linked(practice)
    before = practice.requests
    for pasted in (
        "alice@example.org",
        "practice",
        "Correct-Horse-Battery-Staple-2026",
        "alice@example.org practice",
        f"{practice.origin}/auth/sign_in",
        f"{practice.origin}/oauth/authorize",
        link_of(attempt),
        practice.address,
    ):
        with pytest.raises(NotACode, match="not sent anywhere"):
            await hand_in(wizard, attempt, pasted)
    assert practice.requests == before
    assert (await finish(wizard, attempt)).state == attempt.state


@gotosocial
async def test_a_code_in_small_letters_is_told_before_it_is_sent(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    code = (await code_for(attempt)).code.reveal()
    with pytest.raises(NotACode, match="small letters"):
        await hand_in(wizard, attempt, code.lower())
    assert EXCHANGE not in practice.requests
    assert (await hand_in(wizard, attempt, code)).token is not None


@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
async def test_a_code_in_small_letters_uses_the_good_one_up_nowhere(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    code = (await code_for(attempt)).code.reveal()
    # By chance it may look like plain words then, which are not sent.
    with pytest.raises((CodeRefused, NotACode)):
        await hand_in(wizard, attempt, code.lower())
    assert (await hand_in(wizard, attempt, code)).token is not None


@pytest.mark.parametrize("elsewhere", ["0.20", "mastodon"])
@everywhere
async def test_the_code_page_of_another_server_is_sent_to_neither(
    practice: PracticeInstance, wizard: Wizard, tmp_path: Path, elsewhere: str
) -> None:
    attempt = await wizard.linked(practice)
    with PracticeInstance(like=elsewhere) as other:
        async with wizard_over(tmp_path / "other.toml") as neighbour:
            foreign = await neighbour.linked(other)
            page = await page_of(foreign)
            before = practice.requests, other.requests
            with pytest.raises((CodeOfAnotherServer, NotACode)) as told:
                await hand_in(wizard, attempt, page)
            assert (practice.requests, other.requests) == before
            if isinstance(told.value, CodeOfAnotherServer):
                assert (told.value.host, told.value.expected) == (other.address, practice.address)
            else:
                # A code of Mastodon has not the form that GoToSocial's have.
                assert (attempt.server.software, elsewhere) == ("gotosocial", "mastodon")
            assert (await hand_in(neighbour, foreign, page)).token is not None
    assert (await finish(wizard, attempt)).state == attempt.state


@gotosocial
async def test_a_state_of_another_attempt_than_the_code_is_refused_and_costs_nothing(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    other = await wizard.linked(practice, "read")
    attempt = await wizard.sign_in.choose(other, ("read", "write"))
    page = await page_of(attempt)
    with pytest.raises(CodeOfAnotherAttempt):
        await hand_in(wizard, attempt, page.replace(attempt.state, other.state))
    assert practice.requests.count(EXCHANGE) == 1, "a state names one attempt, and no other"
    assert wizard.shelf.attempts == (other, attempt)
    assert (await hand_in(wizard, attempt, page)).state == attempt.state


@everywhere
async def test_a_state_that_nobody_knows_is_refused_unsent(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    page = f"{(await page_of(attempt)).partition('&state')[0]}&state=somebody-elses"
    before = practice.requests
    with pytest.raises(CodeOfAnotherAttempt):
        await hand_in(wizard, attempt, page)
    assert practice.requests == before
    assert (await finish(wizard, attempt)).state == attempt.state


@pytest.mark.parametrize("pasted", ["code", "page"])
@pytest.mark.parametrize("later", [("read", "write"), ("profile",)])
@gotosocial
async def test_a_code_that_a_browser_hands_out_for_its_earlier_link_is_used_for_that(
    practice: PracticeInstance, wizard: Wizard, later: tuple[str, ...], pasted: str
) -> None:
    earlier = await wizard.linked(practice, "read")
    at_hand = await wizard.sign_in.choose(earlier, later)
    with Person() as person:
        await asyncio.to_thread(person.sign_in, link_of(earlier))
        page = await asyncio.to_thread(person.allow, link_of(at_hand))
    assert f"state={earlier.state}" in page
    await wizard.restart()
    code = page.partition("code=")[2].partition("&")[0]
    redeemed = await hand_in(wizard, at_hand, code if pasted == "code" else page)
    assert (redeemed.state, redeemed.client_id) == (earlier.state, earlier.client_id)
    signed_in = await wizard.sign_in.verify(redeemed)
    assert (signed_in.account.token.scopes, signed_in.withheld) == (("read",), ())
    assert await wizard.sign_in.open_attempts() == []


@pytest.mark.parametrize(
    ("practice", "told"),
    [(like, RegistrationGone if like == "mastodon" else CodeRefused) for like in LIKES],
    indirect=["practice"],
)
async def test_a_registration_that_vanishes_after_the_code_is_told_and_a_fresh_link_goes_on(
    practice: PracticeInstance, wizard: Wizard, told: type[SignInError]
) -> None:
    attempt = await wizard.linked(practice, "read", "write", typed=f"@alice@{practice.address}")
    code = (await code_for(attempt)).code.reveal()
    practice.forget_application(attempt.client_id)
    with pytest.raises(told) as refusal:
        await hand_in(wizard, attempt, code)
    assert "fresh link" in str(refusal.value)
    fresh = await wizard.sign_in.fresh(attempt)
    assert fresh.client_id != attempt.client_id
    assert (fresh.step, fresh.username, fresh.scopes, fresh.server) == (
        *(Step.AUTHORIZE, "alice", ("read", "write")),
        attempt.server,
    )
    redeemed = await finish(wizard, fresh)
    assert redeemed.state == fresh.state
    assert practice.requests.count(LOOK_UP) == 1, "nothing starts over"
    assert [one.client_id for one in wizard.shelf.registrations] == [fresh.client_id]


@everywhere
async def test_a_registration_that_vanishes_before_the_link_leads_to_a_dead_end_and_out_of_it(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice, "read", "write", typed=f"@alice@{practice.address}")
    practice.forget_application(attempt.client_id)
    with Person() as person, pytest.raises(DeadEnd) as lost:
        await asyncio.to_thread(person.allow, link_of(attempt))
    assert lost.value.page.status_code >= httpx.codes.BAD_REQUEST
    before = practice.requests
    with pytest.raises(NotACode):
        await hand_in(wizard, attempt, str(lost.value.page.url))
    assert practice.requests == before
    await wizard.restart()
    fresh = await wizard.sign_in.fresh(attempt)
    assert (fresh.username, fresh.scopes) == ("alice", ("read", "write"))
    await finish(wizard, fresh)
    assert wizard.shelf.accounts[0].handle == f"@alice@{practice.address}"


@everywhere
async def test_a_kept_registration_that_vanished_is_not_kept_once_a_fresh_one_worked(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    old = (await wizard.signed_in(practice)).account
    practice.forget_application(old.client_id)
    renewal = await wizard.sign_in.renew(old)
    assert renewal.client_id == old.client_id, "the wizard can't know yet"
    fresh = await wizard.sign_in.fresh(renewal)
    assert fresh.renews == old.handle
    await finish(wizard, fresh)
    [account] = wizard.shelf.accounts
    assert account.handle == old.handle
    assert await wizard.accounts.notifications(account)
    assert [one.client_id for one in wizard.shelf.registrations] == [fresh.client_id]
    assert wizard_requests(practice).count(REGISTER) == 2


@everywhere
async def test_an_attempt_that_outlived_its_registration_in_the_file_is_told_unsent(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    code = (await code_for(attempt)).code.reveal()
    wizard.store.change(lambda shelf: replace(shelf, registrations=()))
    with pytest.raises(RegistrationGone):
        await hand_in(wizard, attempt, code)
    assert EXCHANGE not in practice.requests
    assert (await finish(wizard, await wizard.sign_in.fresh(attempt))).token is not None
