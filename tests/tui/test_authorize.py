"""Step 3: the link, and every way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from textual.widgets import Static

from gts_wizard.tui import browser

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.tui.conftest import StartWizard


async def test_the_link_is_whole_and_carries_a_state(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        assert hands.link in hands.sees.replace(" ", "")
        query = parse_qs(urlsplit(hands.link).query)
        assert query["redirect_uri"] == ["urn:ietf:wg:oauth:2.0:oob"]
        assert query["response_type"] == ["code"]
        assert len(query["state"][0]) >= 22


async def test_copying_hands_the_link_to_the_terminal(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        await hands.press("c")
        assert hands.app.clipboard == hands.link
        assert "Sent to the clipboard" in hands.sees


async def test_a_browser_that_is_not_wanted_is_not_offered(
    start: StartWizard, practice: PracticeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "can_open", lambda: True)
    async with start() as hands:
        hands.app.opens_browser = False
        await hands.to_link(practice.address)
        assert "Open in browser" not in hands.sees
        assert "No browser can be opened" not in hands.sees
        assert "Copy link" in hands.sees


async def test_the_instructions_name_the_host(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        instructions = str(hands.app.screen.query_one("#instructions", Static).content)
        assert practice.address in instructions
        assert "“Allow”" in instructions
        assert "two minutes" in instructions


async def test_a_link_that_the_server_forgot_is_replaced_by_a_fresh_one(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        before = hands.link
        await hands.press("f5")
        assert "This is a fresh link." in hands.sees
        assert hands.link != before
        assert hands.link in hands.sees.replace(" ", "")
        await hands.press("escape")
        assert "What may programs on this computer do?" in hands.sees, "Esc goes back one step"
