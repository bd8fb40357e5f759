"""Signals that were ignored when the program began, as under `nohup` or in a script."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from gts_wizard.tui.signals import install_signal_handlers
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import run_in_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these signals are POSIX")

_ENTER, _CTRL_Q = "\r", "\x11"
_ENDING = (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
# SIGHUP, after which the screens leave their terminal, is sent to a process.
_SCREENS = (*_ENDING, signal.SIGQUIT)
_PLAIN = (*_ENDING, signal.SIGHUP, signal.SIGINT)


def _plain_line(practice: PracticeServer) -> list[str]:
    return ["sign-in", practice.address, "--scopes", "read", "--plain"]


@pytest.mark.slow
@pytest.mark.pty
def test_screens_go_on_if_sighup_is_ignored(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path, ignored=[signal.SIGHUP]) as terminal:
        terminal.wait_for("Welcome")
        terminal.signal(signal.SIGHUP)
        terminal.send(_ENTER)
        terminal.wait_for("Where is your account?")
        terminal.signal(signal.SIGHUP)
        terminal.send("example.org")
        terminal.wait_for("┃  example.org ")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0


@pytest.mark.pty
def test_plain_mode_goes_on_if_sighup_is_ignored(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    with PtyTerminal(_plain_line(practice), tmp_path, ignored=[signal.SIGHUP]) as terminal:
        terminal.wait_for("Paste the code:")
        (pending,) = Store(credentials_path).load().pending_sign_ins
        with BrowserUser() as alice:
            code = alice.get_code(authorization_url(pending))
        terminal.signal(signal.SIGHUP)
        terminal.send(f"{code}{_ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    assert b"Stopped." not in terminal.drawn


@pytest.mark.slow
@pytest.mark.pty
def test_killed_screens_leave_the_terminal_as_it_was(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path) as terminal:
        terminal.wait_for("Welcome")
        terminal.signal(signal.SIGQUIT)
        assert terminal.exit_code() == 0
        assert terminal.drawn.rindex(b"\x1b[?1049l") > terminal.drawn.rindex(b"\x1b[?1049h")


@pytest.fixture
def handlers() -> Iterator[None]:
    """Let no signal end the tests; give each its handler back, and end the alarm."""
    # SIGINT has the handler that Python gives it.
    numbers = {*_SCREENS, *_PLAIN, signal.SIGALRM} - {signal.SIGINT}
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    yield
    signal.alarm(0)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
async def test_each_ending_signal_quits_the_screens() -> None:
    quits: asyncio.Queue[str] = asyncio.Queue()
    install_signal_handlers(lambda: quits.put_nowait("quit"))
    for number in _SCREENS:
        signal.raise_signal(number)
        assert await asyncio.wait_for(quits.get(), 30) == "quit", number
    assert quits.empty()


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("end", _PLAIN, ids=lambda end: end.name)
def test_each_ending_signal_stops_plain_mode_at_the_code(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer, end: signal.Signals
) -> None:
    links: list[str] = []

    def end_it(stderr: str) -> str:
        links.extend(line for line in stderr.splitlines() if line.startswith("http"))
        signal.raise_signal(end)
        return ""

    done = run_in_process(tmp_path, *_plain_line(practice), answers=[end_it])
    assert (done.returncode, done.stdout) == (2, "")
    assert "Stopped.\nYour progress is saved." in done.stderr
    assert "Traceback" not in done.stderr
    (pending,) = Store(credentials_path).load().pending_sign_ins
    assert links == [authorization_url(pending)]


@pytest.mark.pty
def test_plain_mode_ends_at_a_question_if_sigint_is_ignored(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    with PtyTerminal(_plain_line(practice), tmp_path, ignored=[signal.SIGINT]) as terminal:
        terminal.wait_for("Paste the code:")
        terminal.signal(signal.SIGINT)
        terminal.signal(signal.SIGTERM)
        terminal.wait_for("Your progress is saved.")
        assert terminal.exit_code() == 2
    assert b"Traceback" not in terminal.drawn
    assert len(Store(credentials_path).load().pending_sign_ins) == 1


@pytest.mark.pty
async def test_plain_mode_ends_while_waiting_if_sigint_is_ignored(
    tmp_path: Path, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    practice_clock.pause()
    with PtyTerminal(_plain_line(practice), tmp_path, ignored=[signal.SIGINT]) as terminal:
        await practice_clock.wait_for_request()
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 2
    practice_clock.resume()
    assert b"Stopped." in terminal.drawn
