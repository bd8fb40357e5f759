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
from tests.services.wizard import code_for, wizard_requests

if TYPE_CHECKING:
    from gts_wizard.models import Account
    from tests.services.wizard import Wizard

LOOK_UP = "GET /api/v2/instance"
REGISTER = "POST /api/v1/apps"
EXCHANGE = "POST /oauth/token"
VERIFY = "GET /api/v1/accounts/verify_credentials"

old_and_new = pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)


@old_and_new
async def test_the_whole_journey_is_four_requests_over_one_connection(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.sign_in.look_up(f" {practice.address}/ ")
    assert attempt.step is Step.PERMISSIONS
    assert attempt.server.origin == practice.origin
    assert attempt.server.software == "gotosocial"
    attempt = await wizard.sign_in.choose(attempt, ("read", "write:statuses"))
    assert (attempt.step, attempt.scopes) == (Step.AUTHORIZE, ("read", "write:statuses"))
    assert practice.connections == 1
    paste = await code_for(attempt)
    with_browser = practice.connections
    attempt = await wizard.sign_in.redeem(attempt, paste)
    signed_in = await wizard.sign_in.verify(attempt)
    assert practice.connections == with_browser
    assert wizard_requests(practice) == [LOOK_UP, REGISTER, EXCHANGE, VERIFY]
    account = signed_in.account
    assert account.handle == f"@alice@{practice.address}"
    assert account.token.scopes == ("read", "write:statuses")
    assert (signed_in.profile.display_name, signed_in.expected) == ("Alice", "")
    assert (wizard.shelf.accounts, wizard.shelf.default) == ((account,), account.handle)
    assert not wizard.shelf.attempts


@old_and_new
async def test_a_kill_between_any_two_steps_loses_nothing(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    await wizard.sign_in.look_up(practice.address)
    await wizard.restart()
    [attempt] = await wizard.sign_in.open_attempts()
    assert attempt.step is Step.PERMISSIONS
    await wizard.sign_in.choose(attempt, ("read",))
    await wizard.restart()
    [attempt] = await wizard.sign_in.open_attempts()
    assert attempt.step is Step.AUTHORIZE
    paste = await code_for(attempt)
    await wizard.sign_in.stand_at(attempt, Step.CODE)
    await wizard.restart()
    [attempt] = await wizard.sign_in.open_attempts()
    assert attempt.step is Step.CODE
    await wizard.sign_in.redeem(attempt, paste)
    await wizard.restart()
    [attempt] = await wizard.sign_in.open_attempts()
    assert attempt.step is Step.PROFILE
    await wizard.sign_in.verify(attempt)
    await wizard.restart()
    assert await wizard.sign_in.open_attempts() == []
    assert (await wizard.accounts.profile(wizard.accounts.find())).username == "alice"
    assert wizard_requests(practice) == [LOOK_UP, REGISTER, EXCHANGE, VERIFY, VERIFY]


async def test_the_token_is_on_the_shelf_before_it_is_verified(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(attempt))
    practice.throttled = True
    with pytest.raises(ToldToWait):
        await wizard.sign_in.verify(redeemed)
    practice.throttled = False
    practice.stop()
    await wizard.restart()
    assert wizard.shelf.attempts == (redeemed,)
    with pytest.raises(Refused):
        await wizard.sign_in.verify(redeemed)
    practice.start()
    assert (await wizard.sign_in.verify(redeemed)).account.token == redeemed.token
    assert not wizard.shelf.attempts


async def test_only_an_attempt_with_a_token_can_be_verified(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    with pytest.raises(ValueError, match="once it has a token"):
        await wizard.sign_in.verify(await wizard.linked(practice))


async def test_an_address_that_is_none_is_told_before_anything_is_asked(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    with pytest.raises(AddressError):
        await wizard.sign_in.look_up("my instance")
    assert practice.requests == []
    assert not wizard.store.path.exists()


async def test_nothing_chosen_is_told_before_anything_is_asked(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.sign_in.look_up(practice.address)
    with pytest.raises(NothingChosen):
        await wizard.sign_in.choose(attempt, ())
    assert wizard_requests(practice) == [LOOK_UP]


async def test_looking_up_the_same_again_goes_on_with_the_same_attempt(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    linked = await wizard.linked(practice, typed=f"@alice@{practice.address}")
    assert await wizard.sign_in.look_up(f"alice@{practice.address}") == linked
    other = await wizard.sign_in.look_up(f"@bob@{practice.address}")
    assert (other.username, other.step) == ("bob", Step.PERMISSIONS)
    assert wizard.shelf.attempts == (linked, other)


async def test_a_look_up_that_came_to_nothing_makes_room_for_the_next(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    await wizard.sign_in.look_up(f"@alice@{practice.address}")
    bob = await wizard.sign_in.look_up(f"@bob@{practice.address}")
    assert wizard.shelf.attempts == (bob,)


async def test_choosing_the_same_again_changes_nothing(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice, "read", "write")
    assert await wizard.sign_in.choose(attempt, ("write", "read", "read:lists")) == attempt
    standing = await wizard.sign_in.stand_at(attempt, Step.CODE)
    assert await wizard.sign_in.choose(standing, ("read", "write")) == attempt
    assert wizard_requests(practice) == [LOOK_UP, REGISTER]


async def test_a_narrower_choice_begins_beside_and_reuses_the_registration(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    wide = await wizard.linked(practice, "read", "write")
    narrow = await wizard.sign_in.choose(wide, ("read:statuses",))
    assert narrow.client_id == wide.client_id
    assert narrow.state != wide.state
    assert narrow.scopes == ("read:accounts", "read:statuses")
    assert wizard.shelf.attempts == (wide, narrow)
    assert wizard_requests(practice) == [LOOK_UP, REGISTER]
    redeemed = await wizard.sign_in.redeem(narrow, await code_for(narrow))
    assert (await wizard.sign_in.verify(redeemed)).account.token.scopes == narrow.scopes


async def test_a_wider_choice_is_registered_anew_and_the_old_link_stays_good(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    narrow = await wizard.linked(practice, "read")
    wide = await wizard.sign_in.choose(narrow, ("read", "write"))
    assert wide.client_id != narrow.client_id
    assert wizard_requests(practice) == [LOOK_UP, REGISTER, REGISTER]
    assert len(wizard.shelf.registrations) == 2
    redeemed = await wizard.sign_in.redeem(narrow, await code_for(narrow))
    assert (await wizard.sign_in.verify(redeemed)).account.client_id == narrow.client_id


async def test_the_registration_serves_the_next_sign_in_too(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    await wizard.signed_in(practice, "read", "write")
    await wizard.restart()
    await wizard.signed_in(practice, "read", who="bob")
    assert wizard_requests(practice).count(REGISTER) == 1
    assert [one.username for one in wizard.shelf.accounts] == ["alice", "bob"]


async def test_a_registration_is_not_used_at_another_server(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    with PracticeInstance() as elsewhere:
        first, second = await wizard.linked(practice), await wizard.linked(elsewhere)
    assert first.client_id != second.client_id
    assert len(wizard.shelf.registrations) == 2


async def test_choosing_other_permissions_after_a_token_begins_without_it(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(attempt))
    other = await wizard.sign_in.choose(redeemed, ("read", "write"))
    assert other.token is None
    assert wizard.shelf.attempts == (redeemed, other)


@old_and_new
async def test_a_fresh_link_is_of_a_new_registration_and_the_old_code_still_works(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    old = await wizard.linked(practice)
    paste = await code_for(old)
    new = await wizard.sign_in.fresh(old)
    assert (new.client_id != old.client_id, new.state != old.state) == (True, True)
    assert (new.scopes, new.step) == (old.scopes, Step.AUTHORIZE)
    redeemed = await wizard.sign_in.redeem(new, paste)
    assert redeemed.state == old.state
    await wizard.sign_in.verify(redeemed)
    assert not wizard.shelf.attempts


async def test_a_fresh_link_helps_where_the_server_forgot_the_registration(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    practice.forget_application(attempt.client_id)
    fresh = await wizard.sign_in.fresh(attempt)
    redeemed = await wizard.sign_in.redeem(fresh, await code_for(fresh))
    assert (await wizard.sign_in.verify(redeemed)).account.username == "alice"


@pytest.mark.parametrize(
    ("typed", "who", "expected"),
    [("@Alice@{}", "alice", ""), ("@alice@{}", "bob", "alice"), ("{}", "bob", "")],
)
async def test_another_person_than_the_handle_named_is_told(
    practice: PracticeInstance, wizard: Wizard, typed: str, who: str, expected: str
) -> None:
    typed = typed.format(practice.address)
    signed_in = await wizard.signed_in(practice, who=who, typed=typed)
    assert (signed_in.account.username, signed_in.expected.lower()) == (who, expected)


async def test_an_attempt_that_is_let_go_is_gone(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    await wizard.sign_in.let_go(attempt)
    assert await wizard.sign_in.open_attempts() == []
    assert len(wizard.shelf.registrations) == 1


async def test_letting_an_attempt_with_a_token_go_ends_the_access(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(attempt))
    assert await wizard.sign_in.let_go(redeemed) is None
    assert await wizard.sign_in.open_attempts() == []
    with pytest.raises(AccessEnded):
        await wizard.sign_in.verify(redeemed)


async def test_letting_go_ends_an_access_that_has_come_since_the_attempt_was_shown(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    shown = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(shown, await code_for(shown))
    assert await wizard.sign_in.let_go(shown) is None
    assert await wizard.sign_in.open_attempts() == []
    with pytest.raises(AccessEnded):
        await wizard.sign_in.verify(redeemed)


async def test_letting_go_of_a_token_without_the_server_says_why_it_stays_alive(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(attempt))
    practice.stop()
    assert isinstance(await wizard.sign_in.let_go(redeemed), Refused)
    assert await wizard.sign_in.open_attempts() == []


async def test_a_day_old_attempt_is_swept_and_one_with_a_token_never(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    first = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(first, await code_for(first))
    stale = await wizard.sign_in.choose(first, ("read", "write"))
    wizard.clock.advance(timedelta(days=1))
    assert await wizard.sign_in.open_attempts() == [stale, redeemed]
    wizard.clock.advance(timedelta(seconds=1))
    assert await wizard.sign_in.open_attempts() == [redeemed]
    assert wizard.shelf.attempts == (redeemed, stale)
    new = await wizard.linked(practice, typed=f"@bob@{practice.address}")
    assert wizard.shelf.attempts == (redeemed, new)


async def test_a_sign_in_ends_the_earlier_attempts_at_that_server_only(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    earlier = await wizard.linked(practice, "read")
    with PracticeInstance() as elsewhere:
        other = await wizard.linked(elsewhere)
    wizard.clock.advance(timedelta(minutes=1))
    last = await wizard.sign_in.choose(earlier, ("read", "write"))
    wizard.clock.advance(timedelta(minutes=1))
    later = await wizard.linked(practice, typed=f"@bob@{practice.address}")
    await wizard.sign_in.verify(await wizard.sign_in.redeem(last, await code_for(last)))
    assert wizard.shelf.attempts == (other, later)


@old_and_new
async def test_signing_in_again_keeps_one_account_and_ends_the_old_access(
    request: pytest.FixtureRequest, practice: PracticeInstance, wizard: Wizard
) -> None:
    old = (await wizard.signed_in(practice)).account
    await wizard.signed_in(practice, who="bob")
    new = (await wizard.signed_in(practice)).account
    assert old.token != new.token
    assert [one.username for one in wizard.shelf.accounts] == ["alice", "bob"]
    assert wizard.shelf.accounts[0] == new
    assert (await wizard.accounts.profile(new)).username == "alice"
    ends = "0.20" in request.node.name
    assert (await is_accepted(wizard, old)) is not ends


async def test_signing_in_by_a_fresh_link_ends_the_old_access_too(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    old = (await wizard.signed_in(practice)).account
    attempt = await wizard.sign_in.fresh(await wizard.linked(practice))
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(attempt))
    new = (await wizard.sign_in.verify(redeemed)).account
    assert new.client_id != old.client_id
    with pytest.raises(AccessEnded):
        await wizard.accounts.profile(old)
    assert (await wizard.accounts.profile(new)).username == "alice"


async def test_verifying_twice_ends_no_access(practice: PracticeInstance, wizard: Wizard) -> None:
    attempt = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(attempt))
    await wizard.sign_in.verify(redeemed)
    account = (await wizard.sign_in.verify(redeemed)).account
    assert await is_accepted(wizard, account)
    assert wizard.shelf.accounts == (account,)


async def test_looking_up_again_leaves_an_attempt_with_a_token_alone(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice)
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(attempt))
    begun = await wizard.sign_in.look_up(practice.address)
    assert (begun.step, begun.token) == (Step.PERMISSIONS, None)
    assert wizard.shelf.attempts == (redeemed, begun)


async def test_what_was_granted_is_told_in_the_servers_words(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice, "read")
    paste = await code_for(replace(attempt, scopes=("read:accounts",)))
    signed_in = await wizard.sign_in.verify(await wizard.sign_in.redeem(attempt, paste))
    assert signed_in.account.token.scopes == ("read:accounts",)


async def test_a_token_that_may_not_verify_is_told_and_kept(
    practice: PracticeInstance, wizard: Wizard
) -> None:
    attempt = await wizard.linked(practice, "write")
    assert attempt.scopes == ("read:accounts", "write")
    narrowed = replace(attempt, scopes=("write",))
    redeemed = await wizard.sign_in.redeem(attempt, await code_for(narrowed))
    with pytest.raises(NotPermitted):
        await wizard.sign_in.verify(redeemed)
    assert wizard.shelf.attempts == (redeemed,)


async def is_accepted(wizard: Wizard, account: Account) -> bool:
    """Tell whether the server still accepts an account's token."""
    try:
        await wizard.accounts.profile(account)
    except AccessEnded:
        return False
    return True
