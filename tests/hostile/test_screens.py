"""The catalogue on the screens: cause and advice are read, what was typed stays, keys work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from tests.helpers.hostile.cases import CASES_BY_KIND, NASTIEST
from tests.helpers.hostile.environments import PATIENT
from tests.helpers.hostile.screens import go_back_to, look_up, prepare, sentences_for, wait_for_text
from tests.helpers.hostile.steps import BreakableServer
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from tests.helpers.driver import StartWizard
    from tests.helpers.hostile.environments import Deadline, FakeNetwork, Visiting


@pytest.mark.parametrize("kind", CASES_BY_KIND)
async def test_a_look_up_that_fails_is_told_beside_what_was_typed(
    kind: str, network: FakeNetwork, visit: Visiting, deadline: Deadline, start_wizard: StartWizard
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        for mode in CASES_BY_KIND[kind]:
            async with mode.environment(network) as place:
                with visit(place):
                    await prepare(driver, deadline, mode)
                    await look_up(driver, place.typed)
            if mode.error is None:
                await wait_for_text(driver, "That's it, go on")
            else:
                await wait_for_text(driver, *sentences_for(mode.error, mode.words))
            assert driver.app.screen.query_one(Input).value == place.typed, mode
            assert driver.focused_is_visible, mode
        await driver.press("f1")
        assert "Where is your account?" not in driver.screen_text, "F1 helps"
        await driver.press("escape")
        assert "Where is your account?" in driver.screen_text, "and goes away"
        await go_back_to(driver, "Welcome")


async def test_a_wizard_that_waits_is_stopped_by_a_key(
    deadline: Deadline, start_wizard: StartWizard
) -> None:
    dripping = next(mode for mode in NASTIEST if mode.is_slow)
    deadline.seconds = 60
    async with RawServer(dripping.script or BreakableServer()) as server, start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(server.host)
        await driver.pilot.press("enter")
        async with asyncio.timeout(PATIENT):
            await server.asked.wait()
        assert "Esc stops" in driver.screen_text
        await driver.press("escape")
        assert "Esc stops" not in driver.screen_text
        assert driver.app.screen.query_one(Input).value == server.host
        await go_back_to(driver, "Welcome")
