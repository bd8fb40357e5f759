"""Signals that were ignored when the program began, as under `nohup` or in a script."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.pty_terminal import PtyTerminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX"),
]

_ENTER, _CTRL_Q = "\r", "\x11"


def _plain_line(practice: PracticeServer) -> list[str]:
    return ["sign-in", practice.address, "--scopes", "read", "--plain"]


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


@pytest.mark.parametrize("end", [signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2])
def test_killed_screens_leave_the_terminal_as_it_was(tmp_path: Path, end: signal.Signals) -> None:
    with PtyTerminal([], tmp_path) as terminal:
        terminal.wait_for("Welcome")
        terminal.signal(end)
        assert terminal.exit_code() == 0
        assert terminal.drawn.rindex(b"\x1b[?1049l") > terminal.drawn.rindex(b"\x1b[?1049h")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
def test_plain_mode_ends_at_a_question_if_sigint_is_ignored(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer, end: signal.Signals
) -> None:
    with PtyTerminal(_plain_line(practice), tmp_path, ignored=[signal.SIGINT]) as terminal:
        terminal.wait_for("Paste the code:")
        terminal.signal(signal.SIGINT)
        terminal.signal(end)
        terminal.wait_for("Your progress is saved.")
        assert terminal.exit_code() == 2
    assert b"Traceback" not in terminal.drawn
    assert len(Store(credentials_path).load().pending_sign_ins) == 1


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
