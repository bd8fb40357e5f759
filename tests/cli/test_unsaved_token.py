"""Stopping with a token that could not be saved: line by line, and on the screens."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.full_disk import Disk, fill_disk, make_room, only_on_linux
from tests.helpers.practice_overrides import with_status
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.saved_state import get_code, save_pending
from tests.helpers.subprocess_cli import (
    PipedProcess,
    default_credentials_path,
    enter_code,
    run_in_process,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [only_on_linux, pytest.mark.pty]

_ENTER, _TAB, _CTRL_C, _CTRL_D, _CTRL_Q = "\r", "\t", "\x03", "\x04", "\x11"
_REVOKE = "POST /oauth/revoke"
_UNSAVED = "Your server gave the wizard access, but it couldn't be saved."
_STAYS_ALIVE = "The access still works there until you revoke it in your account's settings."
_MAY_HAVE_ISSUED = (
    "Your server may have given the wizard access anyway. "
    "You can see and revoke it in your account's settings there."
)
_ANSWER_LOST = (
    "A code was sent, but the answer was lost: your server may have given access anyway. "
    "You can see and revoke it in your account's settings there."
)
_KEPT = "Your progress is saved."
_TRY_AGAIN = "or name another file:"
_DECIDE = "Type r, l or t (Enter for r):"


def _line(practice: PracticeServer) -> list[str]:
    return ["sign-in", practice.address, "--scopes", "read", "--plain"]


def _code(terminal: PtyTerminal) -> str:
    """Wait for the question, read the link off the screen, and let Alice allow it."""
    terminal.wait_for("Paste the code:")
    (link,) = re.findall(r"^http.*?(?=\n\n)", terminal.text, re.MULTILINE | re.DOTALL)
    with BrowserUser() as alice:
        return alice.get_code("".join(link.split()))


def _fail_to_save(terminal: PtyTerminal) -> None:
    code = _code(terminal)
    fill_disk(terminal.process)
    terminal.send(f"{code}{_ENTER}")
    terminal.wait_for(_TRY_AGAIN)


def _said(terminal: PtyTerminal) -> str:
    return " ".join(terminal.drawn.decode().split())


def _usernames(credentials_path: Path) -> list[str]:
    return [account.username for account in Store(credentials_path).load().accounts]


def test_stopping_revokes_the_token(tmp_path: Path, practice: PracticeServer) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        terminal.send(f"q{_ENTER}")
        terminal.wait_for(_DECIDE)
        assert practice.requests.count(_REVOKE) == 0
        terminal.send(_ENTER)
        terminal.wait_for(f"The access was revoked on {practice.address}.")
        assert terminal.exit_code() == 2
    assert f"{_UNSAVED} If you quit, this computer forgets it" in _said(terminal)
    assert _KEPT not in _said(terminal)
    assert practice.requests.count(_REVOKE) == 1


def test_stopping_can_become_trying_again(tmp_path: Path, practice: PracticeServer) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        terminal.send(f"q{_ENTER}")
        terminal.wait_for(_DECIDE)
        make_room(terminal.process)
        terminal.send(f"t{_ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    assert _usernames(default_credentials_path(tmp_path)) == ["alice"]
    assert practice.requests.count(_REVOKE) == 0


@pytest.mark.parametrize("end", [_CTRL_D, signal.SIGTERM], ids=["Ctrl+D", "SIGTERM"])
def test_token_is_revoked_if_nobody_can_be_asked(
    tmp_path: Path, practice: PracticeServer, end: str | signal.Signals
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        if end == signal.SIGTERM:
            # Revoking needs nothing of the file.
            default_credentials_path(tmp_path).write_text("oops", "utf-8")
        if isinstance(end, signal.Signals):
            terminal.signal(end)
        else:
            terminal.send(end)
        assert terminal.exit_code() == 2
    ended = f"{_UNSAVED} Revoking access. The access was revoked on {practice.address}."
    assert ended in _said(terminal)
    assert _KEPT not in _said(terminal)
    assert practice.requests.count(_REVOKE) == 1


async def test_token_received_while_stopping_is_revoked_if_unsaved(
    tmp_path: Path, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        code = _code(terminal)
        fill_disk(terminal.process)
        practice_clock.pause()
        terminal.send(f"{code}{_ENTER}")
        await practice_clock.wait_for_request()
        terminal.signal(signal.SIGINT)
        terminal.wait_for("One moment: your server hasn't answered yet.")
        practice_clock.resume()
        terminal.wait_for(f"The access was revoked on {practice.address}.")
        assert terminal.exit_code() == 2
    assert _KEPT not in _said(terminal)
    assert practice.requests.count(_REVOKE) == 1


async def test_second_ctrl_c_stops_plain_mode_without_waiting(
    tmp_path: Path, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        code = _code(terminal)
        practice_clock.pause()
        terminal.send(f"{code}{_ENTER}")
        await practice_clock.wait_for_request()
        terminal.signal(signal.SIGINT)
        terminal.wait_for("your server hasn't answered yet")
        terminal.signal(signal.SIGINT)
        assert terminal.exit_code() == 2
        practice_clock.resume()
    assert _MAY_HAVE_ISSUED in _said(terminal)
    assert _KEPT not in _said(terminal)


async def test_patient_user_is_told_of_a_code_without_an_answer(
    tmp_path: Path, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    practice.overrides = {"POST /oauth/token": with_status(504)}
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        code = _code(terminal)
        practice_clock.pause()
        terminal.send(f"{code}{_ENTER}")
        await practice_clock.wait_for_request()
        terminal.signal(signal.SIGINT)
        terminal.wait_for("your server hasn't answered yet")
        practice_clock.resume()
        assert terminal.exit_code() == 2
    assert _MAY_HAVE_ISSUED in _said(terminal)
    assert _KEPT not in _said(terminal)


def test_kill_during_the_exchange_is_told_at_the_next_start(
    tmp_path: Path, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    with PipedProcess(tmp_path, *_line(practice)) as process, BrowserUser() as alice:
        code = alice.get_code(process.read_link())
        practice_clock.pause()
        process.answer(code)
        asyncio.run(practice_clock.wait_for_request())
        os.kill(process.process, signal.SIGKILL)
        process.end()
    practice_clock.resume()
    for words in (_line(practice), ["sign-in", "--plain"]):
        again = run_in_process(tmp_path, *words)
        assert f"You started to sign in to {practice.address}" in again.stderr
        assert _ANSWER_LOST in " ".join(again.stderr.split())


def test_refused_code_leaves_no_word_of_a_lost_answer(
    tmp_path: Path, practice: PracticeServer
) -> None:
    run_in_process(tmp_path, *_line(practice), answers="WRONG" + "0" * 43)
    again = run_in_process(tmp_path, "sign-in", "--plain")
    assert f"You started to sign in to {practice.address}" in again.stderr
    assert "answer was lost" not in again.stderr


def test_pipe_is_told_what_became_of_the_token(
    tmp_path: Path, practice: PracticeServer, disk: Disk
) -> None:
    def enter(stderr: str) -> str:
        code = enter_code()(stderr)
        disk.fill()
        return code

    done = run_in_process(tmp_path, *_line(practice), answers=[enter])
    assert (done.returncode, done.stdout) == (1, "")
    *_, unsaved, ending, ended, failure = done.stderr.splitlines()
    assert (unsaved, ending) == (_UNSAVED, "Revoking access.")
    assert ended == f"The access was revoked on {practice.address}."
    assert "can't be written: no space left on device" in failure
    assert practice.requests.count(_REVOKE) == 1


@pytest.mark.slow
def test_closed_screens_revoke_the_token(tmp_path: Path, practice: PracticeServer) -> None:
    pending = asyncio.run(save_pending(default_credentials_path(tmp_path), practice.address))
    code = asyncio.run(get_code(pending))
    with PtyTerminal([], tmp_path) as terminal:
        terminal.wait_for("You started to sign in")
        terminal.send(_ENTER)
        terminal.wait_for("Paste the code")
        fill_disk(terminal.process)
        terminal.paste(code)
        terminal.wait_for("file too large")
        terminal.signal(signal.SIGHUP)
        assert terminal.exit_code() == 0
    assert practice.requests.count(_REVOKE) == 1
