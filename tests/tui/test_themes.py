"""The themes: the right one at the start, remembered once chosen, and legible on Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from textual.widgets import OptionList

from gts_wizard.models import AccountStatus
from gts_wizard.storage.store import Store
from gts_wizard.tui.themes import CONTRAST, DARK, LIGHT, theme_for
from tests.helpers.legibility import (
    Terminal,
    faint_words,
    in_16_colours,
    in_256_colours,
    in_full_colour,
    in_greys,
    words_with_styles,
)
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard


@pytest.mark.parametrize(
    ("chosen", "is_light", "environment", "colors", "shown"),
    [
        ("", None, {}, "truecolor", "gts-dark"),
        ("", None, {}, "", "gts-dark"),
        ("", None, {}, "256", "gts-dark"),
        ("", None, {}, "standard", "gts-contrast"),
        ("", None, {"COLORFGBG": "15;0"}, "truecolor", "gts-dark"),
        ("", None, {"COLORFGBG": "0;15"}, "truecolor", "gts-light"),
        ("", None, {"COLORFGBG": "0;default;7"}, "truecolor", "gts-light"),
        ("", None, {"COLORFGBG": "nonsense"}, "truecolor", "gts-dark"),
        ("", True, {}, "truecolor", "gts-light"),
        ("", True, {"COLORFGBG": "15;0"}, "truecolor", "gts-light"),
        ("", False, {"COLORFGBG": "0;15"}, "truecolor", "gts-dark"),
        ("", True, {}, "standard", "gts-contrast"),
        ("gts-dark", True, {}, "truecolor", "gts-dark"),
        ("gts-contrast", None, {"COLORFGBG": "0;15"}, "truecolor", "gts-contrast"),
        ("gts-light", None, {}, "standard", "gts-light"),
        ("gone-theme", None, {}, "truecolor", "gts-dark"),
    ],
)
def test_theme_follows_the_terminal_until_one_is_chosen(
    chosen: str, is_light: bool | None, environment: dict[str, str], colors: str, shown: str
) -> None:
    assert theme_for(chosen, is_light, environment, colors) == shown


@pytest.mark.slow
async def test_terminal_of_16_colours_gets_high_contrast(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Console, "color_system", "standard")
    async with start_wizard() as driver:
        assert driver.app.theme == CONTRAST.name
        assert faint_words(driver.app.screen, [in_16_colours]) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("theme", "terminals"),
    [
        (DARK.name, (in_full_colour, in_256_colours, in_greys)),
        (LIGHT.name, (in_full_colour, in_256_colours, in_greys)),
        (CONTRAST.name, (in_full_colour, in_256_colours, in_16_colours)),
    ],
    ids=["dark", "light", "contrast"],
)
async def test_every_state_of_an_account_is_legible(
    start_wizard: StartWizard,
    credentials_path: Path,
    theme: str,
    terminals: tuple[Terminal, ...],
) -> None:
    accounts = [make_account(state.name.lower())._replace(status=state) for state in AccountStatus]
    Store(credentials_path).update(
        lambda credentials: credentials._replace(
            accounts=tuple(accounts), default=accounts[0].handle, theme=theme
        )
    )
    faint: set[str] = set()
    async with start_wizard((80, 40)) as driver:
        for _ in accounts:
            # The focus is on the list, and then in the field that filters it.
            for key in ("down", "slash"):
                await driver.press(key)
                faint |= faint_words(driver.app.screen, terminals)
            await driver.press("enter")
    assert faint == set()


@pytest.mark.slow
async def test_no_color_shows_greys(
    start_wizard: StartWizard, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        words = list(words_with_styles(driver.app.screen))
        colors = {color for _, style in words for color in (style.color, style.bgcolor) if color}
        assert all(len(set(color.get_truecolor())) == 1 for color in colors)
        assert faint_words(driver.app.screen) == set()


@pytest.mark.slow
async def test_chosen_theme_is_remembered(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("ctrl+p")
        found = driver.app.screen.query_one(OptionList)
        for typed, count in (("theme", 3), (" high", 1)):
            await driver.press_at_once(*typed)
            while found.option_count != count:
                await driver.pilot.pause(0.02)
        await driver.press("enter")
        assert driver.app.theme == "gts-contrast"
    async with start_wizard() as driver:
        assert driver.app.theme == "gts-contrast"
