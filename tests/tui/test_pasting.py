"""The ways people try to paste: those that work, and those that can't, which say so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard

HOW = "Paste with Ctrl+Shift+V, ⌘V on a Mac, or Shift and a right click."


async def test_a_terminal_that_pastes_by_typing_is_as_good(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        code = await asyncio.to_thread(alice.get_code, await driver.to_code(practice.address))
        await driver.press_at_once(*code, "enter")
        assert "You are @alice" in driver.screen_text


@pytest.mark.parametrize("keys", [["tab"], ["tab", "tab"]])
async def test_a_paste_finds_its_field_from_every_button(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser, keys: list[str]
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill("wrong.example")
        await driver.press("tab")
        await driver.paste(practice.address)
        assert driver.app.screen.query_one(Input).value == practice.address
        await driver.press("escape")
        code = await asyncio.to_thread(alice.get_code, await driver.to_code(practice.address))
        await driver.press(*keys)
        assert not isinstance(driver.app.focused, Input)
        await driver.paste(code)
        assert "You are @alice" in driver.screen_text


async def test_a_paste_that_comes_before_the_terminal_has_the_focus_again_is_taken(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        code = await asyncio.to_thread(alice.get_code, await driver.to_code(practice.address))
        driver.app.post_message(events.AppBlur())
        await driver.wait_until_idle()
        await driver.paste(code)
        driver.app.post_message(events.AppFocus())
        await driver.wait_until_idle()
        assert "You are @alice" in driver.screen_text


async def test_ctrl_v_brings_no_link_that_was_copied_here_and_says_what_works(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        await driver.press("c", "enter")
        await driver.press("ctrl+v")
        assert driver.app.screen.query_one(Input).value == ""
        assert f"That way the clipboard can't be reached. {HOW}" in driver.screen_text


async def test_a_right_click_in_a_field_says_what_works(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        assert HOW not in driver.screen_text
        assert await driver.pilot.click("#address", button=3)
        await driver.wait_until_idle()
        assert HOW in driver.screen_text
        await driver.click("#address")
        await driver.press(*"example.org")
        assert driver.app.screen.query_one(Input).value == "example.org"
