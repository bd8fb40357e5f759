"""What the tests on the screens do again and again: look up, read a message, go back."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from gts_wizard.errors import RateLimited
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.widgets.feedback import ErrorPanel
from gts_wizard.tui.widgets.steps import InstanceCard
from tests.helpers.driver import wait_until
from tests.helpers.hostile.case import PLACEHOLDER, hint_template
from tests.helpers.hostile.environments import PATIENT, SOON

if TYPE_CHECKING:
    from gts_wizard.errors import WizardError
    from tests.helpers.driver import WizardDriver
    from tests.helpers.hostile.case import Case
    from tests.helpers.hostile.environments import Deadline

_BLANKS = re.compile(r"[\s\u2580-\u259f]")


def sentences_for(
    error: type[WizardError], words: str = "", *, is_typed: bool = False
) -> list[str]:
    """Return what a screen shows of an error, without the facts in its sentences."""
    if issubclass(error, RateLimited):
        # The seconds are counted down.
        return [
            *PLACEHOLDER.split(error.message_template),
            "Trying again in",
            "Esc stops waiting.",
        ]
    return [
        *PLACEHOLDER.split(error.message_template),
        *PLACEHOLDER.split(hint_template(error, is_typed=is_typed)),
        words,
    ]


async def wait_for_text(driver: WizardDriver, *sentences: str) -> None:
    """Wait until the screen shows sentences, wherever its lines break, and no secret."""
    missing = list(sentences)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENT):
            while missing:
                await driver.pilot.pause(0)
                shown = _BLANKS.sub("", driver.screen_text)
                missing = [text for text in sentences if _BLANKS.sub("", text) not in shown]
    assert missing == [], driver.screen_text
    assert "canary" not in driver.screen_text.lower()


async def go_back_to(driver: WizardDriver, words: str) -> None:
    """Press Esc to go back; twice where the first stops something that would go on by itself."""
    await driver.press("escape")
    if words not in driver.screen_text:
        await driver.press("escape")
    assert words in driver.screen_text


async def use_new_connection(driver: WizardDriver, deadline: Deadline, case: Case) -> None:
    """Send the next request on a new connection, with a deadline that fits the case."""
    deadline.seconds = SOON if case.is_slow else PATIENT
    await driver.app.context.services.http.aclose()


async def look_up(driver: WizardDriver, typed: str) -> None:
    """Replace the field's address by pasting another, press Enter, and wait for the outcome."""
    step, field = driver.app.screen, driver.app.screen.query_one(Input)
    assert isinstance(step, BaseScreen)
    problem, card = step.query_one(ErrorPanel), step.query_one(InstanceCard)
    field.focus()
    if field.value:
        driver.app.post_message(events.Key("ctrl+u", None))
    await wait_until(lambda: not (field.value or problem.display or card.display))
    field.post_message(events.Paste(typed))
    await wait_until(lambda: field.value == typed)
    driver.app.post_message(events.Key("enter", None))
    await wait_until(lambda: problem.display or card.display)
    await wait_until(lambda: not step.is_waiting)
    await driver.pilot.pause(0)
