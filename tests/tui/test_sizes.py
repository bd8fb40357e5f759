"""Every page in windows of every size: what is pressed next is in sight, and nothing gets lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widget import Widget
from textual.widgets import Input

from gts_wizard.credentials.paths import usual_path
from screenshots.tour import Tour
from tests.tui.hands import is_in_sight

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.person import Person
    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands

HOME = (80, 24)
SIZES = ((60, 20), HOME, (120, 35), (200, 60))
TOO_SMALL = "This window is too small. Make it at least 60 columns wide and 20 lines high."
STEPS = {
    "welcome",
    "instance",
    "instance-found",
    "permissions",
    "authorize",
    "authorize-without-browser",
    "code",
    "code-refused",
    "profile",
}
"""The pages that must need no scrolling in a window of 80 by 24."""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where most people's credentials file is, which takes few words to say."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "GTS_WIZARD_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    return usual_path()


def out_of_sight(hands: Hands) -> list[str]:
    """Return what should be on the screen whole, and is not: the focus, the button, the keys."""
    primary = [one for one in hands.app.screen.query("Button.-primary") if is_shown(one)]
    keys = [one for one in hands.app.screen.query("FooterKey") if is_shown(one)]
    wanted = [hands.app.focused, *primary[:1], *keys]
    return [str(one) for one in wanted if one is not None and not is_in_sight(one)]


def is_shown(widget: Widget) -> bool:
    """Tell whether a widget is shown, perhaps where one must scroll to."""
    return all(one.display for one in widget.ancestors_with_self if isinstance(one, Widget))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_is_pressed_next_is_in_sight_on_every_page(
    start: StartWizard, practice: PracticeInstance, alice: Person, size: tuple[int, int]
) -> None:
    seen = {}
    async with start(size) as hands:
        async for page in Tour(hands, practice.address, alice).pages():
            hidden = out_of_sight(hands)
            if size == HOME and page in STEPS and hands.app.screen.query_one("#page").max_scroll_y:
                hidden.append("all without scrolling")
            seen[page] = hidden
    assert seen.keys() >= STEPS
    assert {page: hidden for page, hidden in seen.items() if hidden} == {}


@pytest.mark.parametrize("size", [(59, 24), (80, 19), (20, 5), (1, 1)], ids=str)
async def test_a_window_that_is_too_small_asks_for_room_and_loses_nothing(
    start: StartWizard, practice: PracticeInstance, size: tuple[int, int]
) -> None:
    async with start() as hands:
        await hands.press("enter")
        await hands.fill(practice.address)
        await hands.resize(*size)
        if size != (1, 1):
            assert TOO_SMALL.startswith(hands.sees[:10])
        await hands.press("x", "enter", "f1", "ctrl+p")
        await hands.resize(*HOME)
        assert TOO_SMALL not in hands.sees
        assert "Where is your account?" in hands.sees
        assert hands.app.screen.query_one(Input).value == practice.address
        await hands.press("enter")
        assert "Practice instance" in hands.sees


async def test_what_is_pasted_into_a_window_that_is_too_small_arrives_once_there_is_room(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        code = await asyncio.to_thread(alice.get_code, await hands.to_code(practice.address))
        await hands.resize(40, 10)
        await hands.paste(code)
        assert practice.requests.count("POST /oauth/token") == 0
        await hands.resize(*HOME)
        assert "You are @alice" in hands.sees


async def test_the_sentence_stands_over_dialogs_too_and_leaving_is_possible(
    start: StartWizard,
) -> None:
    async with start() as hands:
        await hands.press("f1")
        await hands.resize(58, 12)
        assert hands.sees == TOO_SMALL
        await hands.press("ctrl+q")
        assert not hands.app.is_running


async def test_a_hint_for_the_first_time_is_gone_the_second_time(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        await hands.press("enter")
        assert "Type the address of your server" in hands.sees
        await hands.press("escape")
        await hands.to_profile(practice.address, alice)
        await hands.press("enter", "a")
        assert "Where is your account?" in hands.sees
        assert "Type the address of your server" not in hands.sees
