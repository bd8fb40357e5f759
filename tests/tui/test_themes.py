"""How it looks: each theme legible, the right one at the start, and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.color import Color

from gts_wizard.credentials.store import Store
from gts_wizard.models import State
from gts_wizard.tui.themes import DARK, LIGHT, THEMES, theme_for
from gts_wizard.tui.widgets.portrait import Portrait
from screenshots.tour import Tour
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard, WizardDriver

_DRAWN = " │╭╮╰╯─▔▁▂▃▄▅▆▇█▉▊▋▌▍▎▐▀╺╸━"
LEGIBLE = 4.5
"""What WCAG 2.1 asks for between a text and its ground (success criterion 1.4.3)."""


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio as WCAG 2.1 defines it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: Color) -> float:
    """Return the relative luminance as WCAG 2.1 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def in_16_colors(color: Color) -> Color:
    """Return what becomes of a colour in a terminal that has sixteen."""
    fewer = color.rich_color.downgrade(ColorSystem.STANDARD)
    return Color(*fewer.get_truecolor(DEFAULT_TERMINAL_THEME))


def as_it_is(color: Color) -> Color:
    """Return a colour as a terminal shows it that has them all."""
    return color


def faint_words(driver: WizardDriver, in_terminal: Callable[[Color], Color]) -> set[str]:
    """Return the words on the screen that stand out too little from their ground."""
    faint = set()
    screen = driver.app.screen
    pictures = [one.region for one in screen.query(Portrait)]
    # What lies behind a dialog is dimmed so that it is not read.
    dialogs = ".dialog, Keys, CommandPalette #--input, CommandList"
    front = [one.region for one in screen.query(dialogs)] if screen.is_modal else []
    for y, strip in enumerate(screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            style, word = segment.style, segment.text.strip(_DRAWN)
            start, x = x, x + segment.cell_length
            if not word or style is None or style.color is None or style.bgcolor is None:
                continue
            if any(region.contains(start, y) for region in pictures):
                continue
            if front and not any(region.contains(start, y) for region in front):
                continue
            ink, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
            if style.dim:
                ink = ground.blend(ink, 0.5)
            ink, ground = in_terminal(ink), in_terminal(ground)
            if contrast(ink, ground) < LEGIBLE:
                faint.add(f"{word} {ink.hex} on {ground.hex}")
    return faint


@pytest.fixture(params=[*THEMES, "NO_COLOR and dark", "NO_COLOR and light", "16 colours"])
def in_terminal(
    request: pytest.FixtureRequest, credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Color], Color]:
    """Use a terminal that shows a theme, no colour, or few; return what becomes of a colour."""
    kind: str = request.param
    if kind == "16 colours":
        monkeypatch.setattr(Console, "color_system", "standard")
        return in_16_colors
    if kind.startswith("NO_COLOR"):
        monkeypatch.setenv("NO_COLOR", "1")
    theme = {"NO_COLOR and dark": DARK.name, "NO_COLOR and light": LIGHT.name}.get(kind, kind)
    Store(credentials_path).change(lambda kept: type(kept)(theme=theme))
    return as_it_is


async def test_every_word_on_every_page_is_legible_wherever_the_focus_is(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    alice: BrowserUser,
    in_terminal: Callable[[Color], Color],
) -> None:
    faint: set[str] = set()
    async with start_wizard((80, 40)) as driver:
        async for _ in Tour(driver, practice.address, alice).pages():
            for key in ("tab", "shift+tab"):
                await driver.press(key)
                faint.update(faint_words(driver, in_terminal))
        await driver.press("ctrl+p", *"the")
        faint.update(faint_words(driver, in_terminal))
        await driver.press("escape")
        await driver.pilot.resize_terminal(59, 19)
        faint.update(faint_words(driver, in_terminal))
    assert faint == set()


async def test_every_state_of_an_account_is_legible_wherever_the_focus_is(
    start_wizard: StartWizard, credentials_path: Path, in_terminal: Callable[[Color], Color]
) -> None:
    made = [replace(make_account(state.name.lower()), state=state) for state in State]
    Store(credentials_path).change(
        lambda kept: replace(kept, accounts=tuple(made), default=made[0].handle)
    )
    faint: set[str] = set()
    async with start_wizard((80, 40)) as driver:
        for _ in made:
            await driver.press("down")
            faint.update(faint_words(driver, in_terminal))
            await driver.press("slash")
            faint.update(faint_words(driver, in_terminal))
            await driver.press("enter")
    assert faint == set()


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
def test_the_terminal_is_followed_until_somebody_chooses(
    chosen: str, is_light: bool | None, environment: dict[str, str], colors: str, shown: str
) -> None:
    assert theme_for(chosen, is_light, environment, colors) == shown


async def test_the_chosen_row_is_seen_without_colour(
    start_wizard: StartWizard, practice: PracticeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with start_wizard() as driver:
        await driver.to_permissions(practice.address)
        chosen = [
            segment.text.strip()
            for strip in driver.app.screen._compositor.render_strips()
            for segment in strip
            if segment.text.strip() and segment.style is not None and segment.style.underline
        ]
        assert chosen == [
            "Look around and post",
            "Also write posts, with pictures. Your settings stay as they are.",
        ]


async def test_a_chosen_theme_is_remembered(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("ctrl+p", *"high")
        await driver.pilot.pause(0.3)
        await driver.press("enter")
        assert driver.app.theme == "gts-contrast"
    async with start_wizard() as driver:
        assert driver.app.theme == "gts-contrast"


async def test_what_stands_on_home_keeps_its_distance_when_an_attempt_has_ended(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        await driver.press("escape", "escape", "escape", "escape")
        assert "Continue where you were?" in driver.screen_text
        await driver.press("enter")
        await driver.paste(await asyncio.to_thread(alice.get_code, link))
        await driver.press("enter")
        button, hint = (driver.app.screen.query_one(one).region for one in ("#new", "#hint"))
        assert hint.y - button.bottom == 1
