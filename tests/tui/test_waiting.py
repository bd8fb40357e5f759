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
from tests.helpers.raw_responses import http_response, json_bytes, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import INSTANCE_V2, instance_document

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeInstance
    from tests.helpers.browser_user import BrowserUser
    from tests.helpers.driver import StartWizard, WizardDriver
    from tests.helpers.raw_server import RawRequest, Responder

_COUNTING = re.compile(r"Going on by itself in (\d+):(\d\d)\. Esc stops waiting\.")


def busy(times: int, **headers: str) -> Responder:
    """Answer 429 so many times, and then as an instance should."""
    left = iter(range(times))

    async def look(request: RawRequest) -> None:
        is_busy = next(left, None) is not None
        answer = (
            http_response(429, b"", **headers)
            if is_busy
            else http_response(200, json_bytes(instance_document()))
        )
        await request.send(answer)

    return respond_by_path({INSTANCE_V2: look})


async def until(driver: WizardDriver, words: str) -> None:
    """Wait until words stand on the screen."""
    async with asyncio.timeout(20):
        while not re.search(words, driver.screen_text):
            await driver.pilot.pause()


async def look_up(driver: WizardDriver, host: str) -> None:
    await driver.press("enter")
    await driver.fill(host)
    await driver.press("enter")


def seconds_shown(driver: WizardDriver) -> int:
    counting = _COUNTING.search(driver.screen_text)
    assert counting is not None, driver.screen_text
    return int(counting[1]) * 60 + int(counting[2])


async def test_a_step_goes_on_by_itself_and_slows_down_when_it_is_told_so_again(
    start_wizard: StartWizard,
) -> None:
    answer, asked, is_read = busy(2, Retry_After="1"), count(1), asyncio.Event()

    async def look(request: RawRequest) -> None:
        if next(asked) > 1:
            # The first wait is looked at until it is over.
            await is_read.wait()
        await answer(request)

    async with RawServer(look) as server, start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(server.host)
        driver.app.post_message(events.Key("enter", None))
        async with asyncio.timeout(20):
            while server.paths.count(INSTANCE_V2) < 2:
                shown = _COUNTING.search(driver.screen_text)
                assert shown is None or seconds_shown(driver) <= 1
                await driver.pilot.pause()
        is_read.set()
        await until(driver, r"itself in 0:0[45]")
        assert f"{server.host} asks for a little patience." in driver.screen_text
        assert server.paths.count(INSTANCE_V2) == 2
        await driver.press("enter")
        assert "That's it, go on" in driver.screen_text, "Enter does not wait"
        assert server.paths.count(INSTANCE_V2) == 3


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_seconds_run_without_animations_and_trying_now_is_one_press(
    start_wizard: StartWizard, practice: PracticeInstance, size: tuple[int, int]
) -> None:
    practice.throttled = True
    async with start_wizard(size) as driver:
        driver.app.animation_level = "none"
        await look_up(driver, practice.address)
        before = seconds_shown(driver)
        assert 20 <= before <= 30
        async with asyncio.timeout(20):
            while seconds_shown(driver) >= before:
                await driver.pilot.pause()
        assert driver.focused_is_visible
        practice.throttled = False
        await driver.click("#retry")
        assert "GoToSocial 0.20" in driver.screen_text


async def test_esc_stops_waiting_and_keeps_the_step(start_wizard: StartWizard) -> None:
    async with RawServer(respond(503, Retry_After="4")) as server, start_wizard() as driver:
        await look_up(driver, server.host)
        await driver.press("escape")
        await until(driver, "You can try again now")
        assert server.host in driver.screen_text
        assert len(server.received_requests) == 1
        await driver.press("enter")
        assert len(server.received_requests) == 2
        await driver.type("example.o")
        assert "patience" not in driver.screen_text, "another address has another server"
        assert not driver.app.screen.query_one(Patience).goes_on
        await driver.press("escape")
        assert "Welcome" in driver.screen_text


async def test_a_covered_page_goes_on_once_it_is_seen_again(start_wizard: StartWizard) -> None:
    async with RawServer(busy(1, Retry_After="5")) as server, start_wizard() as driver:
        await look_up(driver, server.host)
        patience = driver.app.screen.query_one(Patience)
        await driver.app.push_screen(QrDialog("https://example.org"))
        async with asyncio.timeout(20):
            while patience.content != "Going on now.":
                await driver.pilot.pause()
        assert server.paths == [INSTANCE_V2]
        await driver.press("escape")
        await until(driver, "That's it, go on")


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
    start_wizard: StartWizard, headers: dict[str, str], told: str
) -> None:
    async with RawServer(respond(429, b"", **headers)) as server, start_wizard((60, 20)) as driver:
        await look_up(driver, server.host)
        assert re.search(f"Going on by itself {told}", driver.screen_text)


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


async def test_what_must_not_be_repeated_by_itself_waits_for_a_press(
    start_wizard: StartWizard,
) -> None:
    async with start_wizard() as driver:
        page = _Once()
        await driver.app.push_screen(page)
        await until(driver, r"You can try again in 0:0[123]")
        await until(driver, "You can try again now")
        assert page.tried == 1
        await driver.press("enter")
        assert page.tried == 2
        await driver.press("escape")
        assert "Welcome" in driver.screen_text


async def test_a_code_is_handed_in_again_by_the_person_alone(
    start_wizard: StartWizard, practice: PracticeInstance, alice: BrowserUser
) -> None:
    async with start_wizard() as driver:
        link = await driver.to_code(practice.address)
        code = await asyncio.to_thread(alice.get_code, link)
        practice.throttled = True
        await driver.paste(code)
        assert "You can try again in 0:" in driver.screen_text
        practice.throttled = False
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 2
