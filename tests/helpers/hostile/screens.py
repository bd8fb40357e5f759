"""What somebody at the screens does over and over: types, reads what is told, goes back."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from gts_wizard.errors import ToldToWait
from gts_wizard.tui.screens.step import Step
from gts_wizard.tui.widgets.instance_card import InstanceCard
from gts_wizard.tui.widgets.problem import Problem
from tests.helpers.hostile.case import PLACEHOLDER
from tests.helpers.hostile.environments import PATIENT, SOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.errors import WizardError
    from tests.helpers.driver import WizardDriver
    from tests.helpers.hostile.case import Case
    from tests.helpers.hostile.environments import Deadline

_FILLING = re.compile(r"[\s\u2580-\u259f]")


def sentences_for(leaf: type[WizardError], words: str = "") -> list[str]:
    """Return what is read on a screen when a leaf is told, without the facts it names."""
    if issubclass(leaf, ToldToWait):
        # The time is counted down.
        return [*PLACEHOLDER.split(leaf.cause), "Going on by itself in", "Esc stops waiting."]
    return [*PLACEHOLDER.split(leaf.cause), *PLACEHOLDER.split(leaf.advice), words]


async def wait_for_text(driver: WizardDriver, *sentences: str) -> None:
    """Read sentences off the screen, wherever the lines are broken, as soon as they are drawn."""
    missing = list(sentences)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENT):
            while missing:
                await driver.pilot.pause(0)
                # A picture of the screen takes longer than all the rest.
                seen = _FILLING.sub("", driver.screen_text)
                missing = [one for one in sentences if _FILLING.sub("", one) not in seen]
    assert missing == [], driver.screen_text
    assert "canary" not in driver.screen_text.lower()


async def go_back_to(driver: WizardDriver, words: str) -> None:
    """Press Esc: once to go back, and once before where something would go on by itself."""
    await driver.press("escape")
    if words not in driver.screen_text:
        await driver.press("escape")
    assert words in driver.screen_text


async def prepare(driver: WizardDriver, deadline: Deadline, case: Case) -> None:
    """Let the next request be on a connection of its own, with a deadline that fits."""
    deadline.seconds = SOON if case.is_slow else PATIENT
    await driver.app.services.connection.aclose()


async def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; waiting for idleness, as the pilot does, takes minutes in all."""
    async with asyncio.timeout(2 * PATIENT):
        while not is_so():  # noqa: ASYNC110 - the screens tell nobody when they are done
            await asyncio.sleep(0)


async def look_up(driver: WizardDriver, typed: str) -> None:
    """Paste an address in place of what stands in the field, press Enter, and wait."""
    step, field = driver.app.screen, driver.app.screen.query_one(Input)
    assert isinstance(step, Step)
    problem, card = step.query_one(Problem), step.query_one(InstanceCard)
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
