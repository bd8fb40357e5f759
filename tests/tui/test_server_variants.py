"""Every way in, on the screens: split domains, Mastodon, and what goes wrong on the way back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from gts_wizard.models import WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.practice import WELL_KNOWN, PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.browser_user import BrowserUser, PageError
from tests.helpers.saved_state import begin_at, get_code, save_pending

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_ADMINISTER = {"read", "write", "push", "admin:read", "admin:write"}


def query_of(link: str) -> dict[str, str]:
    """Return what a link asks for."""
    return {name: value for name, [value] in parse_qs(urlsplit(link).query).items()}


async def finish(driver: WizardDriver, user: BrowserUser) -> None:
    """Go on from the link, and paste the address of the page with the code."""
    link = driver.link
    await driver.press("tab", "enter")
    await driver.paste(await asyncio.to_thread(user.authorize, link))


async def test_token_that_may_too_little_leads_back_to_the_permissions(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    with PracticeServer(granted_scope="write") as practice:
        async with start_wizard() as driver:
            pending = await begin_at(driver, practice.address, WizardStep.CODE)
            await driver.paste(await get_code(pending))
            assert "doesn't allow this with the permissions you chose" in driver.screen_text
            await driver.press("enter")
            assert "What may programs on this computer do?" in driver.screen_text
            assert practice.requests.count("POST /oauth/revoke") == 1
            await driver.press("enter")
            assert "Allow access in your browser" in driver.screen_text
    (pending,) = Store(credentials_path).load().pending_sign_ins
    assert pending.token is None


async def test_permissions_of_an_earlier_link_are_not_taken_unasked(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    earlier = await save_pending(credentials_path, practice.address, scopes=("read",))
    code = await get_code(earlier)
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.CODE, ("read", "write"))
        await driver.paste(code)
        assert "Your browser used an earlier link" in driver.screen_text
        assert driver.app.focused is driver.app.screen.query_one("#private")
        await driver.press("enter")
        assert "Nothing was saved. To be asked who you are, open this link" in driver.screen_text
        assert query_of(driver.link)["scope"] == "read write"
    saved = Store(credentials_path).load()
    assert (saved.accounts, [pending.token for pending in saved.pending_sign_ins]) == ((), [None])
    assert practice.requests.count("POST /oauth/revoke") == 1


async def test_handle_of_a_split_domain_leads_to_its_server(
    start_wizard: StartWizard, alice: BrowserUser, credentials_path: Path
) -> None:
    with PracticeServer(split_domain=WELL_KNOWN) as practice:
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
            await finish(driver, alice)
            assert f"You are {handle}" in driver.screen_text
            assert "somebody else" not in driver.screen_text
    [account] = Store(credentials_path).load().accounts
    assert (account.handle, account.server.origin) == (handle, practice.origin)


async def test_mastodon_is_named_signed_in_to_and_signed_in_again(
    start_wizard: StartWizard, alice: BrowserUser, credentials_path: Path
) -> None:
    """The second time, the browser is still signed in and need not authorize it again."""
    scopes = tuple(sorted(_ADMINISTER))
    with PracticeServer(emulates="mastodon", restrict_instance=True) as practice:
        async with start_wizard() as driver:
            pending = await begin_at(driver, practice.address, WizardStep.CODE, scopes)
            code = await asyncio.to_thread(alice.get_code, authorization_url(pending))
            await driver.paste(code)
            assert "Mastodon 4.4.0" in driver.screen_text
            await driver.press("escape")
            await driver.click("#new")
            await driver.fill(practice.address)
            await driver.press("enter")
            await driver.press("enter")
            await driver.press("end", "up", "enter")
            query = query_of(driver.link)
            assert set(query["scope"].split()) == _ADMINISTER
            assert query["code_challenge_method"] == "S256"
            assert query["code_challenge"] != pending.code_challenge
            await finish(driver, alice)
            assert f"You are @alice@{practice.address}" in driver.screen_text
            await driver.press("n")
            assert "Bob mentioned you" in driver.screen_text
        assert "POST /oauth/revoke" not in practice.requests
    assert len(Store(credentials_path).load().accounts) == 1


async def test_lost_registration_is_replaced_without_starting_over(
    start_wizard: StartWizard, practice: PracticeServer, alice: BrowserUser
) -> None:
    typed = f"@alice@{practice.address}"
    async with start_wizard() as driver:
        await driver.to_permissions(typed)
        await driver.press("home", "enter")
        lost = query_of(driver.link)
        practice.forget_application(lost["client_id"])
        await driver.press("f5")
        fresh = query_of(driver.link)
        assert (fresh["client_id"] != lost["client_id"], fresh["scope"]) == (True, "read")
        await driver.press("escape", "escape")
        assert typed in driver.screen_text, "what was typed is still there"
        await driver.press("enter", "enter")
        assert query_of(driver.link) == fresh, "and so is what was chosen"
        await finish(driver, alice)
        assert f"You are {typed}" in driver.screen_text
    assert practice.requests.count("GET /api/v2/instance") == 1


async def test_error_page_of_a_lost_registration_leads_to_a_fresh_link(
    start_wizard: StartWizard,
) -> None:
    async with start_wizard() as driver:
        for emulates in ("0.20", "mastodon"):
            with PracticeServer(emulates=emulates) as practice:
                pending = await begin_at(driver, practice.address, WizardStep.CODE, ("read",))
                practice.forget_application(pending.client_id)
                with BrowserUser() as alice, pytest.raises(PageError) as dead_end:
                    await asyncio.to_thread(alice.authorize, authorization_url(pending))
                await driver.paste(str(dead_end.value.page.url))
                assert "It was not sent anywhere" in driver.screen_text
                assert "Get a fresh link" in driver.screen_text
                await driver.press("f5")
                query = query_of(driver.link)
                assert (query["client_id"] != pending.client_id, query["scope"]) == (True, "read")
                with BrowserUser() as alice_again:
                    await finish(driver, alice_again)
                assert f"You are @alice@{practice.address}" in driver.screen_text, emulates


async def test_smaller_grant_is_named_on_the_profile(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    with PracticeServer(granted_scope="read") as practice:
        async with start_wizard((80, 40)) as driver:
            await begin_at(driver, practice.address, WizardStep.PROFILE)
            _, _, withheld = driver.screen_text.partition(
                f"{practice.address} allowed less than you chose"
            )
            assert "Upload pictures and other media" in withheld
            assert "Post, edit and delete" in withheld
            assert "Look around only" in driver.screen_text
    [account] = Store(credentials_path).load().accounts
    assert account.token.scopes == ("read",)


async def test_code_page_of_another_server_is_sent_to_neither(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    with PracticeServer() as other:
        async with start_wizard() as driver:
            pending = await begin_at(driver, practice.address, WizardStep.CODE)
            page = f"{other.origin}/oauth/oob?code={'C0DE' * 12}&state=of-another-program"
            before = [*practice.requests], [*other.requests]
            await driver.paste(page)
            assert f"This code comes from {other.address}" in driver.screen_text
            assert f"you're signing in to {practice.address}" in driver.screen_text
            assert ([*practice.requests], [*other.requests]) == before
            await driver.paste(await get_code(pending))
            assert f"You are @alice@{practice.address}" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 1
