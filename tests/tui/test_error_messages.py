"""Every error class shown on a screen of a step: what a user reads, and where the focus is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Button, Input

from gts_wizard.errors import FileError, FileLocked, KeyringEntryMissing, KeyringError, RateLimited
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.widgets.feedback import RecoveryButtons
from tests.helpers.error_examples import LEAF_CLASSES, example_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.errors import WizardError
    from tests.helpers.driver import StartWizard

_FILLING = re.compile(r"[\s\u2580-\u259f]")


class _Failing(BaseScreen):
    """A step with a field, whose work fails with a given error, so many times."""

    step_number = 4
    heading = "A step"

    def compose_page(self) -> ComposeResult:
        yield Input("what was typed")

    def compose_actions(self) -> ComposeResult:
        yield Button("Go on", id="go")

    def work(self, failure: WizardError, times: int = 1) -> None:
        left = iter(range(times))

        async def fail() -> None:
            if next(left, None) is not None:
                raise failure

        self.query_one(Input).focus()
        self.run_task("Trying", fail)


def unspaced(text: str) -> str:
    """Return a text without blanks and block characters, as lines may be broken anywhere."""
    return _FILLING.sub("", text)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_every_error_is_shown_whole_beside_what_was_typed(
    start_wizard: StartWizard, size: tuple[int, int]
) -> None:
    async with start_wizard(size) as driver:
        page = _Failing(driver.app.context)
        await driver.app.push_screen(page)
        for leaf in LEAF_CLASSES:
            failure = example_of(leaf)
            page.work(failure)
            await driver.wait_until_idle()
            is_counting = isinstance(failure, RateLimited)
            next_step = "Esc stops waiting." if is_counting else failure.hint
            shown = unspaced(driver.screen_text)
            for sentence in (failure.message, next_step):
                assert unspaced(sentence) in shown, (leaf, driver.screen_text)
            is_of_saving = isinstance(failure, FileError | KeyringError)
            can_be_retried = is_of_saving and not isinstance(failure, KeyringEntryMissing)
            assert page.query_one(RecoveryButtons).has_focus_within is can_be_retried, leaf
            assert page.query_one(Input).has_focus is not can_be_retried, leaf
            assert page.query_one(Input).value == "what was typed"
            assert driver.focused_is_visible, leaf


@pytest.mark.slow
async def test_focus_returns_to_the_field_once_retrying_works(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        page = _Failing(driver.app.context)
        await driver.app.push_screen(page)
        page.work(example_of(FileLocked), times=2)
        await driver.wait_until_idle()
        await driver.press("enter")
        assert "is in use by another window" in driver.screen_text
        await driver.press("enter")
        assert "is in use by" not in driver.screen_text
        assert page.query_one(Input).has_focus
