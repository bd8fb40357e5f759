"""Step 3: the link, and every way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from textual.widgets import Static

from gts_wizard.tui import browser

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.driver import StartWizard


async def test_the_link_is_whole_and_carries_a_state(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        assert driver.link in driver.screen_text.replace(" ", "")
        query = parse_qs(urlsplit(driver.link).query)
        assert query["redirect_uri"] == ["urn:ietf:wg:oauth:2.0:oob"]
        assert query["response_type"] == ["code"]
        assert len(query["state"][0]) >= 22


async def test_copying_hands_the_link_to_the_terminal(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        await driver.press("c")
        assert driver.app.clipboard == driver.link
        assert "Sent to the clipboard" in driver.screen_text


async def test_a_browser_that_is_not_wanted_is_not_offered(
    start_wizard: StartWizard, practice: PracticeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "can_open", lambda: True)
    async with start_wizard() as driver:
        driver.app.opens_browser = False
        await driver.to_link(practice.address)
        assert "Open in browser" not in driver.screen_text
        assert "No browser can be opened" not in driver.screen_text
        assert "Copy link" in driver.screen_text


async def test_the_instructions_name_the_host(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        instructions = str(driver.app.screen.query_one("#instructions", Static).content)
        assert practice.address in instructions
        assert "“Allow”" in instructions
        assert "two minutes" in instructions


async def test_a_link_that_the_server_forgot_is_replaced_by_a_fresh_one(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        before = driver.link
        await driver.press("f5")
        assert "This is a fresh link." in driver.screen_text
        assert driver.link != before
        assert driver.link in driver.screen_text.replace(" ", "")
        await driver.press("escape")
        assert "What may programs on this computer do?" in driver.screen_text, (
            "Esc goes back one step"
        )
