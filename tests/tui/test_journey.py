"""Whole walks from Home to the account, against a practice server over real sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Button, Input

from gts_wizard.models import WizardStep
from gts_wizard.storage.store import Store
from gts_wizard.tui.screens.profile import ProfileScreen
from tests.helpers.saved_state import begin_at, get_code

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard

pytestmark = pytest.mark.slow

_WRONG_CODE = "WRONG" + "0" * 43


async def test_sign_in_needs_only_enter_and_a_paste(
    start_wizard: StartWizard,
    practice: PracticeServer,
    alice: BrowserUser,
    credentials_path: Path,
) -> None:
    """Every step is saved before the next one shows, and the server is asked four times."""

    def pending_steps() -> list[WizardStep]:
        return [pending.step for pending in Store(credentials_path).load().pending_sign_ins]

    async with start_wizard() as driver:
        assert "Welcome" in driver.screen_text
        assert driver.focused_is_visible
        await driver.press("enter")
        assert "Where is your account?" in driver.screen_text
        assert driver.focused_is_visible
        await driver.type(practice.address)
        await driver.press("enter")
        assert "GoToSocial 0.20" in driver.screen_text
        assert driver.focused_is_visible
        assert pending_steps() == [WizardStep.PERMISSIONS]
        await driver.press("enter")
        assert "What may programs on this computer do?" in driver.screen_text
        assert driver.focused_is_visible
        await driver.press("enter")
        assert "Allow access in your browser" in driver.screen_text
        assert driver.focused_is_visible
        assert pending_steps() == [WizardStep.AUTHORIZE]
        link = driver.link
        await driver.press("enter", "enter")
        assert "Paste the code" in driver.screen_text
        assert driver.focused_is_visible
        assert pending_steps() == [WizardStep.CODE]
        await driver.paste("alice@example.org")
        assert "It was not sent anywhere" in driver.screen_text
        assert driver.focused_is_visible
        by_wizard = list(practice.requests)
        code = await asyncio.to_thread(alice.get_code, link)
        by_browser = len(practice.requests) - len(by_wizard)
        await driver.paste(code)
        assert f"You are @alice@{practice.address}" in driver.screen_text
        assert str(credentials_path)[:40] in driver.screen_text
        assert driver.focused_is_visible
        await driver.press("enter")
        assert "Your accounts" in driver.screen_text
        assert driver.focused_is_visible
    *requests, picture = by_wizard + practice.requests[len(by_wizard) + by_browser :]
    assert requests == [
        "GET /api/v2/instance",
        "POST /api/v1/apps",
        "POST /oauth/token",
        "GET /api/v1/accounts/verify_credentials",
    ]
    assert picture.endswith("alice.png")
    saved = Store(credentials_path).load()
    assert [account.handle for account in saved.accounts] == [f"@alice@{practice.address}"]
    assert saved.pending_sign_ins == ()


async def test_going_back_keeps_everything_and_repeats_nothing(
    start_wizard: StartWizard, practice: PracticeServer, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        await driver.press("up", "enter")
        link = driver.link
        await driver.press("enter", "enter")
        await driver.type("half a co")
        await driver.press("escape", "escape", "escape")
        assert "Is this your server?" in driver.screen_text
        assert practice.address in driver.screen_text
        await driver.press("enter")
        await driver.press("enter")
        assert driver.link == link, "the link that was given out stays good"
        await driver.press("enter", "enter")
        assert "9 characters, shown as dots" in driver.screen_text
        assert practice.requests.count("POST /api/v1/apps") == 1
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "Look around only" in driver.screen_text


async def test_pressing_twice_does_things_once(
    start_wizard: StartWizard, practice: PracticeServer, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        await driver.press_at_once("enter", "enter", "enter")
        assert "Yes, continue" in driver.screen_text
        await driver.press_at_once("enter", "enter")
        await driver.press_at_once("enter", "enter", "enter")
        assert "Allow access in your browser" in driver.screen_text
        link = driver.link
        await driver.press("tab")
        await driver.press_at_once("enter", "enter")
        await driver.type(await asyncio.to_thread(alice.get_code, link))
        await driver.press_at_once("enter", "enter", "enter")
        assert "You are @alice" in driver.screen_text
        await driver.press_at_once("escape", "escape")
        assert "Your accounts" in driver.screen_text
    for request in ("GET /api/v2/instance", "POST /api/v1/apps", "POST /oauth/token"):
        assert practice.requests.count(request) == 1


async def test_enter_right_after_the_paste_leaves_no_account_unseen(
    start_wizard: StartWizard,
    practice: PracticeServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ProfileScreen, "UNSEEN_SECONDS", 3600)
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        await driver.paste(await get_code(pending))
        await driver.press_at_once("enter", "enter")
        assert "You are @alice" in driver.screen_text
        driver.app.screen.query(Button).remove_class("-active")
        await driver.press("enter")
        assert "Your accounts" in driver.screen_text


async def test_interrupted_sign_in_goes_on_after_every_step(
    start_wizard: StartWizard, practice: PracticeServer, alice: BrowserUser
) -> None:
    """After each step the wizard is gone, and another one over the same file goes on."""
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        await driver.press("enter")

    async with start_wizard() as driver:
        assert "You started to sign in" in driver.screen_text
        await driver.press("enter")
        assert "What may programs on this computer do?" in driver.screen_text
        await driver.press("enter")
        link = driver.link

    async with start_wizard() as driver:
        assert "You started to sign in" in driver.screen_text
        await driver.press("enter")
        assert "Allow access in your browser" in driver.screen_text
        assert driver.link == link
        await driver.press("tab", "enter")
        code = await asyncio.to_thread(alice.get_code, link)

    async with start_wizard() as driver:
        assert "You started to sign in" in driver.screen_text
        await driver.press("enter")
        assert "Paste the code" in driver.screen_text
        assert "Sign in" in driver.screen_text
        await driver.paste(code)
        assert "You are @alice" in driver.screen_text

    async with start_wizard() as driver:
        assert f"@alice@{practice.address}" in driver.screen_text
        assert "You began" not in driver.screen_text
    assert practice.requests.count("POST /api/v1/apps") == 1


async def test_server_that_goes_away_is_named_at_every_step(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill("localhost:1")
        await driver.press("enter")
        assert "No server answers at" in driver.screen_text
        assert "localhost:1" in driver.screen_text
        await driver.fill(practice.address)
        await driver.press("enter")
        practice.stop()
        await driver.press("enter", "enter")
        assert "No server answers at" in driver.screen_text
        practice.start()
        await driver.press("enter")
        await driver.press("tab", "enter")
        practice.stop()
        await driver.paste(_WRONG_CODE)
        assert "No server answers at" in driver.screen_text
        assert driver.app.screen.query_one(Input).value == _WRONG_CODE
