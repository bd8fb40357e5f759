"""Every way in, on the screens: split domains, Mastodon, and what goes wrong on the way back."""

from __future__ import annotations

import asyncio
import tomllib
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from gts_wizard.practice import WELL_KNOWN, PracticeInstance
from tests.helpers.browser_user import BrowserUser, PageError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard, WizardDriver

_EXCHANGE = "POST /oauth/token"
_ADMINISTER = {"read", "write", "push", "admin:read", "admin:write"}


def _asked(driver: WizardDriver) -> dict[str, str]:
    """Return what the link on the screen asks for."""
    return {name: value for name, [value] in parse_qs(urlsplit(driver.link).query).items()}


async def _finish(driver: WizardDriver, person: BrowserUser) -> None:
    """Go on from the link, and paste the address of the page with the code."""
    link = driver.link
    await driver.press("tab", "enter")
    await driver.paste(await asyncio.to_thread(person.allow, link))


async def test_a_handle_of_a_split_domain_leads_to_the_server_behind_it(
    start_wizard: StartWizard, alice: BrowserUser, credentials_path: Path
) -> None:
    with PracticeInstance(split=WELL_KNOWN) as practice:
        handle = f"@alice@{practice.account_domain}"
        async with start_wizard() as driver:
            await driver.press("enter")
            await driver.fill(handle)
            await driver.press("enter")
            assert (
                f"{practice.account_domain}, answering at {practice.address}" in driver.screen_text
            )
            await driver.press("enter", "enter")
            assert driver.link.startswith(f"{practice.origin}/oauth/authorize?")
            await _finish(driver, alice)
            assert f"You are {handle}" in driver.screen_text
            assert "somebody else" not in driver.screen_text
    [account] = tomllib.loads(credentials_path.read_text())["accounts"]
    assert (account["handle"], account["server"]["origin"]) == (handle, practice.origin)


async def test_a_domain_that_leads_nowhere_is_told_where_it_was_typed(
    start_wizard: StartWizard,
) -> None:
    with PracticeInstance(split=()) as practice:
        async with start_wizard() as driver:
            await driver.press("enter")
            await driver.fill(practice.account_domain)
            await driver.press("enter")
            assert "it is not a GoToSocial or Mastodon-like server" in driver.screen_text
            await driver.fill(practice.address)
            await driver.press("enter")
            assert "GoToSocial 0.20" in driver.screen_text


async def test_a_mastodon_that_hides_its_card_is_named_signed_in_to_and_renewed(
    start_wizard: StartWizard, alice: BrowserUser, credentials_path: Path
) -> None:
    with PracticeInstance(like="mastodon", hides_card=True) as practice:
        async with start_wizard() as driver:
            await driver.to_permissions(practice.address)
            await driver.press("end", "up", "enter")
            asked = _asked(driver)
            assert set(asked["scope"].split()) == _ADMINISTER
            assert asked["code_challenge_method"] == "S256"
            await _finish(driver, alice)
            assert "Mastodon 4.4.0" in driver.screen_text
        # Once more, in a browser that is still signed in and need not allow it again.
        async with start_wizard() as driver:
            await driver.click("#new")
            await driver.fill(practice.address)
            await driver.press("enter")
            await driver.press("enter")
            await driver.press("end", "up", "enter")
            assert _asked(driver)["code_challenge"] != asked["code_challenge"]
            await _finish(driver, alice)
            assert f"You are @alice@{practice.address}" in driver.screen_text
            await driver.press("n")
            assert "Bob mentioned you" in driver.screen_text
        assert "POST /oauth/revoke" not in practice.requests
    assert len(tomllib.loads(credentials_path.read_text())["accounts"]) == 1


@pytest.mark.parametrize("like", ["0.20", "mastodon"])
async def test_a_registration_that_vanished_is_replaced_without_starting_over(
    start_wizard: StartWizard, like: str
) -> None:
    with PracticeInstance(like=like) as practice, BrowserUser() as alice:
        typed = f"@alice@{practice.address}"
        async with start_wizard() as driver:
            await driver.to_permissions(typed)
            await driver.press("home", "enter")
            lost = _asked(driver)
            practice.forget_application(lost["client_id"])
            with pytest.raises(PageError) as dead_end:
                await asyncio.to_thread(alice.allow, driver.link)
            await driver.press("tab", "enter")
            await driver.paste(str(dead_end.value.page.url))
            assert "It was not sent anywhere" in driver.screen_text
            assert "Get a fresh link" in driver.screen_text
            await driver.press("f5")
            fresh = _asked(driver)
            assert (fresh["client_id"] != lost["client_id"], fresh["scope"]) == (True, "read")
            await driver.press("escape", "escape")
            assert typed in driver.screen_text, "what was typed is still there"
            await driver.press("enter", "enter")
            assert _asked(driver) == fresh, "and so is what was chosen"
            with BrowserUser() as alice_again:
                await _finish(driver, alice_again)
            assert f"You are {typed}" in driver.screen_text
        assert practice.requests.count("GET /api/v2/instance") == 1


async def test_a_smaller_grant_is_told_on_the_profile(
    start_wizard: StartWizard, alice: BrowserUser, credentials_path: Path
) -> None:
    with PracticeInstance(grants="read") as practice:
        async with start_wizard((80, 40)) as driver:
            await driver.to_profile(practice.address, alice)
            _, _, told = driver.screen_text.partition("Your server allowed less than you chose")
            assert "Upload pictures and other media" in told
            assert "Write, edit and delete posts" in told
            assert "Look around only" in driver.screen_text
    [account] = tomllib.loads(credentials_path.read_text())["accounts"]
    assert account["token"]["scopes"] == ["read"]


async def test_the_code_page_of_another_server_is_refused_and_sent_to_neither(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    with PracticeInstance() as other:
        async with start_wizard() as driver:
            await driver.to_code(practice.address)
            page = f"{other.origin}/oauth/oob?code={'C0DE' * 12}&state=of-another-program"
            asked = practice.requests, other.requests
            await driver.paste(page)
            assert f"This code comes from {other.address}" in driver.screen_text
            assert f"you are signing in to {practice.address}" in driver.screen_text
            assert (practice.requests, other.requests) == asked
            await driver.press("escape")
            await _finish(driver, alice)
            assert f"You are @alice@{practice.address}" in driver.screen_text
    assert practice.requests.count(_EXCHANGE) == 1
