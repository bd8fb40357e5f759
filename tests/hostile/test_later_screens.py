"""The nastiest modes on the screens after the look-up: told where they are, and gone on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from gts_wizard.credentials.store import Store
from gts_wizard.errors import NotAnInstance
from tests.helpers.hostile.case import PLACEHOLDER, Stage
from tests.helpers.hostile.cases import NASTIEST
from tests.helpers.hostile.environments import PATIENT
from tests.helpers.hostile.screens import (
    go_back_to,
    prepare,
    sentences_for,
    wait_for_text,
    wait_until,
)
from tests.helpers.hostile.steps import LONG_CODE, BreakableServer
from tests.helpers.odd_responses import echo_request
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard, WizardDriver
    from tests.helpers.hostile.case import Case
    from tests.helpers.hostile.environments import Deadline


async def turn(
    driver: WizardDriver, deadline: Deadline, instance: BreakableServer, stage: Stage, case: Case
) -> None:
    """Let a server misbehave at a step, in a mode of its own doing."""
    assert case.script is not None
    instance.break_at(stage, case.script)
    await prepare(driver, deadline, case)


async def fails_at_each(
    driver: WizardDriver, deadline: Deadline, instance: BreakableServer, stage: Stage, *keys: str
) -> None:
    """Take a step by its keys, while it fails in the nastiest ways; then it could be taken."""
    for mode in NASTIEST:
        leaf = mode.error_at(stage)
        assert leaf is not None
        await turn(driver, deadline, instance, stage, mode)
        # A button takes no second press while it still looks pressed, for a fifth of a second.
        await wait_until(lambda: not driver.app.screen.query("Button.-active"))
        await driver.press_at_once(*keys)
        await wait_for_text(driver, *sentences_for(leaf, mode.words))
        if mode.script is echo_request:
            await driver.press("f2")
            await wait_for_text(driver, "HTTP 400")
            await driver.press("f2")
    instance.repair()
    deadline.seconds = PATIENT
    await driver.app.services.connection.aclose()


async def test_every_later_step_fails_where_it_is_and_then_goes_on(
    deadline: Deadline, start_wizard: StartWizard
) -> None:
    instance = BreakableServer()
    async with RawServer(instance) as server, start_wizard((80, 30)) as driver:
        await driver.to_permissions(server.host)
        await fails_at_each(driver, deadline, instance, Stage.REGISTER, "enter")
        assert "What may programs on this computer do?" in driver.screen_text
        await go_back_to(driver, "Where is your account?")
        assert server.host in driver.screen_text
        await driver.press("enter")
        await driver.press("enter")
        await driver.click("#have-code")
        assert "Paste the code" in driver.screen_text
        instance.break_at(Stage.EXCHANGE, respond(500))
        await driver.paste(LONG_CODE)
        await fails_at_each(driver, deadline, instance, Stage.EXCHANGE, "enter")
        await fails_at_each(driver, deadline, instance, Stage.REGISTER, "f5")
        assert "Paste the code" in driver.screen_text
        assert driver.app.screen.query_one(Input).value == LONG_CODE
        await go_back_to(driver, "Allow it in your browser")
        await driver.click("#have-code")
        assert driver.app.screen.query_one(Input).value == LONG_CODE
        instance.break_at(Stage.VERIFY, respond(500))
        await driver.press("enter")
        await fails_at_each(driver, deadline, instance, Stage.VERIFY, "enter")
        await go_back_to(driver, "has not yet said who you are")
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text


async def test_what_an_account_shows_fails_without_a_word_lost_and_signing_out_without_a_server(
    deadline: Deadline, start_wizard: StartWizard, credentials_path: Path
) -> None:
    instance = BreakableServer()
    async with RawServer(instance) as server, start_wizard((80, 30)) as driver:
        await driver.to_code(server.host)
        await driver.paste(LONG_CODE)
        assert "You are @alice" in driver.screen_text
        await driver.press("n")
        await fails_at_each(driver, deadline, instance, Stage.NOTIFICATIONS, "r")
        await driver.press("r")
        assert "Nothing has happened yet." in driver.screen_text
        await go_back_to(driver, "You are @alice")
        for mode in NASTIEST:
            await turn(driver, deadline, instance, Stage.TOKENS, mode)
            await driver.press_at_once("i")
            await driver.press_at_once("end")
            leaf = mode.error_at(Stage.TOKENS)
            assert leaf is not None
            lists_none = issubclass(leaf, NotAnInstance)
            await wait_for_text(
                driver, "does not list them" if lists_none else PLACEHOLDER.split(leaf.cause)[-1]
            )
            await driver.press_at_once("escape")
        for mode in NASTIEST:
            leaf = mode.error_at(Stage.REVOKE)
            if leaf is None:
                continue
            await turn(driver, deadline, instance, Stage.REVOKE, mode)
            await driver.click("#sign-out")
            await driver.press_at_once("tab", "enter")
            assert "all the same?" in driver.screen_text
            await wait_for_text(driver, *PLACEHOLDER.split(leaf.cause))
            await go_back_to(driver, "You are @alice")
            assert len(Store(credentials_path).load().accounts) == 1
        await driver.click("#sign-out")
        await driver.press_at_once("tab", "enter")
        await driver.press_at_once("tab", "enter")
        assert "your account's settings" in driver.screen_text
        assert Store(credentials_path).load().accounts == ()
