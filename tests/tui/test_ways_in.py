"""Every way in, on the screens: split domains, Mastodon, and what goes wrong on the way back."""

from __future__ import annotations

import asyncio
import tomllib
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from gts_wizard.practice import WELL_KNOWN, PracticeInstance
from tests.person import DeadEnd, Person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands

_EXCHANGE = "POST /oauth/token"
_ADMINISTER = {"read", "write", "push", "admin:read", "admin:write"}


def _asked(hands: Hands) -> dict[str, str]:
    """Return what the link on the screen asks for."""
    return {name: value for name, [value] in parse_qs(urlsplit(hands.link).query).items()}


async def _finish(hands: Hands, person: Person) -> None:
    """Go on from the link, and paste the address of the page with the code."""
    link = hands.link
    await hands.press("tab", "enter")
    await hands.paste(await asyncio.to_thread(person.allow, link))


async def test_a_handle_of_a_split_domain_leads_to_the_server_behind_it(
    start: StartWizard, alice: Person, shelf: Path
) -> None:
    with PracticeInstance(split=WELL_KNOWN) as practice:
        handle = f"@alice@{practice.account_domain}"
        async with start() as hands:
            await hands.press("enter")
            await hands.fill(handle)
            await hands.press("enter")
            assert f"{practice.account_domain}, answering at {practice.address}" in hands.sees
            await hands.press("enter", "enter")
            assert hands.link.startswith(f"{practice.origin}/oauth/authorize?")
            await _finish(hands, alice)
            assert f"You are {handle}" in hands.sees
            assert "somebody else" not in hands.sees
    [account] = tomllib.loads(shelf.read_text())["accounts"]
    assert (account["handle"], account["server"]["origin"]) == (handle, practice.origin)


async def test_a_domain_that_leads_nowhere_is_told_where_it_was_typed(start: StartWizard) -> None:
    with PracticeInstance(split=()) as practice:
        async with start() as hands:
            await hands.press("enter")
            await hands.fill(practice.account_domain)
            await hands.press("enter")
            assert "it is not a GoToSocial or Mastodon-like server" in hands.sees
            await hands.fill(practice.address)
            await hands.press("enter")
            assert "GoToSocial 0.20" in hands.sees


async def test_a_mastodon_that_hides_its_card_is_named_signed_in_to_and_renewed(
    start: StartWizard, alice: Person, shelf: Path
) -> None:
    with PracticeInstance(like="mastodon", hides_card=True) as practice:
        async with start() as hands:
            await hands.to_permissions(practice.address)
            await hands.press("end", "up", "enter")
            asked = _asked(hands)
            assert set(asked["scope"].split()) == _ADMINISTER
            assert asked["code_challenge_method"] == "S256"
            await _finish(hands, alice)
            assert "Mastodon 4.4.0" in hands.sees
        # Once more, in a browser that is still signed in and need not allow it again.
        async with start() as hands:
            await hands.click("#new")
            await hands.fill(practice.address)
            await hands.press("enter")
            await hands.press("enter")
            await hands.press("end", "up", "enter")
            assert _asked(hands)["code_challenge"] != asked["code_challenge"]
            await _finish(hands, alice)
            assert f"You are @alice@{practice.address}" in hands.sees
            await hands.press("n")
            assert "Bob mentioned you" in hands.sees
        assert "POST /oauth/revoke" not in practice.requests
    assert len(tomllib.loads(shelf.read_text())["accounts"]) == 1


@pytest.mark.parametrize("like", ["0.20", "mastodon"])
async def test_a_registration_that_vanished_is_replaced_without_starting_over(
    start: StartWizard, like: str
) -> None:
    with PracticeInstance(like=like) as practice, Person() as alice:
        typed = f"@alice@{practice.address}"
        async with start() as hands:
            await hands.to_permissions(typed)
            await hands.press("home", "enter")
            lost = _asked(hands)
            practice.forget_application(lost["client_id"])
            with pytest.raises(DeadEnd) as dead_end:
                await asyncio.to_thread(alice.allow, hands.link)
            await hands.press("tab", "enter")
            await hands.paste(str(dead_end.value.page.url))
            assert "It was not sent anywhere" in hands.sees
            assert "Get a fresh link" in hands.sees
            await hands.press("f5")
            fresh = _asked(hands)
            assert (fresh["client_id"] != lost["client_id"], fresh["scope"]) == (True, "read")
            await hands.press("escape", "escape")
            assert typed in hands.sees, "what was typed is still there"
            await hands.press("enter", "enter")
            assert _asked(hands) == fresh, "and so is what was chosen"
            with Person() as alice_again:
                await _finish(hands, alice_again)
            assert f"You are {typed}" in hands.sees
        assert practice.requests.count("GET /api/v2/instance") == 1


async def test_a_smaller_grant_is_told_on_the_profile(
    start: StartWizard, alice: Person, shelf: Path
) -> None:
    with PracticeInstance(grants="read") as practice:
        async with start((80, 40)) as hands:
            await hands.to_profile(practice.address, alice)
            _, _, told = hands.sees.partition("Your server allowed less than you chose")
            assert "Upload pictures and other media" in told
            assert "Write, edit and delete posts" in told
            assert "Look around only" in hands.sees
    [account] = tomllib.loads(shelf.read_text())["accounts"]
    assert account["token"]["scopes"] == ["read"]


async def test_the_code_page_of_another_server_is_refused_and_sent_to_neither(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    with PracticeInstance() as other:
        async with start() as hands:
            await hands.to_code(practice.address)
            page = f"{other.origin}/oauth/oob?code={'C0DE' * 12}&state=of-another-program"
            asked = practice.requests, other.requests
            await hands.paste(page)
            assert f"This code comes from {other.address}" in hands.sees
            assert f"you are signing in to {practice.address}" in hands.sees
            assert (practice.requests, other.requests) == asked
            await hands.press("escape")
            await _finish(hands, alice)
            assert f"You are @alice@{practice.address}" in hands.sees
    assert practice.requests.count(_EXCHANGE) == 1
