"""Quitting while something is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.helpers.driver import StartWizard


async def test_page_opened_while_quitting_is_no_crash(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        driver.app.exit()
        driver.app.begin_sign_in()
    assert driver.app.return_code == 0
