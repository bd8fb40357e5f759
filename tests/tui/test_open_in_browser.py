"""The button that opens the link: where it is offered, and what the page says afterwards."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gts_wizard import browser
from gts_wizard.models import PendingSignIn, Server, WizardStep
from tests.helpers import pty_terminal as terminals
from tests.helpers.fake_programs import FakePrograms, be_a_desktop
from tests.helpers.saved_state import open_step

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.driver import StartWizard, WizardDriver

_ENTER, _CTRL_Q = "\r", "\x11"
_HYPERLINK = re.compile(rb"\x1b\]8;[^;]*;(https?:[^\x1b]+)")
_TRY_TERMINAL = """
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
    be_a_desktop(monkeypatch)


@pytest.mark.slow
async def test_code_is_asked_for_once_the_browser_is_open(
    start_wizard: StartWizard, computer: FakePrograms
) -> None:
    computer.install("xdg-open")
    async with start_wizard() as driver:
        await _show_link(driver)
        link = driver.link
        await driver.press("enter")
        assert "Paste the code" in driver.screen_text
        assert "No page opened?" not in driver.screen_text
    assert computer.ran == {"xdg-open": [link]}


@pytest.mark.slow
async def test_link_can_be_copied_where_the_browser_does_not_open(
    start_wizard: StartWizard, computer: FakePrograms
) -> None:
    computer.install("xdg-open", then="exit 3")
    async with start_wizard() as driver:
        await _show_link(driver)
        await driver.press("enter")
        assert "The browser didn't open. Copy the link instead." in driver.screen_text
        assert "Allow access in your browser" in driver.screen_text
        await driver.press("enter")
        assert driver.app.clipboard == driver.link


@pytest.mark.slow
async def test_hint_says_what_to_do_where_opening_is_uncertain(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_WATCH_SECONDS", 0.01)
    with computer.hanging("xdg-open") as opener:
        async with start_wizard() as driver:
            await _show_link(driver)
            link = driver.link
            await driver.press("enter")
            assert "Paste the code" in driver.screen_text
            assert "No page opened? Press Esc, and copy the link instead." in driver.screen_text
            await driver.press("escape")
            assert driver.link == link
        opener.let_end()


_OBSTACLES = (
    (
        {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"},
        "You're connected over SSH. Copy the link to your own browser,",
    ),
    (
        {"DISPLAY": "", "BROWSER": "lynx"},
        "Your browser needs a terminal of its own. Copy the link there,",
    ),
    (
        {"DISPLAY": ""},
        "There's no display here for a browser. Copy the link to any browser,",
    ),
    (
        {"PATH": "/does/not/exist"},
        "The wizard found no browser here. Copy the link to another computer,",
    ),
)


@pytest.mark.slow
async def test_obstacle_is_named_and_no_browser_is_offered(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.install("xdg-open")
    async with start_wizard() as driver:
        for variables, sentence in _OBSTACLES:
            with monkeypatch.context() as environment:
                for name, value in variables.items():
                    environment.setenv(name, value)
                await _show_link(driver)
                assert sentence in driver.screen_text
                assert "press q to scan it with your phone." in driver.screen_text
                assert "Open in browser" not in driver.screen_text
                assert driver.app.focused is not None
                assert driver.app.focused.id == "copy"


@pytest.mark.slow
async def test_browser_elsewhere_is_offered_but_not_first(
    start_wizard: StartWizard, computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.install("helper")
    monkeypatch.setenv("BROWSER", "helper")
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    async with start_wizard() as driver:
        await _show_link(driver)
        link = driver.link
        assert "You're connected over SSH." in driver.screen_text
        assert driver.app.focused is not None
        assert driver.app.focused.id == "copy"
        await driver.click("#open")
        assert "Paste the code" in driver.screen_text
    assert computer.ran == {"helper": [link]}


@pytest.mark.slow
@pytest.mark.usefixtures("computer")
async def test_link_to_this_computer_needs_a_browser_on_it(
    start_wizard: StartWizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start_wizard() as driver:
        for host in ("localhost:8080", "127.0.0.1:8080", "[::1]:8080"):
            for ssh, sentence in (
                ("", "Copy the link into a browser on this computer."),
                (
                    "10.0.0.1 1 10.0.0.2 22",
                    f"To reach {host} from your own browser, forward its port",
                ),
            ):
                monkeypatch.setenv("SSH_CONNECTION", ssh)
                await _show_link(driver, f"http://{host}")
                assert sentence in driver.screen_text
                assert "phone" not in driver.screen_text


async def _show_link(driver: WizardDriver, origin: str = "https://social.example") -> None:
    """Show the link of a pending sign-in that is registered already, so no server is asked."""
    server = Server(origin, account_domain="social.example")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    pending = PendingSignIn(
        "S" * 22, server, WizardStep.AUTHORIZE, now, scopes=("read",), client_id="01ABC"
    )
    await open_step(driver, pending)


@pytest.mark.slow
@pytest.mark.pty
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_opener_reaches_neither_the_screen_nor_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer = FakePrograms(tmp_path)
    computer.install("xdg-open", then=_TRY_TERMINAL)
    program = tmp_path / "gts-wizard"
    program.write_text(_WITH_TERMINAL.format(python=sys.executable, program=terminals.PROGRAM))
    program.chmod(0o755)
    monkeypatch.setattr(terminals.PtyTerminal, "program", str(program))
    path = f"{computer.path}{os.pathsep}{os.environ['PATH']}"
    with terminals.PtyTerminal(["practice"], home=tmp_path, PATH=path, DISPLAY=":0") as terminal:
        terminal.wait_for("Welcome")
        for page in ("Where is your account?", "Practice server", "What may programs on this"):
            terminal.send(_ENTER)
            terminal.wait_for(page)
        terminal.send(_ENTER)
        terminal.wait_for("Open in browser")
        terminal.send(_ENTER)
        terminal.wait_for("Waiting for your browser")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0
    link = _HYPERLINK.search(terminal.drawn)
    assert link is not None
    [opened] = computer.ran["xdg-open"]
    assert opened.partition("&")[0] == link[1].decode().partition("&")[0]
    assert not list(tmp_path.glob("*.reached"))
    assert b"GARBAGE" not in terminal.drawn
