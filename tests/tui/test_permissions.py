"""Step 2: the ready-made choices, the single permissions, and what is asked of the server."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from gts_wizard.practice import PracticeInstance
from gts_wizard.rules.scopes import MEANINGS
from gts_wizard.tui.widgets.tick_list import TickList

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard, WizardDriver


def _asked(driver: WizardDriver) -> set[str]:
    return set(parse_qs(urlsplit(driver.link).query)["scope"][0].split())


async def _tick(driver: WizardDriver, *scopes: str) -> None:
    """Go to each permission in the list, and press Space."""
    ticks = driver.app.screen.query_one(TickList)
    for scope in scopes:
        ticks.highlighted = ticks.get_option_index(scope)
        await driver.press("space")


@pytest.mark.parametrize(
    ("keys", "scopes"),
    [
        (["up"], {"read"}),
        ([], {"read", "write:statuses", "write:media"}),
        (["down"], {"read", "write", "push"}),
        (["down", "down"], {"read", "write", "push", "admin"}),
    ],
)
async def test_each_choice_asks_for_its_scopes(
    start_wizard: StartWizard, practice: PracticeInstance, keys: list[str], scopes: set[str]
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        await driver.press(*keys, "enter")
        assert _asked(driver) == scopes


async def test_a_choice_can_be_clicked(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        assert await driver.pilot.click("#presets", offset=(5, 0))
        await driver.wait_until_idle()
        assert _asked(driver) == {"read"}


async def test_single_permissions_carry_what_verifying_needs(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        await driver.press("end", "enter")
        assert driver.app.screen.query_one(TickList).option_count == len(MEANINGS)
        await _tick(driver, "read", "write:media")
        assert "“Read profiles, yours included” comes along" in driver.screen_text
        await driver.press("tab", "enter")
        assert _asked(driver) == {"write:statuses", "read:accounts"}


async def test_what_is_ticked_is_kept_when_going_back(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        await driver.press("end", "enter", "end", "space")
        assert "4 of them are ticked." in driver.screen_text
        await driver.press("escape")
        assert "4 are ticked." in driver.screen_text
        await driver.press("enter")
        assert "4 of them are ticked." in driver.screen_text
        await driver.press("f4")
        assert len(_asked(driver)) == 4


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_way_on_is_on_the_screen_beside_the_long_list(
    start_wizard: StartWizard, practice: PracticeInstance, size: tuple[int, int]
) -> None:
    async with start_wizard(size) as driver:
        await driver.to_permissions(practice.address)
        await driver.press("end", "enter")
        assert driver.focused_is_visible
        assert "[x] Read everything" in driver.screen_text
        assert "Go on with these" in driver.screen_text.partition("space Tick")[0]


async def test_nothing_ticked_is_said_at_once(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        await driver.press("end", "enter")
        await _tick(driver, "read", "write:statuses", "write:media")
        await driver.press("tab", "enter")
        assert "Nothing is chosen yet" in driver.screen_text
        await driver.press("escape")
        assert "What may programs on this computer do?" in driver.screen_text
    assert "POST /api/v1/apps" not in practice.requests


async def test_the_list_explains_itself(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard((100, 40)) as driver:
        await driver.to_permissions(practice.address)
        await driver.press("end", "enter", "f1")
        assert "Each line is one permission." in driver.screen_text
        await driver.press("f1")
        assert "Choose one by one" in driver.screen_text


async def test_the_technical_words_are_one_key_away(
    start_wizard: StartWizard, practice: PracticeInstance
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        assert "write:statuses" not in driver.screen_text
        await driver.press("f3")
        assert "read write:statuses write:media" in driver.screen_text
        await driver.press("f3")
        assert "write:statuses" not in driver.screen_text


@pytest.mark.parametrize(("like", "is_noted"), [("0.17", True), ("0.19", False)])
async def test_a_server_that_cannot_limit_an_access_is_noted(
    start_wizard: StartWizard, like: str, is_noted: bool
) -> None:
    with PracticeInstance(like=like) as server:
        async with start_wizard() as driver:
            await driver.to_permissions(server.address)
            assert ("can't limit an access" in driver.screen_text) is is_noted
            assert "Choose one by one" in driver.screen_text, "all choices fit beside the note"


async def test_a_registration_is_reused_when_it_covers_the_choice(
    start_wizard: StartWizard, practice: PracticeInstance, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        await driver.press("down", "enter")
        await driver.press("escape")
        await driver.press("home", "enter")
        assert _asked(driver) == {"read"}
        assert practice.requests.count("POST /api/v1/apps") == 1
        await driver.press("escape")
        await driver.press("down", "down", "down", "enter")
        assert practice.requests.count("POST /api/v1/apps") == 2
    assert len(tomllib.loads(credentials_path.read_text())["registrations"]) == 2
