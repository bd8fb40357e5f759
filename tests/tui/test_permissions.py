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

    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands


def _asked(hands: Hands) -> set[str]:
    return set(parse_qs(urlsplit(hands.link).query)["scope"][0].split())


async def _tick(hands: Hands, *scopes: str) -> None:
    """Go to each permission in the list, and press Space."""
    ticks = hands.app.screen.query_one(TickList)
    for scope in scopes:
        ticks.highlighted = ticks.get_option_index(scope)
        await hands.press("space")


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
    start: StartWizard, practice: PracticeInstance, keys: list[str], scopes: set[str]
) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        await hands.press(*keys, "enter")
        assert _asked(hands) == scopes


async def test_a_choice_can_be_clicked(start: StartWizard, practice: PracticeInstance) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        assert await hands.pilot.click("#presets", offset=(5, 0))
        await hands.settle()
        assert _asked(hands) == {"read"}


async def test_single_permissions_carry_what_verifying_needs(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        await hands.press("end", "enter")
        assert hands.app.screen.query_one(TickList).option_count == len(MEANINGS)
        await _tick(hands, "read", "write:media")
        assert "“Read profiles, yours included” comes along" in hands.sees
        await hands.press("tab", "enter")
        assert _asked(hands) == {"write:statuses", "read:accounts"}


async def test_what_is_ticked_is_kept_when_going_back(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        await hands.press("end", "enter", "end", "space")
        assert "4 of them are ticked." in hands.sees
        await hands.press("escape")
        assert "4 are ticked." in hands.sees
        await hands.press("enter")
        assert "4 of them are ticked." in hands.sees
        await hands.press("f4")
        assert len(_asked(hands)) == 4


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_way_on_is_on_the_screen_beside_the_long_list(
    start: StartWizard, practice: PracticeInstance, size: tuple[int, int]
) -> None:
    async with start(size) as hands:
        await hands.to_permissions(practice.address)
        await hands.press("end", "enter")
        assert hands.focused_is_visible
        assert "[x] Read everything" in hands.sees
        assert "Go on with these" in hands.sees.partition("space Tick")[0]


async def test_nothing_ticked_is_said_at_once(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        await hands.press("end", "enter")
        await _tick(hands, "read", "write:statuses", "write:media")
        await hands.press("tab", "enter")
        assert "Nothing is chosen yet" in hands.sees
        await hands.press("escape")
        assert "What may programs on this computer do?" in hands.sees
    assert "POST /api/v1/apps" not in practice.requests


async def test_the_list_explains_itself(start: StartWizard, practice: PracticeInstance) -> None:
    async with start((100, 40)) as hands:
        await hands.to_permissions(practice.address)
        await hands.press("end", "enter", "f1")
        assert "Each line is one permission." in hands.sees
        await hands.press("f1")
        assert "Choose one by one" in hands.sees


async def test_the_technical_words_are_one_key_away(
    start: StartWizard, practice: PracticeInstance
) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        assert "write:statuses" not in hands.sees
        await hands.press("f3")
        assert "read write:statuses write:media" in hands.sees
        await hands.press("f3")
        assert "write:statuses" not in hands.sees


@pytest.mark.parametrize(("like", "is_noted"), [("0.17", True), ("0.19", False)])
async def test_a_server_that_cannot_limit_an_access_is_noted(
    start: StartWizard, like: str, is_noted: bool
) -> None:
    with PracticeInstance(like=like) as server:
        async with start() as hands:
            await hands.to_permissions(server.address)
            assert ("can't limit an access" in hands.sees) is is_noted
            assert "Choose one by one" in hands.sees, "all choices fit beside the note"


async def test_a_registration_is_reused_when_it_covers_the_choice(
    start: StartWizard, practice: PracticeInstance, shelf: Path
) -> None:
    async with start() as hands:
        await hands.to_permissions(practice.address)
        await hands.press("down", "enter")
        await hands.press("escape")
        await hands.press("home", "enter")
        assert _asked(hands) == {"read"}
        assert practice.requests.count("POST /api/v1/apps") == 1
        await hands.press("escape")
        await hands.press("down", "down", "down", "enter")
        assert practice.requests.count("POST /api/v1/apps") == 2
    assert len(tomllib.loads(shelf.read_text())["registrations"]) == 2
