"""The nastiest cases on the screens: the message is shown, the input stays, the keys work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from gts_wizard.errors import NotAnInstance
from gts_wizard.storage.store import Store
from tests.helpers.driver import wait_until
from tests.helpers.hostile.case import PLACEHOLDER, Stage
from tests.helpers.hostile.cases import CASES_BY_NAME, NASTIEST
from tests.helpers.hostile.environments import PATIENT
from tests.helpers.hostile.screens import (
    go_back_to,
    look_up,
    sentences_for,
    use_new_connection,
    wait_for_text,
)
from tests.helpers.hostile.steps import LONG_CODE, BreakableServer, StepRunner
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard, WizardDriver
    from tests.helpers.hostile.case import Case
    from tests.helpers.hostile.environments import Deadline, EnterEnvironment, FakeNetwork

pytestmark = pytest.mark.slow

REPEATED_REQUEST = CASES_BY_NAME["status 400 that repeats the request"]
DRIPPING_BODY = CASES_BY_NAME["body that drips"]
NESTED_LISTS = CASES_BY_NAME["mebibyte of lists in lists"]
RESET = CASES_BY_NAME["connection reset within the body"]
ENDLESS_HEADERS = CASES_BY_NAME["headers without end"]
REDIRECT_WITH_CODE = CASES_BY_NAME["redirect to urn:ietf:wg:oauth:2.0:oob?code=canary"]


async def test_failed_look_up_is_shown_beside_typed_address(
    network: FakeNetwork, enter: EnterEnvironment, deadline: Deadline, start_wizard: StartWizard
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        for case in NASTIEST:
            async with case.environment(network) as environment:
                with enter(environment):
                    await use_new_connection(driver, deadline, case)
                    await look_up(driver, environment.typed)
            if case.error is None:
                await wait_for_text(driver, "Yes, continue")
            else:
                await wait_for_text(driver, *sentences_for(case.error, case.words, is_typed=True))
            assert driver.app.screen.query_one(Input).value == environment.typed, case
            assert driver.focused_is_visible, case
        page = driver.app.screen
        await driver.press("f1")
        assert "What is this?" in driver.screen_text
        await driver.press("escape")
        assert driver.app.screen is page, "Esc closes the help"
        await go_back_to(driver, "Welcome")


async def test_escape_stops_slow_look_up(deadline: Deadline, start_wizard: StartWizard) -> None:
    assert DRIPPING_BODY.script is not None
    deadline.seconds = 60
    async with RawServer(DRIPPING_BODY.script) as server, start_wizard() as driver:
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


class _LaterSteps:
    """Breaks a server at the steps after the look-up, and reads the messages on their screens."""

    def __init__(
        self, driver: WizardDriver, deadline: Deadline, breakable: BreakableServer
    ) -> None:
        self._driver = driver
        self._deadline = deadline
        self._breakable = breakable

    async def break_at(self, stage: Stage, case: Case) -> None:
        """Let a step meet a case."""
        assert case.script is not None
        self._breakable.break_at(stage, case.script)
        await use_new_connection(self._driver, self._deadline, case)

    async def repair(self) -> None:
        """Let the server work again."""
        self._breakable.repair()
        self._deadline.seconds = PATIENT
        await self._driver.app.context.services.http.aclose()

    async def check_messages(self, stage: Stage, key: str, *cases: Case) -> None:
        """Take a step by its key, while it fails, and check the messages; then repair it."""
        driver = self._driver
        for case in cases:
            error = case.error_at(stage)
            assert error is not None
            await self.break_at(stage, case)
            # A pressed button takes no second press for a fifth of a second.
            await wait_until(lambda: not driver.app.screen.query("Button.-active"))
            await driver.press_at_once(key)
            await wait_for_text(driver, *sentences_for(error, case.words))
            if case is REPEATED_REQUEST:
                await driver.press("f2")
                await wait_for_text(driver, "HTTP 400")
                await driver.press("f2")
        await self.repair()


async def test_every_failed_sign_in_step_can_be_repeated(
    deadline: Deadline, start_wizard: StartWizard
) -> None:
    breakable = BreakableServer()
    async with RawServer(breakable) as server, start_wizard((80, 30)) as driver:
        steps = _LaterSteps(driver, deadline, breakable)
        await driver.to_permissions(server.host)
        await steps.check_messages(Stage.REGISTER, "enter", REPEATED_REQUEST, DRIPPING_BODY)
        assert "What may programs on this computer do?" in driver.screen_text
        await go_back_to(driver, "Is this your server?")
        assert server.host in driver.screen_text
        await driver.press("enter")
        await driver.press("enter")
        await driver.click("#have-code")
        assert "Paste the code" in driver.screen_text
        breakable.break_at(Stage.EXCHANGE, respond(500))
        await driver.paste(LONG_CODE)
        await steps.check_messages(Stage.EXCHANGE, "enter", REPEATED_REQUEST, RESET)
        await steps.check_messages(Stage.REGISTER, "f5", NESTED_LISTS)
        assert "Paste the code" in driver.screen_text
        assert driver.app.screen.query_one(Input).value == LONG_CODE
        await go_back_to(driver, "Allow access in your browser")
        await driver.click("#have-code")
        assert driver.app.screen.query_one(Input).value == LONG_CODE
        breakable.break_at(Stage.VERIFY, respond(500))
        await driver.press("enter")
        await steps.check_messages(Stage.VERIFY, "enter", REPEATED_REQUEST, ENDLESS_HEADERS)
        await go_back_to(driver, "not finished yet")
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text


async def _check_failing_lists(driver: WizardDriver, steps: _LaterSteps) -> None:
    await driver.press("n")
    await steps.check_messages(Stage.NOTIFICATIONS, "r", REPEATED_REQUEST, NESTED_LISTS)
    await driver.press("r")
    assert "No notifications yet." in driver.screen_text
    await go_back_to(driver, "You are @alice")
    for case in (REPEATED_REQUEST, REDIRECT_WITH_CODE):
        error = case.error_at(Stage.TOKENS)
        assert error is not None
        await steps.break_at(Stage.TOKENS, case)
        await driver.press_at_once("i")
        await driver.press_at_once("end")
        has_no_list = issubclass(error, NotAnInstance)
        await wait_for_text(
            driver,
            "doesn't list them" if has_no_list else PLACEHOLDER.split(error.message_template)[-1],
        )
        await driver.press_at_once("escape")


async def _check_failing_sign_out(
    driver: WizardDriver, steps: _LaterSteps, credentials_path: Path
) -> None:
    for case in (REPEATED_REQUEST, DRIPPING_BODY):
        error = case.error_at(Stage.REVOKE)
        assert error is not None
        await steps.break_at(Stage.REVOKE, case)
        await driver.click("#sign-out")
        await driver.press_at_once("tab", "enter")
        assert "anyway?" in driver.screen_text
        await wait_for_text(driver, *PLACEHOLDER.split(error.message_template))
        await go_back_to(driver, "You are @alice")
        assert len(Store(credentials_path).load().accounts) == 1
    await driver.click("#sign-out")
    await driver.press_at_once("tab", "enter")
    await driver.press_at_once("tab", "enter")
    assert "your account's settings" in driver.screen_text
    assert Store(credentials_path).load().accounts == ()


async def test_account_screen_survives_failures_and_signs_out(
    deadline: Deadline, start_wizard: StartWizard, credentials_path: Path
) -> None:
    breakable = BreakableServer()
    async with RawServer(breakable) as server:
        async with StepRunner(credentials_path, server.host) as runner:
            await runner.run_to(Stage.NOTIFICATIONS)
        async with start_wizard((80, 30)) as driver:
            steps = _LaterSteps(driver, deadline, breakable)
            await driver.press("enter")
            assert "You are @alice" in driver.screen_text
            await _check_failing_lists(driver, steps)
            await _check_failing_sign_out(driver, steps, credentials_path)
