"""A server asks for patience: the time runs, the step goes on by itself, and a key ends it."""

from __future__ import annotations

import asyncio
import re
from itertools import count
from typing import TYPE_CHECKING

import pytest
from textual import events

from gts_wizard.errors import ToldToWait
from gts_wizard.tui.screens.qr import QrDialog
from gts_wizard.tui.screens.step import Step
from gts_wizard.tui.widgets.waiting import Patience
from tests.server.hostile import Hostile
from tests.server.papers import V2, card
from tests.server.scripts import http, json_bytes, says, site

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.person import Person
    from tests.server.hostile import Script, Visit
    from tests.tui.conftest import StartWizard
    from tests.tui.hands import Hands

_COUNTING = re.compile(r"Going on by itself in (\d+):(\d\d)\. Esc stops waiting\.")


def busy(times: int, **headers: str) -> Script:
    """Answer 429 so many times, and then as an instance should."""
    left = iter(range(times))

    async def look(visit: Visit) -> None:
        is_busy = next(left, None) is not None
        answer = http(429, b"", **headers) if is_busy else http(200, json_bytes(card()))
        await visit.send(answer)

    return site({V2: look})


async def until(hands: Hands, words: str) -> None:
    """Wait until words stand on the screen."""
    async with asyncio.timeout(20):
        while not re.search(words, hands.sees):
            await hands.pilot.pause()


async def look_up(hands: Hands, host: str) -> None:
    await hands.press("enter")
    await hands.fill(host)
    await hands.press("enter")


def seconds_shown(hands: Hands) -> int:
    counting = _COUNTING.search(hands.sees)
    assert counting is not None, hands.sees
    return int(counting[1]) * 60 + int(counting[2])


async def test_a_step_goes_on_by_itself_and_slows_down_when_it_is_told_so_again(
    start: StartWizard,
) -> None:
    answer, asked, is_read = busy(2, Retry_After="1"), count(1), asyncio.Event()

    async def look(visit: Visit) -> None:
        if next(asked) > 1:
            # The first wait is looked at until it is over.
            await is_read.wait()
        await answer(visit)

    async with Hostile(look) as server, start() as hands:
        await hands.press("enter")
        await hands.fill(server.host)
        hands.app.post_message(events.Key("enter", None))
        async with asyncio.timeout(20):
            while server.paths.count(V2) < 2:
                shown = _COUNTING.search(hands.sees)
                assert shown is None or seconds_shown(hands) <= 1
                await hands.pilot.pause()
        is_read.set()
        await until(hands, r"itself in 0:0[45]")
        assert f"{server.host} asks for a little patience." in hands.sees
        assert server.paths.count(V2) == 2
        await hands.press("enter")
        assert "That's it, go on" in hands.sees, "Enter does not wait"
        assert server.paths.count(V2) == 3


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_seconds_run_without_animations_and_trying_now_is_one_press(
    start: StartWizard, practice: PracticeInstance, size: tuple[int, int]
) -> None:
    practice.throttled = True
    async with start(size) as hands:
        hands.app.animation_level = "none"
        await look_up(hands, practice.address)
        before = seconds_shown(hands)
        assert 20 <= before <= 30
        async with asyncio.timeout(20):
            while seconds_shown(hands) >= before:
                await hands.pilot.pause()
        assert hands.focused_is_visible
        practice.throttled = False
        await hands.click("#retry")
        assert "GoToSocial 0.20" in hands.sees


async def test_esc_stops_waiting_and_keeps_the_step(start: StartWizard) -> None:
    async with Hostile(says(503, Retry_After="4")) as server, start() as hands:
        await look_up(hands, server.host)
        await hands.press("escape")
        await until(hands, "You can try again now")
        assert server.host in hands.sees
        assert len(server.visits) == 1
        await hands.press("enter")
        assert len(server.visits) == 2
        await hands.type("example.o")
        assert "patience" not in hands.sees, "another address has another server"
        assert not hands.app.screen.query_one(Patience).goes_on
        await hands.press("escape")
        assert "Welcome" in hands.sees


async def test_a_covered_page_goes_on_once_it_is_seen_again(start: StartWizard) -> None:
    async with Hostile(busy(1, Retry_After="5")) as server, start() as hands:
        await look_up(hands, server.host)
        patience = hands.app.screen.query_one(Patience)
        await hands.app.push_screen(QrDialog("https://example.org"))
        async with asyncio.timeout(20):
            while patience.content != "Going on now.":
                await hands.pilot.pause()
        assert server.paths == [V2]
        await hands.press("escape")
        await until(hands, "That's it, go on")


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Retry_After": "1182"}, r"in about 20 minutes \(19:[34]\d\)"),
        (
            {"Retry_After": "Fri, 31 Dec 9999 23:59:59 GMT"},
            r"in about an hour \((60|59):\d\d\)",
        ),
        ({"X_Ratelimit_Reset": "soon"}, r"in 0:(30|2\d)\."),
    ],
)
async def test_long_waits_are_told_in_minutes_and_absurd_ones_have_a_bound(
    start: StartWizard, headers: dict[str, str], told: str
) -> None:
    async with Hostile(says(429, b"", **headers)) as server, start((60, 20)) as hands:
        await look_up(hands, server.host)
        assert re.search(f"Going on by itself {told}", hands.sees)


class _Once(Step):
    """A page whose work is never repeated by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.tried = 0

    def on_mount(self) -> None:
        self.wait_for("Trying", self._try, repeats=False)

    async def _try(self) -> None:
        self.tried += 1
        raise ToldToWait(host="example.org", seconds=3)


async def test_what_must_not_be_repeated_by_itself_waits_for_a_press(start: StartWizard) -> None:
    async with start() as hands:
        page = _Once()
        await hands.app.push_screen(page)
        await until(hands, r"You can try again in 0:0[123]")
        await until(hands, "You can try again now")
        assert page.tried == 1
        await hands.press("enter")
        assert page.tried == 2
        await hands.press("escape")
        assert "Welcome" in hands.sees


async def test_a_code_is_handed_in_again_by_the_person_alone(
    start: StartWizard, practice: PracticeInstance, alice: Person
) -> None:
    async with start() as hands:
        link = await hands.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        practice.throttled = True
        await hands.paste(code)
        assert "You can try again in 0:" in hands.sees
        practice.throttled = False
        await hands.press("enter")
        assert "You are @alice" in hands.sees
    assert practice.requests.count("POST /oauth/token") == 2
