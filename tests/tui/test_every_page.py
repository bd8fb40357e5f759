"""Every page in windows of every size and in each theme: legible, explained, and nothing cut off.

The tour walks through all pages once for each size, each time in one of the themes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widget import Widget

from gts_wizard.storage.paths import default_path
from gts_wizard.storage.store import Store
from gts_wizard.tui.themes import CONTRAST, DARK, LIGHT
from screenshots.tour import Tour
from tests.helpers.driver import is_visible
from tests.helpers.legibility import (
    faint_words,
    in_16_colours,
    in_256_colours,
    in_full_colour,
    in_greys,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_SMALLEST, _USUAL, _LARGE = (60, 20), (80, 24), (120, 35)
_TALL = 50
"""How many lines show any page whole."""
_TERMINALS = {
    DARK.name: (in_full_colour, in_256_colours, in_greys),
    LIGHT.name: (in_full_colour, in_256_colours, in_greys),
    CONTRAST.name: (in_full_colour, in_256_colours, in_16_colours),
}
"""The terminals in which each theme must be legible; sixteen colours always get high contrast."""
_STEPS = {
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
_HELP_HEADINGS = (
    "What is this?",
    "What happens next?",
    "What could go wrong?",
    "Ctrl+P lists everything",
)


@pytest.fixture
def credentials_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where most people's credentials file is: pages that name it need not break the line."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return default_path()


@pytest.fixture
def tour_of(practice: PracticeServer, alice: BrowserUser) -> Callable[[WizardDriver], Tour]:
    """Start the tour of all pages, with a driver."""
    return lambda driver: Tour(driver, practice.address, alice)


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        (_SMALLEST, DARK.name),
        (_USUAL, LIGHT.name),
        (_LARGE, CONTRAST.name),
    ],
    ids=["60x20-dark", "80x24-light", "120x35-contrast"],
)
async def test_every_page_is_legible_explained_and_not_cut_off(
    start_wizard: StartWizard,
    tour_of: Callable[[WizardDriver], Tour],
    credentials_path: Path,
    size: tuple[int, int],
    theme: str,
) -> None:
    Store(credentials_path).update(lambda credentials: type(credentials)(theme=theme))
    faults: dict[str, set[str]] = {}
    async with start_wizard(size) as driver:
        async for page in tour_of(driver).pages():
            faults[page] = _hidden_widgets(driver)
            if size == _USUAL and page in _STEPS:
                faults[page] |= _steps_that_scroll(driver)
            if size == _LARGE and page != "help":
                faults[page] |= await _help_faults(driver)
            faults[page] |= await _faint_words_of_page(driver, theme)
        await driver.press("ctrl+p")
        await driver.press_at_once(*"the")
        faults["palette"] = faint_words(driver.app.screen, _TERMINALS[theme])
        await driver.press("escape")
        await driver.resize(59, 19)
        faults["too small"] = faint_words(driver.app.screen, _TERMINALS[theme])
    assert faults.keys() > _STEPS
    assert {page: found for page, found in faults.items() if found} == {}


def _hidden_widgets(driver: WizardDriver) -> set[str]:
    """Return what should be wholly on the screen, and is not: focus, main button, footer."""
    screen = driver.app.screen
    primary = [button for button in screen.query("Button.-primary") if _is_displayed(button)]
    keys = [key for key in screen.query("FooterKey") if _is_displayed(key)]
    wanted = [driver.app.focused, *primary[:1], *keys]
    return {
        f"hidden: {widget}" for widget in wanted if widget is not None and not is_visible(widget)
    }


def _is_displayed(widget: Widget) -> bool:
    """Tell whether a widget is shown, perhaps only after scrolling."""
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


def _steps_that_scroll(driver: WizardDriver) -> set[str]:
    return {"needs scrolling"} if driver.app.screen.query_one("#page").max_scroll_y else set()


async def _help_faults(driver: WizardDriver) -> set[str]:
    """Press F1 twice: it must explain the page, and then go back to it."""
    page = driver.app.screen
    await driver.press("f1")
    help_text = driver.screen_text
    faults = {f"help lacks: {heading}" for heading in _HELP_HEADINGS if heading not in help_text}
    await driver.press("f1")
    return faults if driver.app.screen is page else {*faults, "F1 does not go back"}


async def _faint_words_of_page(driver: WizardDriver, theme: str) -> set[str]:
    """Look at the whole page for faint words, with the focus here and there."""
    size, screen = driver.app.size, driver.app.screen
    scrolls = any(widget.show_vertical_scrollbar for widget in screen.query("*"))
    if scrolls:
        await driver.resize(size.width, _TALL)
    faint: set[str] = set()
    for key in ("tab", "shift+tab"):
        await driver.press(key)
        faint |= faint_words(screen, _TERMINALS[theme])
    if scrolls:
        await driver.resize(*size)
    return faint
