"""Ctrl+V and a right click paste the clipboard of the user's own computer; a tool really runs."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

from gts_wizard import clipboard
from gts_wizard.models import WizardStep
from tests.helpers.event_loop import wait_until_loop_is_idle
from tests.helpers.fake_programs import FakePrograms
from tests.helpers.saved_state import begin_at, get_code

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow

_PATIENCE_SECONDS = 60
_HINT = "The wizard can't read the clipboard here."


@pytest.fixture
def computer(computer: FakePrograms, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    """The computer that the wizard runs on, a Linux with a display."""
    for name in (
        *("WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP"),
        *("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(clipboard, "_SECONDS", _PATIENCE_SECONDS)
    return computer


def address_in(driver: WizardDriver) -> str:
    """Return what is in the address field."""
    return driver.app.screen.query_one(Input).value


async def test_address_is_pasted_only_when_asked_for_and_of_use(
    start_wizard: StartWizard, computer: FakePrograms
) -> None:
    computer.install("xclip", then=r"printf '\nexample.org\r\n'")
    async with start_wizard() as driver:
        await driver.press("ctrl+v", "enter")
        await click_with(driver, button=2)
        assert _HINT in driver.screen_text, "a middle click pastes something else"
        assert address_in(driver) == ""
        assert computer.ran == {}
        await click_with(driver, button=3)
        assert address_in(driver) == "example.org"
        await driver.press("end", "ctrl+u", "ctrl+v")
        assert address_in(driver) == "example.org"


async def click_with(driver: WizardDriver, button: int) -> None:
    """Press a button of the mouse in the field."""
    field = driver.app.screen.query_one(Input)
    x, y = field.region.x + 2, field.region.y + 1
    driver.app.screen.post_message(
        events.MouseDown(
            field, x, y, 0, 0, button, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y
        )
    )
    await driver.wait_until_idle()


async def test_code_is_pasted_and_tried_at_once(
    start_wizard: StartWizard, practice: PracticeServer, computer: FakePrograms
) -> None:
    async with start_wizard() as driver:
        for username, step, keys in (
            ("alice", WizardStep.CODE, ()),
            ("bob", WizardStep.CODE, ("tab",)),
            ("carol", WizardStep.AUTHORIZE, ()),
        ):
            pending = await begin_at(driver, practice.address, step)
            code = await get_code(pending, username)
            computer.install("xclip", then=f"echo 'It is {code}'")
            await driver.press(*keys, "ctrl+v")
            assert f"You are @{username}" in driver.screen_text
            await driver.press("enter")


async def test_pressing_again_while_a_tool_reads_pastes_once(
    start_wizard: StartWizard, computer: FakePrograms
) -> None:
    gate = computer.folder / "gate"
    os.mkfifo(gate)
    # Open at both ends, the pipe keeps the tools waiting until it has a line for each.
    with os.fdopen(os.open(gate, os.O_RDWR), "w") as writer:
        computer.install("xclip", then=f'read -r _ <"{gate}"; printf example.org')
        async with start_wizard() as driver, asyncio.timeout(_PATIENCE_SECONDS):
            await driver.press("enter")
            for _ in range(2):
                driver.app.post_message(events.Key("ctrl+v", None))
                await wait_until_loop_is_idle()
            print("\n", file=writer, flush=True)
            await driver.wait_until_idle()
            assert address_in(driver) == "example.org"


@pytest.mark.usefixtures("computer")
async def test_what_was_cut_here_is_pasted_where_no_tool_is(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("enter", "ctrl+v")
        assert _HINT in driver.screen_text
        assert address_in(driver) == ""
        await driver.type("example.org")
        await driver.press("shift+home", "ctrl+x")
        assert address_in(driver) == ""
        await driver.press("ctrl+v")
        assert address_in(driver) == "example.org"
