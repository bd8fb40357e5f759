"""Quitting: by Ctrl+C, and while something is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import WizardStep
from gts_wizard.tui.screens.home import HomeScreen
from tests.helpers.saved_state import begin_at

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard

_PRESS_AGAIN = "Press Ctrl+C again to quit."


async def test_page_opened_while_quitting_is_no_crash(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        driver.app.exit()
        driver.app.begin_sign_in()
    assert driver.app.return_code == 0


async def test_keys_of_a_page_without_widgets_are_known(start_wizard: StartWizard) -> None:
    # The footer asks while a page is composed or removed, too.
    async with start_wizard() as driver:
        page = HomeScreen(driver.app.context)
        assert page.check_action("details", ()) is False
        assert page.check_action("back", ()) is False


async def test_second_ctrl_c_quits(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("ctrl+c")
        assert _PRESS_AGAIN in driver.screen_text
        assert driver.app.is_running
        await driver.press_at_once("ctrl+c", "ctrl+c")
        assert not driver.app.is_running
    assert driver.app.return_code == 0


@pytest.mark.parametrize("key", ["f1", "ctrl+p"])
async def test_second_ctrl_c_quits_from_what_covers_a_page(
    start_wizard: StartWizard, key: str
) -> None:
    async with start_wizard() as driver:
        await driver.press(key)
        await driver.press("ctrl+c")
        assert _PRESS_AGAIN in driver.screen_text
        await driver.press_at_once("ctrl+c", "ctrl+c")
        assert not driver.app.is_running


async def test_ctrl_c_copies_what_is_selected_and_says_so(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.type("example.org")
        await driver.press("shift+home")
        await driver.press_at_once("ctrl+c", "ctrl+c")
        assert driver.app.clipboard == "example.org"
        assert driver.screen_text.count("Sent to the clipboard. To quit,") == 1
        assert driver.app.is_running
        await driver.press("end", "ctrl+c")
        assert _PRESS_AGAIN in driver.screen_text


async def test_ctrl_c_does_not_copy_the_dots_of_a_code(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.CODE)
        await driver.type("CODE")
        await driver.press("shift+home", "ctrl+c")
        assert _PRESS_AGAIN in driver.screen_text
        assert driver.app.clipboard == ""
