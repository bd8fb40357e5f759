"""What is said once the screens are closed; `test_screens` has it from a real terminal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import WizardStep
from tests.helpers.browser_user import BrowserUser
from tests.helpers.driver import said_after
from tests.helpers.saved_state import begin_at, sign_in_account

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard

pytestmark = pytest.mark.slow


def _not_finished(practice: PracticeServer) -> str:
    return (
        f"Your sign-in to {practice.address} is not finished. Your progress is saved. "
        "To continue, run: gts-wizard"
    )


async def test_nothing_is_said_after_only_looking(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        pass
    assert said_after(driver) == []


async def test_new_account_is_named_with_a_command_to_type(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard((80, 30)) as driver:
        await begin_at(driver, practice.address, WizardStep.PROFILE)
    handle = f"@alice@{practice.address}"
    assert said_after(driver) == [
        f"You are signed in as {handle}. To run a program with this account, type: "
        f"gts-wizard run {handle} -- COMMAND"
    ]


async def test_what_is_unfinished_is_said_to_be_saved_at_every_step(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    said: dict[str, list[str]] = {}
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        await driver.press("enter")
        assert "Yes, continue" in driver.screen_text
        said["server"] = said_after(driver)
        await driver.press("enter")
        said["permissions"] = said_after(driver)
        await driver.press("enter")
        link = driver.link
        said["link"] = said_after(driver)
        await driver.press("tab", "enter")
        said["code"] = said_after(driver)
        with BrowserUser() as user:
            code = await asyncio.to_thread(user.get_code, link)
        practice.rate_limit = len(practice.requests) + 1
        await driver.paste(code)
        assert "Whose account is it?" in driver.screen_text
        said["profile"] = said_after(driver)
        await driver.press_at_once("ctrl+q")
    said["quit"] = said_after(driver)
    not_finished = [_not_finished(practice)]
    assert {step: lines for step, lines in said.items() if lines != not_finished} == {}


async def test_what_is_given_up_is_not_told(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.fill(practice.address)
        await driver.press("enter")
        await driver.press("escape")
        await driver.press("escape")
        assert "You started to sign in" in driver.screen_text
        await driver.press("tab", "enter")
        assert "The wizard lets" in driver.screen_text
        await driver.press_at_once("ctrl+q")
    assert said_after(driver) == []


async def test_sign_in_begun_before_another_try_is_not_lost_sight_of(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        await driver.press(*["escape"] * 4, "tab", "tab", "enter")
        assert "Where is your account?" in driver.screen_text
        await driver.press_at_once("ctrl+q")
    assert said_after(driver) == [_not_finished(practice)]


async def test_file_that_was_moved_is_named(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        pass
    assert said_after(driver, "/elsewhere.toml") == [
        f"Everything is now kept in {credentials_path}. To use that file, run: "
        f"GTS_WIZARD_CREDENTIALS={credentials_path} gts-wizard"
    ]
