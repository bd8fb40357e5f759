"""Leaving the screens with a token that is not saved: what becomes of it, and what is said."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual import events

from gts_wizard.messages import TOKEN_MAY_EXIST, TOKEN_NOT_SAVED, TOKEN_STILL_VALID
from gts_wizard.models import WizardStep
from gts_wizard.storage.store import Store
from tests.helpers.driver import said_after
from tests.helpers.full_disk import Disk
from tests.helpers.practice_overrides import with_status
from tests.helpers.saved_state import begin_at, get_code, get_token_with_a_full_disk

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.clocks import PausableClock
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_WAITING = "your server hasn't answered yet"


async def _leave_while_it_is_exchanged(
    driver: WizardDriver, practice: PracticeServer, clock: PausableClock
) -> None:
    """Enter a code, and leave while the server has not answered."""
    pending = await begin_at(driver, practice.address, WizardStep.CODE)
    code = await get_code(pending)
    clock.pause()
    driver.app.post_message(events.Paste(code))
    await clock.wait_for_request()
    driver.app.simulate_key("ctrl+q")
    async with asyncio.timeout(30):
        while not (_WAITING in driver.screen_text and "Quit without wait" in driver.screen_text):
            await driver.pilot.pause(0.02)


async def test_token_received_while_leaving_is_saved(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    practice_clock: PausableClock,
) -> None:
    async with start_wizard() as driver:
        await _leave_while_it_is_exchanged(driver, practice, practice_clock)
        practice_clock.resume()
        await driver.wait_until_idle()
        assert not driver.app.is_running
    assert said_after(driver) == []
    [pending] = Store(credentials_path).load().pending_sign_ins
    assert pending.token is not None


async def test_ctrl_c_leaves_without_waiting(
    start_wizard: StartWizard,
    practice: PracticeServer,
    credentials_path: Path,
    practice_clock: PausableClock,
) -> None:
    async with start_wizard() as driver:
        await _leave_while_it_is_exchanged(driver, practice, practice_clock)
        driver.app.simulate_key("ctrl+c")
    practice_clock.resume()
    assert said_after(driver) == [TOKEN_MAY_EXIST]
    [pending] = Store(credentials_path).load().pending_sign_ins
    assert pending.token is None


async def test_code_without_an_answer_is_told_to_whoever_waited(
    start_wizard: StartWizard, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    practice.overrides = {"POST /oauth/token": with_status(504)}
    async with start_wizard() as driver:
        await _leave_while_it_is_exchanged(driver, practice, practice_clock)
        practice_clock.resume()
        await driver.wait_until_idle()
        assert not driver.app.is_running
    assert said_after(driver) == [TOKEN_MAY_EXIST]


async def test_token_received_while_leaving_and_unsaved_is_asked_about_once(
    start_wizard: StartWizard,
    practice: PracticeServer,
    disk: Disk,
    practice_clock: PausableClock,
) -> None:
    async with start_wizard() as driver:
        await _leave_while_it_is_exchanged(driver, practice, practice_clock)
        disk.fill()
        practice_clock.resume()
        await driver.wait_for("Quit without saving?")
        await driver.press("enter")
        shown = driver.screen_text
        assert "no space left on device" in shown
        assert [words for words in ("Quit without saving?", _WAITING) if words in shown] == []
        disk.make_room()
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text


async def test_token_of_an_ended_wizard_is_said_to_stay_alive(
    start_wizard: StartWizard, practice: PracticeServer, disk: Disk
) -> None:
    async with start_wizard() as driver:
        await get_token_with_a_full_disk(driver, practice, disk)
        practice.stop()
        # As a signal does.
        driver.app.quit_controller.quit_silently()
    assert said_after(driver) == [f"{TOKEN_NOT_SAVED} {TOKEN_STILL_VALID}"]


async def test_file_saved_elsewhere_is_named(
    start_wizard: StartWizard,
    practice: PracticeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    disk = Disk(tmp_path)
    async with start_wizard() as driver:
        path_before = driver.app.context.services.saved.custom_path
        try:
            await get_token_with_a_full_disk(driver, practice, disk)
            await driver.press("tab", "enter")
            assert "Where should it be saved?" in driver.screen_text
            await driver.press("enter")
            assert "no space left on device" in driver.screen_text
        finally:
            disk.make_room()
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
        await driver.press_at_once("ctrl+q")
    other = tmp_path / "gts-wizard-credentials.toml"
    assert said_after(driver, path_before) == [
        "Everything is now kept in ~/gts-wizard-credentials.toml. To use that file, run: "
        f"GTS_WIZARD_CREDENTIALS={other} gts-wizard"
    ]
    assert [account.username for account in Store(other).load().accounts] == ["alice"]
