"""The ways people try to paste: those that work, and those that can't, which say so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.person import Person
    from tests.tui.conftest import StartWizard

HOW = "Paste with Ctrl+Shift+V, ⌘V on a Mac, or Shift and a right click."


async def test_a_terminal_that_pastes_by_typing_is_as_good(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        code = await asyncio.to_thread(alice.get_code, await hands.to_code(practice.address))
        await hands.press_at_once(*code, "enter")
        assert "You are @alice" in hands.sees


@pytest.mark.parametrize("keys", [["tab"], ["tab", "tab"]])
async def test_a_paste_finds_its_field_from_every_button(
    start: StartWizard, practice: PracticeInstance, alice: Person, keys: list[str]
) -> None:
    async with start() as hands:
        await hands.press("enter")
        await hands.fill("wrong.example")
        await hands.press("tab")
        await hands.paste(practice.address)
        assert hands.app.screen.query_one(Input).value == practice.address
        await hands.press("escape")
        code = await asyncio.to_thread(alice.get_code, await hands.to_code(practice.address))
        await hands.press(*keys)
        assert not isinstance(hands.app.focused, Input)
        await hands.paste(code)
        assert "You are @alice" in hands.sees


async def test_a_paste_that_comes_before_the_terminal_has_the_focus_again_is_taken(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        code = await asyncio.to_thread(alice.get_code, await hands.to_code(practice.address))
        hands.app.post_message(events.AppBlur())
        await hands.settle()
        await hands.paste(code)
        hands.app.post_message(events.AppFocus())
        await hands.settle()
        assert "You are @alice" in hands.sees


async def test_ctrl_v_brings_no_link_that_was_copied_here_and_says_what_works(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        await hands.press("c", "enter")
        await hands.press("ctrl+v")
        assert hands.app.screen.query_one(Input).value == ""
        assert f"That way the clipboard can't be reached. {HOW}" in hands.sees


async def test_a_right_click_in_a_field_says_what_works(start: StartWizard) -> None:
    async with start() as hands:
        await hands.press("enter")
        assert HOW not in hands.sees
        assert await hands.pilot.click("#address", button=3)
        await hands.settle()
        assert HOW in hands.sees
        await hands.click("#address")
        await hands.press(*"example.org")
        assert hands.app.screen.query_one(Input).value == "example.org"
