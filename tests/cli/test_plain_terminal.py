"""The plain journey in a real pseudo-terminal that can only print one line after the other."""

from __future__ import annotations

import re
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.practice import PracticeInstance
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.pty_terminal import JobControlTerminal, PtyTerminal
from tests.helpers.subprocess_cli import default_credentials_path, run, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.shelf import Shelf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

ENTER, CTRL_D = "\r", "\x04"
WRONG = "A" * 48
DUMB = {"TERM": "dumb"}


def _link(terminal: PtyTerminal) -> str:
    """Read the last link off the screen, over the rows it is broken into."""
    links = re.findall(r"^http.*?(?=\n\n)", terminal.text, re.MULTILINE | re.DOTALL)
    return "".join(links[-1].split())


def _code(terminal: PtyTerminal, who: str = "alice") -> str:
    with BrowserUser(f"{who}@example.org") as person:
        return person.get_code(_link(terminal))


def _shelf(home: Path) -> Shelf:
    return Store(default_credentials_path(home)).load()


def _at_code(home: Path, practice: PracticeInstance, **variables: str) -> PtyTerminal:
    line = ["sign-in", practice.address, "--scopes", "read", "--plain"]
    return PtyTerminal(line, home, **variables)


def _has_asked(terminal: PtyTerminal, before: int) -> bool:
    return b"Code (" in terminal.drawn[before:]


def test_a_dumb_terminal_is_asked_line_by_line(tmp_path: Path, practice: PracticeInstance) -> None:
    with PtyTerminal(["sign-in"], tmp_path, **DUMB) as terminal:
        terminal.wait_for("Address:")
        terminal.send(f"@alice@{practice.address}{ENTER}")
        terminal.wait_for("lists them) [2]:")
        terminal.send(ENTER)
        terminal.wait_for("Code (not shown while you paste; f gets a fresh link):")
        code = _code(terminal)
        terminal.send(f"{code}{ENTER}")
        terminal.wait_for(f"You are signed in as @alice@{practice.address}.")
        assert terminal.exit_code() == 0
    assert code.encode() not in terminal.drawn
    assert not re.search(rb"\x1b|\x08|\r(?!\n)", terminal.drawn)
    rows = terminal.drawn.decode().splitlines()
    assert all(len(row) <= 80 or row.startswith("http") for row in rows)
    (account,) = _shelf(tmp_path).accounts
    assert account.token.scopes == ("read", "write:media", "write:statuses")


