"""Ctrl+V and a right click paste the clipboard of the user's own computer; the tools really run."""

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

_DISPLAY = {"DISPLAY": ":0"}
_PATIENCE_SECONDS = 60
_HINT = "The wizard can't read the clipboard here."


@pytest.fixture
def computer(computer: FakePrograms, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    """The computer that the wizard runs on, without a display yet."""
    for name in (
        *("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP"),
        *("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(clipboard, "_SECONDS", _PATIENCE_SECONDS)
    return computer


@pytest.fixture
def environment(
    request: pytest.FixtureRequest, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The environment variables that a test is parametrized with."""
    variables: dict[str, str] = request.param
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert computer.ran == {}
    return variables


def address_in(driver: WizardDriver) -> str:
    """Return what is in the address field."""
    return driver.app.screen.query_one(Input).value


@pytest.mark.parametrize(
    ("environment", "programs", "tool"),
    [
        (_DISPLAY, ("xclip", "xsel", "wl-paste"), "xclip"),
        (_DISPLAY, ("xsel", "wl-paste"), "xsel"),
        ({**_DISPLAY, "WAYLAND_DISPLAY": "wayland-0"}, ("xclip", "wl-paste"), "wl-paste"),
        ({"WSL_DISTRO_NAME": "Debian", **_DISPLAY}, ("xclip", "powershell.exe"), "powershell.exe"),
    ],
    indirect=["environment"],
)
@pytest.mark.usefixtures("environment")
async def test_address_is_pasted_with_the_tool_of_the_desktop(
    start_wizard: StartWizard,
    computer: FakePrograms,
    programs: tuple[str, ...],
    tool: str,
) -> None:
    computer.install(*programs, then=r"printf '\nexample.org\r\n'")
    async with start_wizard() as driver:
        await driver.press("ctrl+v", "enter")
        assert computer.ran == {}, "only when it is asked for, and of use"
        await driver.press("ctrl+v")
        assert address_in(driver) == "example.org"
    assert list(computer.ran) == [tool]


@pytest.mark.parametrize(
    ("step", "keys"),
    [(WizardStep.CODE, ()), (WizardStep.CODE, ("tab",)), (WizardStep.AUTHORIZE, ())],
    ids=["field", "button", "link"],
)
@pytest.mark.parametrize("environment", [_DISPLAY], indirect=True, ids=[""])
@pytest.mark.usefixtures("environment")
async def test_code_is_pasted_and_tried_at_once(
    start_wizard: StartWizard,
    practice: PracticeServer,
    computer: FakePrograms,
    step: WizardStep,
    keys: tuple[str, ...],
) -> None:
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, step)
        computer.install("xclip", then=f"echo 'It is {await get_code(pending)}'")
        await driver.press(*keys, "ctrl+v")
        assert "You are @alice" in driver.screen_text


async def test_mac_pastes_without_a_display(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    computer.install("pbpaste", "xclip", then="printf example.org")
    async with start_wizard() as driver:
        await driver.press("enter", "ctrl+v")
        assert address_in(driver) == "example.org"
    assert list(computer.ran) == ["pbpaste"]


@pytest.mark.parametrize("environment", [_DISPLAY], indirect=True, ids=[""])
@pytest.mark.usefixtures("computer", "environment")
async def test_how_to_paste_is_said_where_no_tool_is(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("enter", "ctrl+v")
        assert _HINT in driver.screen_text


async def test_right_click_pastes_and_a_middle_click_says_how(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    computer.install("xclip", then="printf example.org")
    async with start_wizard() as driver:
        await driver.press("enter")
        await click_with(driver, button=2)
        assert _HINT in driver.screen_text
        assert address_in(driver) == ""
        await click_with(driver, button=3)
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


@pytest.mark.parametrize(
    ("environment", "then"),
    [
        ({**_DISPLAY, "SSH_TTY": "/dev/pts/1"}, "printf example.org"),
        ({**_DISPLAY, "SSH_CLIENT": "10.0.0.1 1 22"}, "printf example.org"),
        ({}, "printf example.org"),
        (_DISPLAY, "printf example.org; exit 1"),
        (_DISPLAY, "printf '   '"),
        (_DISPLAY, r"printf 'example.org\211PNG'"),
        (_DISPLAY, "printf example.org%065536d"),
        (_DISPLAY, "while :; do printf 0123456789012345678901234567890123456789; done"),
    ],
    indirect=["environment"],
    ids=["SSH terminal", "SSH", "no display", "fails", "empty", "picture", "long", "endless"],
)
async def test_how_to_paste_is_said_where_nothing_comes(
    start_wizard: StartWizard,
    computer: FakePrograms,
    environment: dict[str, str],
    then: str,
) -> None:
    computer.install("xclip", then=then)
    async with start_wizard() as driver:
        await driver.press("enter", "ctrl+v")
        assert _HINT in driver.screen_text
        assert address_in(driver) == ""
    assert bool(computer.ran) is (environment == _DISPLAY)


async def test_hanging_tool_and_what_it_started_is_ended(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(clipboard, "_SECONDS", 0.05)
    with computer.hanging("helper"):
        computer.install("xclip", then=f'"{computer.path}/helper" & wait')
        async with start_wizard() as driver, asyncio.timeout(_PATIENCE_SECONDS):
            await driver.press("enter", "ctrl+v")
            assert _HINT in driver.screen_text


async def test_pressing_again_while_a_tool_reads_pastes_once(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
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


@pytest.mark.parametrize("environment", [_DISPLAY], indirect=True, ids=[""])
@pytest.mark.usefixtures("environment")
async def test_tool_prints_nothing_over_the_screen(
    start_wizard: StartWizard,
    computer: FakePrograms,
    capfd: pytest.CaptureFixture[str],
) -> None:
    computer.install("xclip", then="echo GARBAGE >&2; printf example.org")
    async with start_wizard() as driver:
        await driver.press("enter", "ctrl+v")
        assert address_in(driver) == "example.org"
    assert "GARBAGE" not in "".join(capfd.readouterr())


@pytest.mark.usefixtures("computer")
async def test_what_was_cut_here_is_pasted_last(start_wizard: StartWizard) -> None:
    async with start_wizard() as driver:
        await driver.press("enter")
        await driver.type("example.org")
        await driver.press("shift+home", "ctrl+x")
        assert address_in(driver) == ""
        await driver.press("ctrl+v")
        assert address_in(driver) == "example.org"
