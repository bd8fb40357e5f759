"""Help and hints: for somebody new, for somebody with an account, and in practice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import WizardStep
from gts_wizard.practice.accounts import ACCOUNTS
from gts_wizard.services.container import open_services
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.screens.dialogs import SaveElsewhereDialog
from tests.helpers.driver import WizardDriver
from tests.helpers.saved_state import begin_at, save_pending, sign_in_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard

pytestmark = pytest.mark.slow

_WHY = "Why do I have to do this?"


async def test_first_account_changes_help_hints_and_home(
    start_wizard: StartWizard, practice: PracticeServer, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        # Home without accounts.
        await driver.press("f1")
        assert "The wizard gives programs on this computer access" in driver.screen_text
        await driver.resize(100, 40)
        assert _WHY in driver.screen_text
        await driver.press("escape", "enter")
        assert "Type the address of your server" in driver.screen_text
        await driver.press("f1")
        assert _WHY not in driver.screen_text, "that was told before"
        await driver.resize(80, 24)
        await driver.press("f1", "escape")

        # The sign-in is left, and ended from Home.
        link = await driver.to_code(practice.address)
        await driver.press("escape", "escape", "escape", "escape", "escape")
        assert "Continue where you left off?" in driver.screen_text
        await driver.press("enter")
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        await driver.press("enter")

        # Home with an account.
        button, hint = (driver.app.screen.query_one(name).region for name in ("#new", "#hint"))
        assert hint.y - button.bottom == 1, "one empty line where the pending sign-in was"
        await driver.press("f1")
        assert "These are the accounts that are signed in" in driver.screen_text
        await driver.press("escape", "a")
        assert "Where is your account?" in driver.screen_text
        assert "Type the address of your server" not in driver.screen_text


async def test_dialog_leaves_nothing_of_the_page_in_sight(start_wizard: StartWizard) -> None:
    async with start_wizard((60, 20)) as driver:
        await driver.press("enter")
        for size in ((60, 20), (80, 24), (120, 35)):
            await driver.resize(*size)
            assert "Where is your account?" in driver.screen_text
            await driver.press("f1")
            assert driver.screen_text.startswith("What is this?")
            assert driver.screen_text.endswith("Esc Back")
            await driver.press("f1")


async def test_practice_explains_only_what_practice_does(
    practice: PracticeServer, alice: BrowserUser, credentials_path: Path
) -> None:
    app = WizardApp(open_services(credentials_path), practice.address)
    async with app.run_test(size=(100, 40)) as pilot:
        driver = WizardDriver(pilot)
        await driver.wait_until_idle()
        await driver.press("f1")
        assert "this is practice" in driver.screen_text
        assert "it goes on" not in driver.screen_text
        await driver.press("f1")
        await driver.press("enter")
        assert "The practice server is filled in. Press Enter." in driver.screen_text
        assert "example.org" not in driver.screen_text
        for address in ("", "localhost", "localhost 8080", "localhost:1", practice.address[:-1]):
            await driver.fill(address)
            await driver.press("enter")
            assert "Type it like" not in driver.screen_text
            assert "quit" not in driver.screen_text
            what_to_type = ("Type that, and press Enter.", f"Type {practice.address}.")
            assert any(words in driver.screen_text for words in what_to_type), address
            assert practice.address in driver.screen_text
        for address in ("example.com", "@alice@example.com"):
            await driver.fill(address)
            await driver.press("enter")
            assert f"only talks to {practice.address}" in driver.screen_text
        for address in (ACCOUNTS["carol"].email, "@carol@example.org"):
            await driver.fill(address)
            await driver.press("enter")
            assert f"In practice, the server is {practice.address}." in driver.screen_text
            assert "The email address is for" in driver.screen_text
        await driver.press("escape")
        await driver.to_profile(practice.address, alice)
        await driver.press("f1")
        assert "If this isn't you" in driver.screen_text
        assert "keyring" not in driver.screen_text


async def test_help_of_a_dialog_is_about_the_dialog(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        await driver.press("s", "f1")
        assert "The wizard asks before it signs you out." in driver.screen_text
        await driver.press("f1", "escape")
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("n", "f1")
        assert "This is the name it will list." in driver.screen_text
        await driver.press("f1", "escape", "enter", "q", "f1")
        assert "This is the link as a QR code" in driver.screen_text
        await driver.press("f1")
        driver.app.push_screen(SaveElsewhereDialog(driver.app.context.services.accounts))
        await driver.wait_until_idle()
        await driver.press("f1")
        assert "the wizard needs another one" in driver.screen_text


async def test_help_of_an_unfinished_sign_in_says_what_its_buttons_do(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await save_pending(credentials_path, practice.address, WizardStep.AUTHORIZE)
    async with start_wizard() as driver:
        await driver.press("f1")
        assert "“Continue” leads to" in driver.screen_text
        assert "“Forget” removes" in driver.screen_text
        await driver.press("f1", "tab", "enter", "f1")
        assert "This is where you start." in driver.screen_text
