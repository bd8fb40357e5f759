"""Every page in windows of every size: what is pressed next is in sight, and nothing gets lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widget import Widget
from textual.widgets import Input

from gts_wizard.credentials.paths import usual_path
from screenshots.tour import Tour
from tests.helpers.driver import is_visible

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard, WizardDriver

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
def credentials_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where most people's credentials file is, which takes few words to say."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "GTS_WIZARD_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    return usual_path()


def out_of_sight(driver: WizardDriver) -> list[str]:
    """Return what should be on the screen whole, and is not: the focus, the button, the keys."""
    primary = [one for one in driver.app.screen.query("Button.-primary") if is_shown(one)]
    keys = [one for one in driver.app.screen.query("FooterKey") if is_shown(one)]
    wanted = [driver.app.focused, *primary[:1], *keys]
    return [str(one) for one in wanted if one is not None and not is_visible(one)]


def is_shown(widget: Widget) -> bool:
    """Tell whether a widget is shown, perhaps where one must scroll to."""
    return all(one.display for one in widget.ancestors_with_self if isinstance(one, Widget))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_is_pressed_next_is_in_sight_on_every_page(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser, size: tuple[int, int]
) -> None:
    seen = {}
    async with start_wizard(size) as driver:
        async for page in Tour(driver, practice.address, alice).pages():
            hidden = out_of_sight(driver)
            if size == HOME and page in STEPS and driver.app.screen.query_one("#page").max_scroll_y:
                hidden.append("all without scrolling")
            seen[page] = hidden
    assert seen.keys() >= STEPS
    assert {page: hidden for page, hidden in seen.items() if hidden} == {}


@pytest.mark.parametrize("size", [(59, 24), (80, 19), (20, 5), (1, 1)], ids=str)
async def test_a_window_that_is_too_small_asks_for_room_and_loses_nothing(
    start_wizard: StartWizard, practice: PracticeInstance, size: tuple[int, int]
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        await driver.resize(*size)
        if size != (1, 1):
            assert TOO_SMALL.startswith(driver.screen_text[:10])
        await driver.press("x", "enter", "f1", "ctrl+p")
        await driver.resize(*HOME)
        assert TOO_SMALL not in driver.screen_text
        assert "Where is your account?" in driver.screen_text
        assert driver.app.screen.query_one(Input).value == practice.address
        await driver.press("enter")
        assert "Practice instance" in driver.screen_text


async def test_what_is_pasted_into_a_window_that_is_too_small_arrives_once_there_is_room(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        code = await asyncio.to_thread(alice.get_code, await driver.to_code(practice.address))
        await driver.resize(40, 10)
        await driver.paste(code)
        assert practice.requests.count("POST /oauth/token") == 0
        await driver.resize(*HOME)
        assert "You are @alice" in driver.screen_text


async def test_the_sentence_stands_over_dialogs_too_and_leaving_is_possible(
    start_wizard: StartWizard,
) -> None:
    async with start_wizard() as driver:
        await driver.press("f1")
        await driver.resize(58, 12)
        assert driver.screen_text == TOO_SMALL
        await driver.press("ctrl+q")
        assert not driver.app.is_running


async def test_a_hint_for_the_first_time_is_gone_the_second_time(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        assert "Type the address of your server" in driver.screen_text
        await driver.press("escape")
        await driver.to_profile(practice.address, alice)
        await driver.press("enter", "a")
        assert "Where is your account?" in driver.screen_text
        assert "Type the address of your server" not in driver.screen_text
