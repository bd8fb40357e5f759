"""A window that is too small for any page: it asks for room, and nothing gets lost meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from gts_wizard.models import WizardStep
from tests.helpers.saved_state import begin_at, sign_in_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver

_USUAL = (80, 24)
_TOO_SMALL = "This window is too small. Make it at least 60 columns wide and 20 lines high."


@pytest.mark.slow
async def test_too_small_window_asks_for_room_and_takes_no_keys(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        for size in ((59, 24), (80, 19), (20, 5), (1, 1)):
            await driver.resize(*size)
            if size != (1, 1):
                assert driver.screen_text
                assert _TOO_SMALL.startswith(driver.screen_text[:10])
            await driver.press("x", "enter", "f1", "ctrl+p")
            await driver.resize(*_USUAL)
            assert _TOO_SMALL not in driver.screen_text
            assert "Where is your account?" in driver.screen_text
            assert driver.app.screen.query_one(Input).value == practice.address
        await driver.press("enter")
        assert "Practice server" in driver.screen_text


@pytest.mark.slow
async def test_paste_into_too_small_window_arrives_once_there_is_room(
    start_wizard: StartWizard,
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        field = driver.app.screen.query_one(Input)
        await driver.resize(40, 10)
        await driver.paste("example.org")
        assert field.value == ""
        await driver.resize(*_USUAL)
        assert field.value == "example.org"


async def test_too_small_window_covers_dialogs_and_can_be_left(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("f1")
        await driver.resize(58, 12)
        assert driver.screen_text == _TOO_SMALL
        await driver.press("ctrl+q")
        assert not driver.app.is_running


async def test_smallest_window_offers_the_keys_that_its_text_names(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard((60, 20)) as driver:
        await driver.press("r")
        assert "F4 changes the permissions." in driver.screen_text
        assert "F4 Permissions" in driver.screen_text
        await driver.press("f4", "end", "enter")
        assert "F3 shows the technical words." in driver.screen_text
        assert "F3 Technical words" in driver.screen_text
        assert "Enter Continue" not in driver.screen_text, "the page has a button for it"
        await driver.resize(*_USUAL)
        assert "Enter Continue" in driver.screen_text


def _shows(driver: WizardDriver, words: str) -> bool:
    return words in driver.screen_text


async def _enlarge_and_shrink(driver: WizardDriver) -> None:
    await driver.resize(120, 35)
    await driver.resize(60, 20)
    await driver.wait_until_idle()


@pytest.mark.slow
async def test_what_enter_presses_stays_in_sight_in_a_window_that_shrank(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((60, 20)) as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        await driver.press("end")
        assert _shows(driver, "Choose one by one")
        await _enlarge_and_shrink(driver)
        assert _shows(driver, "Choose one by one"), "the chosen row of a list"
        await driver.press("enter", "end")
        last_row = driver.screen_text.splitlines()
        await _enlarge_and_shrink(driver)
        assert driver.screen_text.splitlines() == last_row, "the chosen row of a checklist"
        await driver.press("escape", "up", "up", "up", "enter")
        await driver.click("#have-code")
        await driver.paste("X" * 48)
        assert _shows(driver, "doesn't accept this code")
        await driver.press("tab")
        assert _shows(driver, "Sign in")
        await _enlarge_and_shrink(driver)
        assert _shows(driver, "Sign in"), "the focused button"
        await driver.press("f2")
        assert _shows(driver, "CodeRefused"), "the exact cause"
