"""The button that opens the link: where it is offered, and what is said when it was pressed."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import Attempt, Server, Step
from gts_wizard.tui import browser
from tests.helpers import pty_terminal as terminals
from tests.helpers.fake_programs import FakePrograms

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeInstance
    from tests.helpers.driver import StartWizard

_ENTER, _CTRL_Q = "\r", "\x11"
_HYPERLINK = re.compile(rb"\x1b\]8;[^;]*;(https?:[^\x1b]+)")
_LOOK_AROUND = """
for stream in 0 1 2; do [ -t $stream ] && echo "stream $stream" >>"$0.reached"; done
(echo GARBAGE >/dev/tty) 2>/dev/null && echo "its terminal" >>"$0.reached"
read -r keys && echo "$keys" >>"$0.reached"
echo GARBAGE
echo GARBAGE >&2
"""
# A program has a controlling terminal, as under every shell; the tests' own terminal gives none.
_WITH_TERMINAL = """#!{python}
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv({program!r}, [{program!r}, *sys.argv[1:]])
"""


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a computer with a display and no browser yet; nothing of the wizard is replaced."""
    for name in ("BROWSER", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(browser, "_LOOK_SECONDS", 60)


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    """The computer that the wizard runs on."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return FakePrograms(folder)


async def test_once_the_browser_is_open_the_code_is_wanted(
    start_wizard: StartWizard, practice: PracticeInstance, computer: FakePrograms
) -> None:
    computer.install("xdg-open")
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        link = driver.link
        await driver.press("enter")
        assert "Paste the code" in driver.screen_text
        assert "Did no page open?" not in driver.screen_text
    assert computer.ran == {"xdg-open": [link]}


async def test_where_it_does_not_open_the_link_can_be_copied(
    start_wizard: StartWizard, practice: PracticeInstance, computer: FakePrograms
) -> None:
    computer.install("xdg-open", then="exit 3")
    async with start_wizard() as driver:
        await driver.to_link(practice.address)
        await driver.press("enter")
        assert "The browser did not open. Copy the link instead." in driver.screen_text
        assert "Allow it in your browser" in driver.screen_text
        await driver.press("enter")
        assert driver.app.clipboard == driver.link


async def test_where_nobody_knows_what_to_do_is_said(
    start_wizard: StartWizard,
    practice: PracticeInstance,
    computer: FakePrograms,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser, "_LOOK_SECONDS", 0.01)
    with computer.hanging("xdg-open") as opener:
        async with start_wizard() as driver:
            await driver.to_link(practice.address)
            link = driver.link
            await driver.press("enter")
            assert "Paste the code" in driver.screen_text
            assert "Did no page open? Press Esc, and copy the link instead." in driver.screen_text
            await driver.press("escape")
            assert driver.link == link
        opener.let_end()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (
            {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"},
            "You are connected to this computer from another one. Copy the link to a browser there",
        ),
        (
            {"DISPLAY": "", "BROWSER": "lynx"},
            "Your browser needs a terminal, and this one is taken. Copy the link to another",
        ),
        (
            {"DISPLAY": ""},
            "No browser can be opened from this terminal. Copy the link to a browser on any",
        ),
        (
            {"PATH": "/does/not/exist"},
            "No browser was found on this computer. Copy the link to a browser on",
        ),
    ],
)
async def test_what_is_in_the_way_is_said_and_nothing_is_offered(
    start_wizard: StartWizard,
    computer: FakePrograms,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    told: str,
) -> None:
    computer.install("xdg-open")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    async with start_wizard() as driver:
        driver.app.resume_journey(_attempt("https://social.example"))
        await driver.wait_until_idle()
        assert told in driver.screen_text
        assert "press q and scan it with your phone." in driver.screen_text
        assert "Open in browser" not in driver.screen_text
        assert driver.app.focused is not None
        assert driver.app.focused.id == "copy"


@pytest.mark.usefixtures("computer")
@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
async def test_a_link_to_this_computer_is_for_a_browser_on_it(
    start_wizard: StartWizard, host: str
) -> None:
    async with start_wizard() as driver:
        driver.app.resume_journey(_attempt(f"http://{host}"))
        await driver.wait_until_idle()
        assert "Open the link in one on this computer." in driver.screen_text
        assert "phone" not in driver.screen_text


def _attempt(origin: str) -> Attempt:
    """Return an attempt whose link is there already, so that no server is asked."""
    server = Server(origin, account_domain="social.example")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Attempt("S" * 22, server, Step.AUTHORIZE, now, scopes=("read",), client_id="01ABC")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_an_opener_reaches_neither_the_screen_nor_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer = FakePrograms(tmp_path)
    computer.install("xdg-open", then=_LOOK_AROUND)
    program = tmp_path / "gts-wizard"
    program.write_text(_WITH_TERMINAL.format(python=sys.executable, program=terminals.PROGRAM))
    program.chmod(0o755)
    monkeypatch.setattr(terminals, "PROGRAM", str(program))
    variables = {"PATH": f"{computer.path}{os.pathsep}{os.environ['PATH']}", "DISPLAY": ":0"}
    with terminals.PtyTerminal(["practice"], home=tmp_path, **variables) as terminal:
        terminal.wait_for("Welcome")
        for page in ("Where is your account?", "Practice instance", "What may programs on this"):
            terminal.send(_ENTER)
            terminal.wait_for(page)
        terminal.send(_ENTER)
        terminal.wait_for("Open in browser")
        terminal.send(_ENTER)
        terminal.wait_for("Paste the code")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0
    link = _HYPERLINK.search(terminal.drawn)
    assert link is not None
    assert computer.ran == {"xdg-open": [link[1].decode()]}
    assert not list(tmp_path.glob("*.reached"))
    assert b"GARBAGE" not in terminal.drawn