def test_a_page_with_the_code_is_pasted_whole(tmp_path: Path, practice: PracticeInstance) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Code (")
        code = _code(terminal)
        terminal.send(f"\rHere's your out-of-band token:\r\r  {code[:30]}\r{code[30:]}\r\rBye.\r")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    assert b"The server does not" not in terminal.drawn
    assert b"It was not sent" not in terminal.drawn


def test_a_code_pasted_without_its_end_is_put_together(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Code (")
        code = _code(terminal)
        terminal.send(f"{code[:30]}\r{code[30:]}")
        terminal.wait_for("That is only 30 of the code's 48 characters.")
        terminal.send(ENTER)
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


def test_a_wrong_code_and_a_fresh_link(tmp_path: Path, practice: PracticeInstance) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Code (")
        first = _link(terminal)
        terminal.send(f"{WRONG}{ENTER}")
        terminal.wait_for("The server does not accept this code.")
        terminal.send(f"F{ENTER}")
        terminal.wait_until(lambda: terminal.drawn.count(b"Code (") == 3, "a third question")
        assert _link(terminal) != first
        terminal.send(f"{_code(terminal)}{ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


def test_a_server_that_is_gone_is_tried_again(tmp_path: Path, practice: PracticeInstance) -> None:
    with PtyTerminal(["sign-in", "--plain"], tmp_path) as terminal:
        terminal.wait_for("Address:")
        practice.stop()
        terminal.send(f"{practice.address}{ENTER}")
        terminal.wait_for(f"Address [{practice.address}]:")
        practice.start()
        terminal.send(ENTER)
        terminal.wait_for("[2]:")
        practice.stop()
        terminal.send(ENTER)
        terminal.wait_for("Enter tries again, q stops:")
        practice.start()
        terminal.send(ENTER)
        terminal.wait_for("Code (")
        code = _code(terminal)
        practice.stop()
        terminal.send(f"{code}{ENTER}")
        terminal.wait_for("Enter tries again, q stops:")
        practice.start()
        terminal.send(ENTER)
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


async def test_somebody_elses_access_that_ended_before_it_was_kept_is_begun_anew(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
    with PtyTerminal(["renew", "--plain"], tmp_path) as terminal:
        terminal.wait_for("Code (")
        terminal.send(f"{_code(terminal, 'bob')}{ENTER}")
        terminal.wait_for("or keep both (k)?")
        practice.revoke_tokens("bob")
        before = len(terminal.drawn)
        terminal.send(f"k{ENTER}")
        terminal.wait_until(partial(_has_asked, terminal, before), "a fresh link")
        assert "no longer accepts this access" in terminal.drawn.decode()
        terminal.send(f"{_code(terminal)}{ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


@pytest.mark.parametrize("end", [CTRL_D, f"q{ENTER}", signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_leaving_at_the_code_loses_nothing(
    tmp_path: Path, practice: PracticeInstance, end: str | signal.Signals
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Code (")
        code = _code(terminal)
        if isinstance(end, signal.Signals):
            terminal.signal(end)
        else:
            terminal.send(end)
        terminal.wait_for("What you reached is kept.")
        assert terminal.exit_code() == 2
    assert b"Traceback" not in terminal.drawn
    with PtyTerminal(["sign-in", "--plain"], tmp_path) as terminal:
        terminal.wait_for("or forget it (f)? [y]:")
        terminal.send(ENTER)
        terminal.wait_for("Code (")
        terminal.send(f"{code}{ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


async def test_ctrl_c_while_the_code_is_handed_in_keeps_the_access(
    tmp_path: Path, practice: PracticeInstance, practice_clock: PausableClock
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Code (")
        code = _code(terminal)
        practice_clock.pause()
        terminal.send(f"{code}{ENTER}")
        await practice_clock.wait_for_request()
        terminal.signal(signal.SIGINT)
        practice_clock.resume()
        terminal.wait_for("What you reached is kept.")
        assert terminal.exit_code() == 2
    (attempt,) = _shelf(tmp_path).attempts
    assert attempt.token is not None
    done = run(tmp_path, "sign-in", answers="y\n")
    assert (done.returncode, done.stdout) == (
        0,
        f"You are signed in as @alice@{practice.address}.\n",
    )


def test_ctrl_c_ends_waiting_at_once(
    tmp_path: Path, practice: PracticeInstance, practice_clock: PausableClock
) -> None:
    practice_clock.pause()
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Looking up")
        terminal.signal(signal.SIGINT)
        terminal.wait_for("Stopped.")
        assert terminal.exit_code() == 2
    practice_clock.resume()


def test_a_file_that_cannot_be_read_can_be_left_for_another(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    default_credentials_path(tmp_path).mkdir(parents=True)
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("saves it all there, q stops:")
        terminal.send(f"~/.config{ENTER}")
        terminal.wait_until(lambda: terminal.drawn.count(b"q stops:") == 2, "the question again")
        terminal.send(f"~/other.toml{ENTER}")
        terminal.wait_for("Code (")
        terminal.send(f"{_code(terminal)}{ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    (account,) = Store(tmp_path / "other.toml").load().accounts
    assert account.username == "alice"


def test_a_browser_is_opened_only_when_that_is_asked_for(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text('#!/bin/sh\nprintf %s "$1" >"$HOME/opened"\n')
    opener.chmod(0o755)
    display = {"DISPLAY": ":0", "PATH": f"{opener.parent}:/usr/bin:/bin"}
    with _at_code(tmp_path, practice, **display) as terminal:
        terminal.wait_for("Code (not shown while you paste; o opens the link, f gets a fresh one):")
        assert not (tmp_path / "opened").exists()
        link = _link(terminal)
        terminal.send(f"o{ENTER}")
        terminal.wait_for("Opening your browser.")
        terminal.wait_for("browser.\nCode (")
        terminal.send(CTRL_D)
        assert terminal.exit_code() == 2
    assert (tmp_path / "opened").read_text() == link
    line = ["sign-in", practice.address, "--scopes", "read", "--no-browser"]
    with PtyTerminal(line, tmp_path, **display, **DUMB) as terminal:
        terminal.wait_for("Code (not shown while you paste; f gets a fresh link):")


async def test_renewing_with_a_different_person_is_asked_about(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
    with PtyTerminal(["renew"], tmp_path, **DUMB) as terminal:
        terminal.wait_for("Code (")
        terminal.send(f"{_code(terminal, 'bob')}{ENTER}")
        terminal.wait_for("Stop (s), or keep both (k)? [s]:")
        terminal.send(f"k{ENTER}")
        terminal.wait_for("You are signed in as @bob")
        assert terminal.exit_code() == 0
    assert [one.username for one in _shelf(tmp_path).accounts] == ["alice", "bob"]


def test_the_screens_need_more_than_a_dumb_terminal(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path, **DUMB) as terminal:
        terminal.wait_for("gts-wizard sign-in --plain")
        assert terminal.exit_code() == 2


def test_a_program_that_is_suspended_gives_the_terminal_back_and_asks_again(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    line = ["sign-in", practice.address, "--scopes", "read", "--plain"]
    with JobControlTerminal(line, tmp_path) as terminal:
        terminal.wait_for("Code (")
        code = _code(terminal)
        terminal.wait_until(lambda: not terminal.shows_typing, "nothing shown")
        for _ in range(3):
            before = len(terminal.drawn)
            terminal.signal(signal.SIGTSTP)
            terminal.wait_until_suspended()
            assert terminal.shows_typing
            terminal.signal(signal.SIGCONT)
            terminal.wait_until(partial(_has_asked, terminal, before), "the question again")
            assert not terminal.shows_typing
        terminal.send(f"{code}{ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
        assert terminal.shows_typing
    assert code.encode() not in terminal.drawn


def test_a_program_that_can_not_be_suspended_goes_on_showing_nothing(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Code (")
        code = _code(terminal)
        terminal.signal(signal.SIGTSTP)
        terminal.send(f"{code}{ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    assert code.encode() not in terminal.drawn


def test_quitting_at_the_code_leaves_a_terminal_that_shows_what_is_typed(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Code (")
        terminal.wait_until(lambda: not terminal.shows_typing, "nothing shown")
        terminal.signal(signal.SIGQUIT)
        assert terminal.exit_code() == -signal.SIGQUIT
        assert terminal.shows_typing
