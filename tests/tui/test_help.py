"""F1, everywhere: on each page, over each dialog, and with the right words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.services.wiring import open_services
from gts_wizard.tui.app import WizardApp
from screenshots.tour import Tour
from tests.helpers.driver import WizardDriver

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard

HEADINGS = (
    "What is this?",
    "What happens next?",
    "What could go wrong?",
    "Why do I have to do this?",
    "Ctrl+P lists everything",
)


async def test_f1_explains_every_page_and_goes_away_again(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    unexplained = set()
    async with start_wizard((100, 50)) as driver:
        async for page in Tour(driver, practice.address, alice).pages():
            if page == "help":
                continue
            before = driver.app.screen
            await driver.press("f1")
            if not all(heading in driver.screen_text for heading in HEADINGS):
                unexplained.add(page)
            await driver.press("f1")
            assert driver.app.screen is before, page
    assert unexplained == set()


async def test_somebody_new_is_told_of_no_list(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.press("f1")
        assert "The wizard gives programs on this computer access" in driver.screen_text
        await driver.press("escape")
        await driver.to_profile(practice.address, alice)
        await driver.press("enter", "f1")
        assert "Each account that is signed in" in driver.screen_text


async def test_practice_promises_nothing_that_holds_only_elsewhere(
    practice: PracticeInstance, alice: BrowserUser, credentials_path: Path
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
        for address in ("example.org", "@alice@example.org", "localhost:1"):
            await driver.fill(address)
            await driver.press("enter")
            assert f"asks no server but its own, {practice.address}" in driver.screen_text
        await driver.press("escape")
        await driver.to_profile(practice.address, alice)
        await driver.press("f1")
        assert "If this is not you" in driver.screen_text
        assert "keyring" not in driver.screen_text
