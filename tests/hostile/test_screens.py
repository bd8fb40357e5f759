"""The catalogue on the screens: cause and advice are read, what was typed stays, keys work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from tests.hostile.catalogue import CATALOGUE, NASTIEST
from tests.hostile.conftest import PATIENT
from tests.hostile.journeys import Instance
from tests.hostile.reading import go_back_to, look_up, prepare, read, sentences_of
from tests.server.hostile import Hostile
from tests.tui.conftest import no_browser, start

if TYPE_CHECKING:
    from tests.hostile.conftest import Deadline, Visiting
    from tests.hostile.standing import World
    from tests.tui.conftest import StartWizard

__all__ = ["no_browser", "start"]


@pytest.mark.parametrize("kind", CATALOGUE)
async def test_a_look_up_that_fails_is_told_beside_what_was_typed(
    kind: str, world: World, visit: Visiting, deadline: Deadline, start: StartWizard
) -> None:
    async with start() as hands:
        await hands.press("enter")
        for mode in CATALOGUE[kind]:
            async with mode.stands(world) as place:
                with visit(place):
                    await prepare(hands, deadline, mode)
                    await look_up(hands, place.typed)
            if mode.leaf is None:
                await read(hands, "That's it, go on")
            else:
                await read(hands, *sentences_of(mode.leaf, mode.words))
            assert hands.app.screen.query_one(Input).value == place.typed, mode
            assert hands.focused_is_visible, mode
        await hands.press("f1")
        assert "Where is your account?" not in hands.sees, "F1 helps"
        await hands.press("escape")
        assert "Where is your account?" in hands.sees, "and goes away"
        await go_back_to(hands, "Welcome")


async def test_a_wizard_that_waits_is_stopped_by_a_key(
    deadline: Deadline, start: StartWizard
) -> None:
    dripping = next(mode for mode in NASTIEST if mode.is_slow)
    deadline.seconds = 60
    async with Hostile(dripping.script or Instance()) as server, start() as hands:
        await hands.press("enter")
        await hands.fill(server.host)
        await hands.pilot.press("enter")
        async with asyncio.timeout(PATIENT):
            await server.asked.wait()
        assert "Esc stops" in hands.sees
        await hands.press("escape")
        assert "Esc stops" not in hands.sees
        assert hands.app.screen.query_one(Input).value == server.host
        await go_back_to(hands, "Welcome")
