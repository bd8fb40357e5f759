"""Quitting while something is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.tui.screens.home import HomeScreen

if TYPE_CHECKING:
    from tests.helpers.driver import StartWizard


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
