"""What is asked, registered and granted, at every server in the words it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NothingChosen, NotPermitted, TurnedDown
from gts_wizard.practice import LIKES, PracticeInstance
from gts_wizard.rules.scopes import ADMINISTER, presets_for
from tests.helpers.harness import code_for

if TYPE_CHECKING:
    from tests.helpers.harness import ServicesHarness

REGISTER = "POST /api/v1/apps"
LOOK_UP = "GET /api/v2/instance"
EVERYWHERE, GOTOSOCIAL, NOWHERE = {"gotosocial", "mastodon"}, {"gotosocial"}, set[str]()

everywhere = pytest.mark.parametrize("practice", LIKES, indirect=True)


@pytest.mark.parametrize("like", LIKES)
@pytest.mark.parametrize(
    ("granted", "chosen", "withheld"),
    [
        ("read", ("read", "push", "write"), ("push", "write")),
        ("read:accounts", ("read",), ("read",)),
        ("read write:statuses", ("read", "write:media", "write:statuses"), ("write:media",)),
        ("read write", ("read:accounts", "write:media"), ()),
    ],
)
async def test_a_smaller_grant_is_saved_as_it_is_and_what_is_missing_is_named(
    harness: ServicesHarness,
    like: str,
    granted: str,
    chosen: tuple[str, ...],
    withheld: tuple[str, ...],
) -> None:
    with PracticeInstance(like=like, grants=granted) as practice:
        signed_in = await harness.signed_in(practice, *chosen)
        assert signed_in.withheld == withheld
        await harness.restart()
        [account] = harness.shelf.accounts
        assert account.token.scopes == tuple(granted.split())
        assert (await harness.accounts.profile(account)).username == "alice"


@pytest.mark.parametrize("like", ["0.19", "0.20", "mastodon"])
async def test_a_grant_too_small_to_say_who_it_is_for_is_told_and_kept(
    harness: ServicesHarness, like: str
) -> None:
    with PracticeInstance(like=like, grants="write") as practice:
        attempt = await harness.linked(practice, "read", "write")
        redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
        with pytest.raises(NotPermitted, match="choose more permissions"):
            await harness.sign_in.verify(redeemed)
        assert (harness.shelf.attempts, harness.shelf.accounts) == ((redeemed,), ())


@everywhere
async def test_every_preset_is_granted_whole(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.sign_in.look_up(practice.address)
    presets = presets_for(attempt.server.metadata.scopes_supported)
    for preset in presets:
        signed_in = await harness.signed_in(practice, *preset.scopes)
        assert set(signed_in.account.token.scopes) == set(preset.scopes)
        assert signed_in.withheld == ()
    assert [one.title for one in presets][-1] == ADMINISTER.title
    admin = [one for one in presets[-1].scopes if one.startswith("admin")]
    is_mastodon = attempt.server.software == "mastodon"
    assert admin == (["admin:read", "admin:write"] if is_mastodon else ["admin"])


@everywhere
async def test_nothing_chosen_is_told_unasked_and_can_be_mended(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.sign_in.look_up(practice.address)
    before = practice.requests
    with pytest.raises(NothingChosen):
        await harness.sign_in.choose(attempt, ())
    assert practice.requests == before
    assert (await harness.sign_in.choose(attempt, ["read"])).scopes == ("read",)
    assert practice.requests.count(LOOK_UP) == 1


@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
async def test_a_word_that_the_server_does_not_know_is_told_and_can_be_mended(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    attempt = await harness.sign_in.look_up(practice.address)
    with pytest.raises(TurnedDown) as told:
        await harness.sign_in.choose(attempt, ("read", "admin"))
    assert told.value.status == 422
    assert (harness.shelf.attempts, harness.shelf.registrations) == ((attempt,), ())
    linked = await harness.sign_in.choose(attempt, ("read", "admin:read"))
    assert linked.state == attempt.state


@pytest.mark.parametrize(
    ("first", "second", "reused_at"),
    [
        (("read", "write"), ("read",), EVERYWHERE),
        (("read", "write"), ("write", "read"), EVERYWHERE),
        (("read", "write"), ("read:statuses", "read:accounts"), GOTOSOCIAL),
        (("read", "write"), ("write",), GOTOSOCIAL),
        (("read", "write:media"), ("read", "write:media", "write:statuses"), NOWHERE),
        (("read:accounts",), ("read",), NOWHERE),
    ],
)
@pytest.mark.parametrize("practice", ["0.17", "0.20", "mastodon"], indirect=True)
async def test_a_registration_is_used_again_as_far_as_the_server_lets_its_links_ask(
    practice: PracticeInstance,
    harness: ServicesHarness,
    first: tuple[str, ...],
    second: tuple[str, ...],
    reused_at: set[str],
) -> None:
    attempt = await harness.linked(practice, *first)
    await harness.restart()
    other = await harness.sign_in.choose(attempt, second)
    is_reused = attempt.server.software in reused_at
    assert practice.requests.count(REGISTER) == (1 if is_reused else 2)
    assert (other.client_id == attempt.client_id) is is_reused
    # The server lets the link ask for it, too.
    redeemed = await harness.sign_in.redeem(other, await code_for(other))
    assert (await harness.sign_in.verify(redeemed)).withheld == ()
