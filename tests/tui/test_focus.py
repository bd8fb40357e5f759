"""What is chosen or has the focus is seen in each theme, with many colours, few, and none."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from textual.color import Color
from textual.widgets import Button, Input, OptionList

from gts_wizard.models import AccountStatus, WizardStep
from gts_wizard.storage.store import Store
from gts_wizard.tui.themes import THEMES
from gts_wizard.tui.widgets.marked_list import MARK, MarkedList
from tests.helpers.legibility import (
    LEGIBLE_CONTRAST,
    VISIBLE_CONTRAST,
    contrast,
    in_16_colours,
    in_256_colours,
    in_full_colour,
)
from tests.helpers.sample_accounts import make_account
from tests.helpers.saved_state import begin_at

if TYPE_CHECKING:
    from pathlib import Path

    from rich.color import Color as RichColor
    from rich.segment import Segment
    from rich.style import Style
    from textual.widget import Widget

    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_TERMINALS = (in_full_colour, in_256_colours, in_16_colours)
_STATES = (AccountStatus.FINE, AccountStatus.REVOKED, AccountStatus.BLOCKED)


@pytest.fixture(params=[False, True], ids=["colours", "no-color"])
def wizard(
    request: pytest.FixtureRequest,
    start_wizard: StartWizard,
    credentials_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> StartWizard:
    """Start the screens with colours or `NO_COLOR`; there are accounts."""
    if request.param:
        monkeypatch.setenv("NO_COLOR", "1")
    accounts = [make_account(state.name.lower())._replace(status=state) for state in _STATES]
    Store(credentials_path).update(
        lambda credentials: credentials._replace(
            accounts=tuple(accounts), default=accounts[0].handle
        )
    )
    return start_wizard


async def test_what_is_chosen_or_focused_on_home_is_seen(wizard: StartWizard) -> None:
    faults = {}
    async with wizard() as driver:
        for theme in THEMES:
            driver.app.theme = theme
            await driver.wait_until_idle()
            for account in _STATES:
                faults[theme, account.name] = _faults_of_list(driver)
                await driver.press("down")
            await driver.press("up", "tab")
            _check_row_is_marked_quietly(driver)
            await driver.press("slash")
            field = driver.app.screen.query_one("#filter", Input)
            assert _segments(driver, field)[0].text.startswith("┏")
            await driver.press("tab")
            assert _segments(driver, field)[0].text.startswith("╭")
            await driver.press("s")
            for key in ("tab", "tab"):
                _check_focused_button_is_filled_and_bold(driver)
                await driver.press(key)
            await driver.press("escape", "escape", "home")
    assert {place: found for place, found in faults.items() if found} == {}


async def test_chosen_row_and_scrollbar_of_each_page_are_seen(
    wizard: StartWizard, practice: PracticeServer
) -> None:
    faults = {}
    async with wizard((60, 20)) as driver:
        await begin_at(driver, practice.address, WizardStep.PERMISSIONS)
        for theme in THEMES:
            driver.app.theme = theme
            await driver.wait_until_idle()
            faults[theme, "permissions"] = _faults_of_list(driver)
            await driver.press("end", "enter")
            assert _scrollbar_contrast(driver, "Checklist") >= VISIBLE_CONTRAST, theme
            await driver.press("down")
            faults[theme, "one by one"] = _faults_of_list(driver)
            await driver.press("escape", "ctrl+p", "down", "down")
            faults[theme, "palette"] = _faults_of_list(driver)
            await driver.press("escape", "home")
        await begin_at(driver, practice.address, WizardStep.AUTHORIZE)
        await driver.press("f1")
        for theme in THEMES:
            driver.app.theme = theme
            await driver.wait_until_idle()
            assert _scrollbar_contrast(driver, "#help") >= VISIBLE_CONTRAST, theme
    assert {place: found for place, found in faults.items() if found} == {}


def _check_row_is_marked_quietly(driver: WizardDriver) -> None:
    """Check the chosen row of a list while a button has the focus."""
    assert isinstance(driver.app.focused, Button)
    chosen, others = _rows(driver)
    mark, *rest = chosen
    assert mark.text == MARK
    assert mark.style is not None
    assert not mark.style.bold
    assert MARK not in "".join(segment.text for segment in [*rest, *others])
    assert all(_is_legible(segment.style) for segment in chosen if segment.style)


def _check_focused_button_is_filled_and_bold(driver: WizardDriver) -> None:
    """Check the two buttons of a dialog."""
    [focused] = driver.app.screen.query("Button:focus").results(Button)
    [other] = driver.app.screen.query("Button:blur").results(Button)
    [chosen], [usual] = _label_styles(driver, focused), _label_styles(driver, other)
    assert chosen.bold
    assert not usual.bold
    assert _is_legible(chosen)
    assert _stands_out(chosen, usual)


def _scrollbar_contrast(driver: WizardDriver, selector: str) -> float:
    """Return how much the ends of a scrollbar differ, of which the upper one is filled."""
    bar = driver.app.screen.query_one(selector).vertical_scrollbar
    return _contrast_anywhere(*(_ground(driver, bar, line) for line in (0, -1)))


def _ground(driver: WizardDriver, widget: Widget, line: int) -> RichColor | None:
    """Return the colour that fills a line of a widget of one column."""
    style = _segments(driver, widget)[line].style
    assert style is not None
    return style.color if style.reverse else style.bgcolor


def _faults_of_list(driver: WizardDriver) -> set[str]:
    """Return what is wrong with the chosen row of the list on the screen."""
    chosen, others = _rows(driver)
    texts = [segment.text for segment in chosen]
    faults = set()
    if texts[0] != MARK or MARK in "".join([*texts[1:], *(segment.text for segment in others)]):
        faults.add("not marked")
    for segment in chosen:
        assert segment.style is not None
        if not _is_legible(segment.style):
            faults.add(f"faint: {segment.text}")
        if not all(_stands_out(segment.style, other.style) for other in others if other.style):
            faults.add(f"like its neighbours: {segment.text}")
    return faults


def _rows(driver: WizardDriver) -> tuple[list[Segment], list[Segment]]:
    """Return what the chosen row of the list on the screen consists of, and what all others do."""
    [shown] = driver.app.screen.query(OptionList).results(MarkedList)
    chosen: list[Segment] = []
    others: list[Segment] = []
    for segment in _segments(driver, shown):
        option = segment.style.meta.get("option") if segment.style else None
        if option is not None:
            (chosen if option == shown.highlighted else others).append(segment)
    assert chosen
    assert others
    return chosen, others


def _label_styles(driver: WizardDriver, button: Button) -> set[Style]:
    """Return how the label of a button looks."""
    return {
        segment.style
        for segment in _segments(driver, button)
        if segment.style and segment.text.strip() == str(button.label)
    }


def _segments(driver: WizardDriver, widget: Widget) -> list[Segment]:
    """Return what is drawn on the screen where a widget is."""
    region = widget.region
    strips = driver.app.screen._compositor.render_strips()[region.y : region.bottom]
    return [segment for strip in strips for segment in strip.crop(region.x, region.right)]


def _is_legible(style: Style) -> bool:
    return _contrast_anywhere(style.color, style.bgcolor) >= LEGIBLE_CONTRAST


def _stands_out(style: Style, other: Style) -> bool:
    """Tell whether one ground is told from another."""
    return _contrast_anywhere(style.bgcolor, other.bgcolor) >= VISIBLE_CONTRAST


@cache
def _contrast_anywhere(one: RichColor | None, other: RichColor | None) -> float:
    """Return the contrast between two colours in the terminal where it is the lowest."""
    colors = Color.from_rich_color(one), Color.from_rich_color(other)
    return min(contrast(*map(terminal, colors)) for terminal in _TERMINALS)
