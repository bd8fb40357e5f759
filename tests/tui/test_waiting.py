"""A server asks to wait: the seconds run, the step goes on by itself, and a key ends it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import RateLimited
from gts_wizard.models import WizardStep as Where
from gts_wizard.tui.screens.base import BaseScreen
from gts_wizard.tui.screens.qr_dialog import QrDialog
from gts_wizard.tui.widgets import feedback
from gts_wizard.tui.widgets.feedback import RetryCountdown
from tests.helpers.raw_responses import http_response, json_bytes, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import INSTANCE_V2, instance_document
from tests.helpers.saved_state import begin_at, get_code, open_screen

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from gts_wizard.tui.context import TuiContext
    from tests.helpers.driver import StartWizard, WizardDriver
    from tests.helpers.raw_server import RawRequest

pytestmark = pytest.mark.slow


class SecondsClock:
    """The clock of the countdown, which moves only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.now


@pytest.fixture
def countdown(monkeypatch: pytest.MonkeyPatch) -> SecondsClock:
    """The clock of the countdown."""
    clock = SecondsClock()
    monkeypatch.setattr(feedback, "monotonic", clock)
    return clock


def busy_server(times: int, **headers: str) -> RawServer:
    """Return a server that answers 429 so many times, and then as it should."""
    left = iter(range(times))

    async def answer(request: RawRequest) -> None:
        is_busy = next(left, None) is not None
        found = http_response(200, json_bytes(instance_document()))
        await request.send(http_response(429, b"", **headers) if is_busy else found)

    return RawServer(respond_by_path({INSTANCE_V2: answer}))


async def wait_until_shown(driver: WizardDriver, words: str) -> None:
    """Wait until words stand on the screen."""
    async with asyncio.timeout(30):
        while words not in driver.screen_text:
            await driver.pilot.pause(0.05)
    await driver.wait_until_idle()


async def look_up(driver: WizardDriver, host: str) -> None:
    """Walk from Home to the look-up of an address."""
    await driver.press("enter")
    await driver.fill(host)
    await driver.press("enter")


async def test_step_goes_on_by_itself_and_then_waits_longer(
    start_wizard: StartWizard, countdown: SecondsClock
) -> None:
    async with busy_server(2, Retry_After="1") as server, start_wizard() as driver:
        await look_up(driver, server.host)
        assert "Trying again in 0:01. Esc stops waiting." in driver.screen_text
        assert server.paths.count(INSTANCE_V2) == 1
        countdown.now += 1
        await wait_until_shown(driver, "Trying again in 0:05. Esc stops waiting.")
        assert f"{server.host} asks programs to slow down." in driver.screen_text
        assert server.paths.count(INSTANCE_V2) == 2
        await driver.press("enter")
        assert "Yes, continue" in driver.screen_text, "Enter does not wait"
        assert server.paths.count(INSTANCE_V2) == 3


async def test_seconds_run_without_animations_and_can_be_skipped(
    start_wizard: StartWizard, practice: PracticeServer, countdown: SecondsClock
) -> None:
    practice.overloaded = True
    async with start_wizard((60, 20)) as driver:
        driver.app.animation_level = "none"
        await look_up(driver, practice.address)
        counting = re.search(r"Trying again in 0:(\d\d)\. Esc stops", driver.screen_text)
        assert counting is not None
        seconds = int(counting[1])
        assert 20 <= seconds <= 30
        countdown.now += 3
        await wait_until_shown(driver, f"Trying again in 0:{seconds - 3:02}. Esc stops")
        assert driver.focused_is_visible
        await driver.resize(80, 24)
        assert f"Trying again in 0:{seconds - 3:02}. Esc stops" in driver.screen_text
        assert driver.focused_is_visible
        practice.overloaded = False
        await driver.click("#retry")
        assert "GoToSocial 0.20" in driver.screen_text


async def test_escape_stops_waiting_and_keeps_the_step(
    start_wizard: StartWizard, countdown: SecondsClock
) -> None:
    async with RawServer(respond(503, Retry_After="4")) as server, start_wizard() as driver:
        await look_up(driver, server.host)
        await driver.press("escape")
        assert "You can try again in 0:04" in driver.screen_text
        countdown.now += 4
        await wait_until_shown(driver, "You can try again now")
        assert server.host in driver.screen_text
        assert len(server.received_requests) == 1
        await driver.press("enter")
        assert len(server.received_requests) == 2
        await driver.type("example.o")
        assert "patience" not in driver.screen_text, "another address has another server"
        assert not driver.app.screen.query_one(RetryCountdown).auto_retry
        await driver.press("escape")
        assert "Welcome" in driver.screen_text


async def test_covered_page_goes_on_once_it_is_seen_again(
    start_wizard: StartWizard, countdown: SecondsClock
) -> None:
    async with busy_server(1, Retry_After="5") as server, start_wizard() as driver:
        await look_up(driver, server.host)
        patience = driver.app.screen.query_one(RetryCountdown)
        await open_screen(driver, QrDialog("https://example.org", can_open_picture=False))
        countdown.now += 5
        async with asyncio.timeout(30):
            while patience.content != "Trying again now.":
                await driver.pilot.pause(0.05)
        await driver.wait_until_idle()
        assert server.paths == [INSTANCE_V2]
        await driver.press("escape")
        await wait_until_shown(driver, "Yes, continue")


@pytest.mark.usefixtures("countdown")
async def test_long_waits_are_in_minutes_and_have_a_bound(start_wizard: StartWizard) -> None:
    async with start_wizard((60, 20)) as driver:
        await driver.press("enter")
        for headers, words in (
            ({"Retry_After": "1182"}, "in about 20 minutes (19:42)."),
            ({"Retry_After": "Fri, 31 Dec 9999 23:59:59 GMT"}, "in about an hour (60:00)."),
            ({"X_Ratelimit_Reset": "soon"}, "in 0:30."),
        ):
            async with RawServer(respond(429, b"", **headers)) as server:
                await driver.fill(server.host)
                await driver.press("enter")
                assert f"Trying again {words}" in driver.screen_text


class _UnrepeatedStep(BaseScreen):
    """A page whose work is never repeated by itself."""

    def __init__(self, context: TuiContext) -> None:
        super().__init__(context)
        self.tries = 0

    def on_mount(self) -> None:
        self.run_task("Trying", self._try, auto_retry=False)

    async def _try(self) -> None:
        self.tries += 1
        raise RateLimited(host="example.org", seconds=3)


async def test_work_that_must_not_repeat_waits_for_a_press(
    start_wizard: StartWizard, countdown: SecondsClock
) -> None:
    async with start_wizard() as driver:
        page = _UnrepeatedStep(driver.app.context)
        await open_screen(driver, page)
        assert "You can try again in 0:03" in driver.screen_text
        countdown.now += 3
        await wait_until_shown(driver, "You can try again now")
        assert page.tries == 1
        await driver.press("enter")
        assert page.tries == 2
        await driver.press("escape")
        assert "Welcome" in driver.screen_text


async def test_code_is_sent_again_only_by_a_press(
    start_wizard: StartWizard, practice: PracticeServer, countdown: SecondsClock
) -> None:
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, Where.CODE)
        code = await get_code(pending)
        practice.overloaded = True
        await driver.paste(code)
        assert "You can try again in 0:" in driver.screen_text
        practice.overloaded = False
        countdown.now += 60
        await wait_until_shown(driver, "You can try again now")
        assert practice.requests.count("POST /oauth/token") == 1
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 2
