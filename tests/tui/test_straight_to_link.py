"""A sign-in whose server and scopes are given: the link is shown unasked, or what is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeServer

if TYPE_CHECKING:
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_LINK_PAGE = "Allow access in your browser"


async def _begin(driver: WizardDriver, address: str, *scopes: str) -> None:
    driver.app.begin_sign_in(address, scopes)
    await driver.wait_until_idle()


async def test_link_is_shown_at_once_and_leads_back_through_the_steps(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await _begin(driver, practice.address, "read", "write:media")
        assert _LINK_PAGE in driver.screen_text
        assert "scope=read+write:media&" in driver.link
        await driver.press("escape")
        assert "2 chosen." in driver.screen_text
        await driver.press("escape")
        assert "Practice server" in driver.screen_text
        await driver.press("enter")
        assert "2 chosen." in driver.screen_text, "who went back is asked"


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
async def test_server_that_can_not_limit_access_is_told_of_at_the_link(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await _begin(driver, practice.address, "read")
        assert _LINK_PAGE in driver.screen_text
        assert "Version 0.19 and newer can limit it." in driver.screen_text


async def test_scopes_that_are_added_or_unknown_are_told_of(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await _begin(driver, practice.address, "write:statuses")
        assert _LINK_PAGE in driver.screen_text
        assert "The wizard also asks for: See profiles" in driver.screen_text
        await _begin(driver, practice.address, "read", "bogus")
        assert "has no permission called bogus." in driver.screen_text
        await driver.press("enter")
        assert _LINK_PAGE in driver.screen_text


async def test_address_without_a_server_can_be_mended(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await _begin(driver, "nowhere.invalid", "read")
        assert "The wizard can't find a server called nowhere.invalid." in driver.screen_text
        await driver.fill(practice.address)
        await driver.press("enter")
        assert _LINK_PAGE in driver.screen_text


async def test_warning_about_the_address_is_to_be_read_first(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await _begin(driver, f"g\N{CYRILLIC SMALL LETTER O}to.{practice.address}", "read")
        assert "Practice server" in driver.screen_text
        assert _LINK_PAGE not in driver.screen_text
        await driver.press("enter")
        assert _LINK_PAGE in driver.screen_text
