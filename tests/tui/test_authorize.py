"""Step 3: the link, and every way to it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from textual.widgets import Static

from gts_wizard.tui import browser
from gts_wizard.tui.widgets.qr_code import QrCode

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_qr_code_is_the_link(
    start: StartWizard, practice: PracticeInstance, size: tuple[int, int]
) -> None:
    async with start(size) as hands:
        await hands.to_link(practice.address)
        link = hands.link
        await hands.press("q")
        drawn = hands.app.screen.query_one(QrCode)
        assert hands.app.screen.region.contains_region(drawn.region)
        lines = str(drawn.content).split("\n")
        dark = _dark_modules(lines)
        code = segno.make(link, error="l", micro=False).matrix_iter(border=2)
        assert dark == {(x, y) for y, row in enumerate(code) for x, one in enumerate(row) if one}
        await hands.press("escape")
        assert "Allow it in your browser" in hands.sees


def _dark_modules(lines: list[str]) -> set[tuple[int, int]]:
    """Read block characters by their Unicode names: halves hold 1 by 2 modules, sextants 2 by 3."""
    halves = all(character in " ▀▄█" for line in lines for character in line)
    across, down = (1, 2) if halves else (2, 3)
    return {
        (column * across + cell % across, row * down + cell // across)
        for row, line in enumerate(lines)
        for column, character in enumerate(line)
        for cell in _dark_cells(character, across * down)
    }


def _dark_cells(character: str, cells: int) -> set[int]:
    name = unicodedata.name(character)
    if name.startswith("BLOCK SEXTANT-"):
        return {int(digit) - 1 for digit in name.removeprefix("BLOCK SEXTANT-")}
    return {
        "SPACE": set[int](),
        "FULL BLOCK": set(range(cells)),
        "UPPER HALF BLOCK": {0},
        "LOWER HALF BLOCK": {1},
        "LEFT HALF BLOCK": {0, 2, 4},
        "RIGHT HALF BLOCK": {1, 3, 5},
    }[name]


async def test_where_no_browser_can_be_opened_none_is_offered(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        assert "No browser can be opened from this terminal" in hands.sees
        assert "Open in browser" not in hands.sees


async def test_the_browser_opens_and_the_code_is_asked_for(
    start: StartWizard, practice: PracticeInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = _fake_opener(tmp_path, monkeypatch, succeeds=True)
    async with start() as hands:
        await hands.to_link(practice.address)
        link = hands.link
        await hands.press("enter")
        assert "Here's your out-of-band token" in hands.sees
    assert opened.read_text() == link


async def test_a_browser_that_does_not_open_is_said(
    start: StartWizard, practice: PracticeInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _fake_opener(tmp_path, monkeypatch, succeeds=False)
    async with start() as hands:
        await hands.to_link(practice.address)
        await hands.press("enter")
        assert "The browser did not open" in hands.sees
        assert "Allow it in your browser" in hands.sees


def _fake_opener(folder: Path, monkeypatch: pytest.MonkeyPatch, *, succeeds: bool) -> Path:
    """Put a real executable called xdg-open on the path of a computer with a display."""
    opener = folder / "xdg-open"
    opened = folder / "opened"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" >"{opened}"\nexit {0 if succeeds else 3}\n')
    opener.chmod(0o755)
    monkeypatch.setattr(browser, "can_open", _real_can_open)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setenv("DISPLAY", ":77")
    for name in ("SSH_CONNECTION", "SSH_TTY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    return opened


_real_can_open = browser.can_open


@pytest.mark.parametrize(
    ("environment", "can_open"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({}, False),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, False),
    ],
)
def test_opening_is_offered_only_where_it_can_work(
    tmp_path: Path, environment: dict[str, str], can_open: bool
) -> None:
    opener = tmp_path / "xdg-open"
    opener.touch(0o755)
    assert _real_can_open({"PATH": str(tmp_path), **environment}) is can_open


def test_a_display_without_an_opener_is_no_browser(tmp_path: Path) -> None:
    assert not _real_can_open({"PATH": str(tmp_path), "DISPLAY": ":0"})


async def test_the_instructions_name_the_host(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_link(practice.address)
        instructions = str(hands.app.screen.query_one("#instructions", Static).content)
        assert practice.address in instructions
        assert "“Allow”" in instructions
        assert "two minutes" in instructions
