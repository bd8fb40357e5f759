"""Every way to a server: domains that are split, every software and version, hidden cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import AccessEnded, CanNotRevoke, NotAnInstance
from gts_wizard.practice import LIKES, WELL_KNOWN, PracticeInstance
from gts_wizard.rules.software import software_name
from tests.helpers.harness import code_for

if TYPE_CHECKING:
    from collections.abc import Collection

    from gts_wizard.models import Account
    from tests.helpers.harness import ServicesHarness

REGISTER = "POST /api/v1/apps"
EXCHANGE = "POST /oauth/token"
REVOKE = "POST /oauth/revoke"

everywhere = pytest.mark.parametrize("practice", LIKES, indirect=True)


def asked_of_domain(practice: PracticeInstance) -> list[str]:
    """Return what the account domain of a split deployment was asked."""
    return [one for one in practice.requests if practice.account_domain in one]


async def is_accepted(harness: ServicesHarness, account: Account) -> bool:
    try:
        await harness.accounts.profile(account)
    except AccessEnded:
        return False
    return True


@pytest.mark.parametrize("like", ["0.20", "mastodon"])
@pytest.mark.parametrize("led_by", [*((one,) for one in WELL_KNOWN), WELL_KNOWN], ids="+".join)
@pytest.mark.parametrize("typed", ["@alice@{domain}", "{domain}", "{host}", "@alice@{host}"])
async def test_the_host_and_the_handle_are_found_by_either_name(
    harness: ServicesHarness, like: str, led_by: Collection[str], typed: str
) -> None:
    with PracticeInstance(like=like, split=led_by) as practice:
        typed = typed.format(domain=practice.account_domain, host=practice.address)
        signed_in = await harness.signed_in(practice, typed=typed)
        assert signed_in.account.handle == f"@alice@{practice.account_domain}"
        assert signed_in.account.server.origin == practice.origin
        assert signed_in.expected == ""
        assert harness.shelf.accounts == (signed_in.account,)
        assert practice.requests.count(EXCHANGE) == 1


@pytest.mark.parametrize("like", ["0.17", "0.20", "mastodon"])
async def test_once_looked_up_an_account_domain_is_asked_nothing_more(
    harness: ServicesHarness, like: str
) -> None:
    with PracticeInstance(like=like, split=WELL_KNOWN) as practice:
        attempt = await harness.sign_in.look_up(f"@alice@{practice.account_domain}")
        looked_up = asked_of_domain(practice)
        assert {one.split()[0] for one in looked_up} == {"GET"}
        attempt = await harness.sign_in.choose(attempt, ("read",))
        redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
        account = (await harness.sign_in.verify(redeemed)).account
        assert (await harness.accounts.profile(account)).username == "alice"
        assert await harness.accounts.notifications(account)
        if like != "0.17":
            await harness.accounts.revoke(account)
        assert asked_of_domain(practice) == looked_up


async def test_both_names_of_a_split_domain_lead_to_one_account(harness: ServicesHarness) -> None:
    with PracticeInstance(split=WELL_KNOWN) as practice:
        by_domain = await harness.signed_in(practice, typed=practice.account_domain)
        by_host = await harness.signed_in(practice, typed=practice.address)
        by_renewing = await harness.sign_in.renew(by_host.account)
        assert by_renewing.server == by_host.account.server == by_domain.account.server
        assert harness.shelf.accounts == (by_host.account,)
        assert practice.requests.count(REGISTER) == 1


async def test_a_split_domain_that_leads_nowhere_is_told(harness: ServicesHarness) -> None:
    with PracticeInstance(split=()) as practice:
        for typed in (practice.account_domain, f"@alice@{practice.account_domain}"):
            with pytest.raises(NotAnInstance) as told:
                await harness.sign_in.look_up(typed)
            assert told.value.host == practice.account_domain
        assert await harness.sign_in.open_attempts() == []
        # What nothing but the host says of the domain is not believed.
        account = (await harness.signed_in(practice, typed=practice.address)).account
        assert account.handle == f"@alice@{practice.address}"


@pytest.mark.parametrize("like", LIKES)
async def test_an_account_of_a_split_domain_is_found_behind_a_hidden_card(
    harness: ServicesHarness, like: str
) -> None:
    with PracticeInstance(like=like, split=WELL_KNOWN, hides_card=True) as practice:
        typed = f"@alice@{practice.account_domain}"
        account = (await harness.signed_in(practice, typed=typed)).account
        assert (account.handle, account.server.origin) == (typed, practice.origin)


@pytest.mark.parametrize(
    ("like", "name"),
    [
        ("0.17", "GoToSocial 0.17.4"),
        ("0.19", "GoToSocial 0.19.2"),
        ("0.20", "GoToSocial 0.20.0-rc1+git-57cb4fe"),
        ("mastodon", "Mastodon 4.4.0"),
    ],
)
@pytest.mark.parametrize("hides_card", [False, True])
async def test_every_server_is_named_hidden_card_or_not_and_signed_in_to(
    harness: ServicesHarness, like: str, name: str, hides_card: bool
) -> None:
    with PracticeInstance(like=like, hides_card=hides_card) as practice:
        account = (await harness.signed_in(practice, "read", "write")).account
        server = account.server
        assert software_name(server) == name
        assert server.title == (practice.address if hides_card else "Practice instance")
        assert server.metadata.takes_challenge is (like == "mastodon")
        assert account.handle == f"@alice@{practice.address}"
        assert account.token.scopes == ("read", "write")
        assert await is_accepted(harness, account)


@everywhere
async def test_an_access_is_used_ended_and_had_again(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    ended = (await harness.signed_in(practice)).account
    assert (await harness.accounts.profile(ended)).display_name == "Alice"
    assert {one.kind for one in await harness.accounts.notifications(ended)} >= {"mention"}
    if ended.server.version.startswith("0.17"):
        with pytest.raises(CanNotRevoke):
            await harness.accounts.revoke(ended)
        assert await is_accepted(harness, ended)
        practice.revoke_tokens("alice")
    else:
        await harness.accounts.revoke(ended)
    assert not await is_accepted(harness, ended)
    again = (await harness.signed_in(practice)).account
    assert again.token != ended.token
    assert harness.shelf.accounts == (again,)
    assert await harness.accounts.notifications(again)
    assert practice.requests.count(REGISTER) == 1


@everywhere
async def test_renewing_leaves_the_account_usable(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    old = (await harness.signed_in(practice)).account
    await harness.restart()
    attempt = await harness.sign_in.renew(old)
    redeemed = await harness.sign_in.redeem(attempt, await code_for(attempt))
    new = (await harness.sign_in.verify(redeemed)).account
    assert (harness.shelf.accounts, harness.shelf.attempts) == ((new,), ())
    assert await harness.accounts.notifications(new)
    if new.server.software == "mastodon":
        assert new.token.value == old.token.value, "Mastodon gives the same token again"
        assert REVOKE not in practice.requests
    else:
        assert new.token.value != old.token.value
        assert await is_accepted(harness, old) is new.server.version.startswith("0.17")


@pytest.mark.parametrize("scopes", [("read", "write"), ("profile",)])
@everywhere
async def test_renewing_with_other_permissions_ends_the_old_access_where_that_can_be(
    practice: PracticeInstance, harness: ServicesHarness, scopes: tuple[str, ...]
) -> None:
    old = (await harness.signed_in(practice)).account
    new = (await harness.signed_in(practice, *scopes)).account
    assert new.token.scopes == scopes
    assert await is_accepted(harness, new)
    assert await is_accepted(harness, old) is new.server.version.startswith("0.17")
    assert [one.client_id for one in harness.shelf.registrations] == [new.client_id]


@everywhere
async def test_two_people_of_one_server_have_accesses_of_their_own(
    practice: PracticeInstance, harness: ServicesHarness
) -> None:
    alice = (await harness.signed_in(practice)).account
    bob = (await harness.signed_in(practice, who="bob")).account
    assert practice.requests.count(REGISTER) == 1
    assert alice.token != bob.token
    if bob.server.version.startswith("0.17"):
        practice.revoke_tokens("bob")
    else:
        await harness.accounts.revoke(bob)
    assert [await is_accepted(harness, one) for one in (alice, bob)] == [True, False]
