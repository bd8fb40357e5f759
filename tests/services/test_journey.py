"""The whole way from an address to a saved account, in one go and interrupted anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    AccessEnded,
    AddressError,
    NothingChosen,
    NotPermitted,
    Refused,
    ToldToWait,
)
from gts_wizard.models import Step
from gts_wizard.practice import PracticeInstance
from tests.helpers.harness import code_for, program_requests

if TYPE_CHECKING:
    from gts_wizard.models import Account
    from tests.helpers.harness import ServicesHarness

LOOK_UP = "GET /api/v2/instance"
REGISTER = "POST /api/v1/apps"
EXCHANGE = "POST /oauth/token"
VERIFY = "GET /api/v1/accounts/verify_credentials"

old_and_new = pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)


@old_and_new
async def test_the_whole_journey_is_four_requests_over_one_connection(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.sign_in.look_up(f" {practice.address}/ ")
    assert attempt.step is Step.PERMISSIONS
    assert attempt.server.origin == practice.origin
    assert attempt.server.software == "gotosocial"
    attempt = await harness.sign_in.choose(attempt, ("read", "write:statuses"))
    assert (attempt.step, attempt.scopes) == (Step.AUTHORIZE, ("read", "write:statuses"))
    assert practice.connections == 1
    paste = await code_for(attempt)
    with_browser = practice.connections
    attempt = await harness.sign_in.redeem(attempt, paste)
    signed_in = await harness.sign_in.verify(attempt)
    assert practice.connections == with_browser
    assert program_requests(practice) == [LOOK_UP, REGISTER, EXCHANGE, VERIFY]
    account = signed_in.account
    assert account.handle == f"@alice@{practice.address}"
    assert account.token.scopes == ("read", "write:statuses")
    assert (signed_in.profile.display_name, signed_in.expected) == ("Alice", "")
    assert (harness.shelf.accounts, harness.shelf.default) == ((account,), account.handle)
    assert not harness.shelf.attempts


@old_and_new
async def test_a_kill_between_any_two_steps_loses_nothing(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    await harness.sign_in.look_up(practice.address)
    await harness.restart()
    [attempt] = await harness.sign_in.open_attempts()
    assert attempt.step is Step.PERMISSIONS
    await harness.sign_in.choose(attempt, ("read",))
    await harness.restart()
    [attempt] = await harness.sign_in.open_attempts()
    assert attempt.step is Step.AUTHORIZE
    paste = await code_for(attempt)
    await harness.sign_in.stand_at(attempt, Step.CODE)
    await harness.restart()
    [attempt] = await harness.sign_in.open_attempts()
    assert attempt.step is Step.CODE
    await harness.sign_in.redeem(attempt, paste)
    await harness.restart()
    [attempt] = await harness.sign_in.open_attempts()
    assert attempt.step is Step.PROFILE
    await harness.sign_in.verify(attempt)
    await harness.restart()
    assert await harness.sign_in.open_attempts() == []
    assert (await harness.accounts.profile(harness.accounts.find())).username == "alice"
    assert program_requests(practice) == [LOOK_UP, REGISTER, EXCHANGE, VERIFY, VERIFY]


async def test_the_token_is_on_the_shelf_before_it_is_verified(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    practice.throttled = True
    with pytest.raises(ToldToWait):
        await harness.sign_in.verify(redeemed)
    practice.throttled = False
    practice.stop()
    await harness.restart()
    assert harness.shelf.attempts == (redeemed,)
    with pytest.raises(Refused):
        await harness.sign_in.verify(redeemed)
    practice.start()
    assert (await harness.sign_in.verify(redeemed)).account.token == redeemed.token
    assert not harness.shelf.attempts


async def test_only_an_attempt_with_a_token_can_be_verified(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    with pytest.raises(ValueError, match="once it has a token"):
        await harness.sign_in.verify(await harness.linked(practice))


async def test_an_address_that_is_none_is_told_before_anything_is_asked(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    with pytest.raises(AddressError):
        await harness.sign_in.look_up("my instance")
    assert practice.requests == []
    assert not harness.store.path.exists()


async def test_nothing_chosen_is_told_before_anything_is_asked(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.sign_in.look_up(practice.address)
    with pytest.raises(NothingChosen):
        await harness.sign_in.choose(attempt, ())
    assert program_requests(practice) == [LOOK_UP]


async def test_looking_up_the_same_again_goes_on_with_the_same_attempt(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    linked = await harness.linked(practice, typed=f"@alice@{practice.address}")
    assert await harness.sign_in.look_up(f"alice@{practice.address}") == linked
    other = await harness.sign_in.look_up(f"@bob@{practice.address}")
    assert (other.username, other.step) == ("bob", Step.PERMISSIONS)
    assert harness.shelf.attempts == (linked, other)


async def test_a_look_up_that_came_to_nothing_makes_room_for_the_next(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    await harness.sign_in.look_up(f"@alice@{practice.address}")
    bob = await harness.sign_in.look_up(f"@bob@{practice.address}")
    assert harness.shelf.attempts == (bob,)


async def test_choosing_the_same_again_changes_nothing(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice, "read", "write")
    assert await harness.sign_in.choose(attempt, ("write", "read", "read:lists")) == attempt
    standing = await harness.sign_in.stand_at(attempt, Step.CODE)
    assert await harness.sign_in.choose(standing, ("read", "write")) == attempt
    assert program_requests(practice) == [LOOK_UP, REGISTER]


async def test_a_narrower_choice_begins_beside_and_reuses_the_registration(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    wide = await harness.linked(practice, "read", "write")
    narrow = await harness.sign_in.choose(wide, ("read:statuses",))
    assert narrow.client_id == wide.client_id
    assert narrow.state != wide.state
    assert narrow.scopes == ("read:accounts", "read:statuses")
    assert harness.shelf.attempts == (wide, narrow)
    assert program_requests(practice) == [LOOK_UP, REGISTER]
    redeemed = await harness.sign_in.redeem(narrow, await code_for(narrow))
    assert (await harness.sign_in.verify(redeemed)).account.token.scopes == narrow.scopes


async def test_a_wider_choice_is_registered_anew_and_the_old_link_stays_good(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    narrow = await harness.linked(practice, "read")
    wide = await harness.sign_in.choose(narrow, ("read", "write"))
    assert wide.client_id != narrow.client_id
    assert program_requests(practice) == [LOOK_UP, REGISTER, REGISTER]
    assert len(harness.shelf.registrations) == 2
    redeemed = await harness.sign_in.redeem(narrow, await code_for(narrow))
    assert (await harness.sign_in.verify(redeemed)).account.client_id == narrow.client_id


async def test_the_registration_serves_the_next_sign_in_too(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    await harness.signed_in(practice, "read", "write")
    await harness.restart()
    await harness.signed_in(practice, "read", who="bob")
    assert program_requests(practice).count(REGISTER) == 1
    assert [one.username for one in harness.shelf.accounts] == ["alice", "bob"]


async def test_a_registration_is_not_used_at_another_server(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    with PracticeInstance() as elsewhere:
        first, second = await harness.linked(practice), await harness.linked(elsewhere)
    assert first.client_id != second.client_id
    assert len(harness.shelf.registrations) == 2


async def test_choosing_other_permissions_after_a_token_begins_without_it(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    other = await harness.sign_in.choose(redeemed, ("read", "write"))
    assert other.token is None
    assert harness.shelf.attempts == (redeemed, other)


@old_and_new
async def test_a_fresh_link_is_of_a_new_registration_and_the_old_code_still_works(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    old = await harness.linked(practice)
    paste = await code_for(old)
    new = await harness.sign_in.fresh(old)
    assert (new.client_id != old.client_id, new.state != old.state) == (True, True)
    assert (new.scopes, new.step) == (old.scopes, Step.AUTHORIZE)
    redeemed = await harness.sign_in.redeem(new, paste)
    assert redeemed.state == old.state
    await harness.sign_in.verify(redeemed)
    assert not harness.shelf.attempts


async def test_a_fresh_link_helps_where_the_server_forgot_the_registration(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    practice.forget_application(attempt.client_id)
    fresh = await harness.sign_in.fresh(attempt)
    redeemed = await harness.sign_in.redeem(fresh, await code_for(fresh))
    assert (await harness.sign_in.verify(redeemed)).account.username == "alice"


@pytest.mark.parametrize(
    ("typed", "who", "expected"),
    [("@Alice@{}", "alice", ""), ("@alice@{}", "bob", "alice"), ("{}", "bob", "")],
)
async def test_another_person_than_the_handle_named_is_told(
    practice: PracticeInstance, harness: ServicesHarness, typed: str, who: str, expected: str
) -> None:
    typed = typed.format(practice.address)
    signed_in = await harness.signed_in(practice, who=who, typed=typed)
    assert (signed_in.account.username, signed_in.expected.lower()) == (who, expected)


async def test_an_attempt_that_is_let_go_is_gone(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    await harness.sign_in.let_go(attempt)
    assert await harness.sign_in.open_attempts() == []
    assert len(harness.shelf.registrations) == 1


async def test_letting_an_attempt_with_a_token_go_ends_the_access(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    assert await harness.sign_in.let_go(redeemed) is None
    assert await harness.sign_in.open_attempts() == []
    with pytest.raises(AccessEnded):
        await harness.sign_in.verify(redeemed)


async def test_letting_go_ends_an_access_that_has_come_since_the_attempt_was_shown(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    shown = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(shown, await code_for(shown))
    assert await harness.sign_in.let_go(shown) is None
    assert await harness.sign_in.open_attempts() == []
    with pytest.raises(AccessEnded):
        await harness.sign_in.verify(redeemed)


async def test_letting_go_of_a_token_without_the_server_says_why_it_stays_alive(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    practice.stop()
    assert isinstance(await harness.sign_in.let_go(redeemed), Refused)
    assert await harness.sign_in.open_attempts() == []


async def test_a_day_old_attempt_is_swept_and_one_with_a_token_never(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    first = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(first, await code_for(first))
    stale = await harness.sign_in.choose(first, ("read", "write"))
    harness.clock.advance(timedelta(days=1))
    assert await harness.sign_in.open_attempts() == [stale, redeemed]
    harness.clock.advance(timedelta(seconds=1))
    assert await harness.sign_in.open_attempts() == [redeemed]
    assert harness.shelf.attempts == (redeemed, stale)
    new = await harness.linked(practice, typed=f"@bob@{practice.address}")
    assert harness.shelf.attempts == (redeemed, new)


async def test_a_sign_in_ends_the_earlier_attempts_at_that_server_only(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    earlier = await harness.linked(practice, "read")
    with PracticeInstance() as elsewhere:
        other = await harness.linked(elsewhere)
    harness.clock.advance(timedelta(minutes=1))
    last = await harness.sign_in.choose(earlier, ("read", "write"))
    harness.clock.advance(timedelta(minutes=1))
    later = await harness.linked(practice, typed=f"@bob@{practice.address}")
    await harness.sign_in.verify(await harness.sign_in.redeem(last, await code_for(last)))
    assert harness.shelf.attempts == (other, later)


@old_and_new
async def test_signing_in_again_keeps_one_account_and_ends_the_old_access(
    request: pytest.FixtureRequest, practice: PracticeInstance, harness: ServicesHarness
) -> None:
    old = (await harness.signed_in(practice)).account
    await harness.signed_in(practice, who="bob")
    new = (await harness.signed_in(practice)).account
    assert old.token != new.token
    assert [one.username for one in harness.shelf.accounts] == ["alice", "bob"]
    assert harness.shelf.accounts[0] == new
    assert (await harness.accounts.profile(new)).username == "alice"
    ends = "0.20" in request.node.name
    assert (await is_accepted(harness, old)) is not ends


async def test_signing_in_by_a_fresh_link_ends_the_old_access_too(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    old = (await harness.signed_in(practice)).account
    attempt = await harness.sign_in.fresh(await harness.linked(practice))
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    new = (await harness.sign_in.verify(redeemed)).account
    assert new.client_id != old.client_id
    with pytest.raises(AccessEnded):
        await harness.accounts.profile(old)
    assert (await harness.accounts.profile(new)).username == "alice"


async def test_verifying_twice_ends_no_access(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    await harness.sign_in.verify(redeemed)
    account = (await harness.sign_in.verify(redeemed)).account
    assert await is_accepted(harness, account)
    assert harness.shelf.accounts == (account,)


async def test_looking_up_again_leaves_an_attempt_with_a_token_alone(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    begun = await harness.sign_in.look_up(practice.address)
    assert (begun.step, begun.token) == (Step.PERMISSIONS, None)
    assert harness.shelf.attempts == (redeemed, begun)


async def test_what_was_granted_is_told_in_the_servers_words(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice, "read")
    paste = await code_for(replace(attempt, scopes=("read:accounts",)))
    signed_in = await harness.sign_in.verify(await harness.sign_in.redeem(attempt, paste))
    assert signed_in.account.token.scopes == ("read:accounts",)


async def test_a_token_that_may_not_verify_is_told_and_kept(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.linked(practice, "write")
    assert attempt.scopes == ("read:accounts", "write")
    narrowed = replace(attempt, scopes=("write",))
    redeemed = await harness.sign_in.redeem(attempt, await code_for(narrowed))
    with pytest.raises(NotPermitted):
        await harness.sign_in.verify(redeemed)
    assert harness.shelf.attempts == (redeemed,)


async def is_accepted(harness: ServicesHarness, account: Account) -> bool:
    """Tell whether the server still accepts an account's token."""
    try:
        await harness.accounts.profile(account)
    except AccessEnded:
        return False
    return True
