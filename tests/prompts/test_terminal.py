"""Signing in line by line in a pseudo-terminal."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.pty_terminal import JobControlTerminal, PtyTerminal
from tests.helpers.subprocess_cli import default_credentials_path, run_in_process, sign_in_users

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.credentials import Credentials

pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX"),
]

_ENTER, _CTRL_D = "\r", "\x04"
_WRONG_CODE = "A" * 48


def _link(terminal: PtyTerminal) -> str:
    """Read the last link off the screen, over the rows it is broken into."""
    links = re.findall(r"^http.*?(?=\n\n)", terminal.text, re.MULTILINE | re.DOTALL)
    return "".join(links[-1].split())


def _code(terminal: PtyTerminal, username: str = "alice") -> str:
    with BrowserUser(f"{username}@example.org") as user:
        return user.get_code(_link(terminal))


def _saved(home: Path) -> Credentials:
    return Store(default_credentials_path(home)).load()


def _at_code(home: Path, practice: PracticeServer, **variables: str) -> PtyTerminal:
    line = ["sign-in", practice.address, "--scopes", "read", "--plain"]
    return PtyTerminal(line, home, ignored=(), **variables)


def _has_asked(terminal: PtyTerminal, before: int) -> bool:
    return b"Paste the code:" in terminal.drawn[before:]


def test_dumb_terminal_is_asked_line_by_line(tmp_path: Path, practice: PracticeServer) -> None:
    with PtyTerminal(["sign-in"], tmp_path, TERM="dumb") as terminal:
        terminal.wait_for("such as example.org:")
        terminal.send(f"@alice@{practice.address}{_ENTER}")
        terminal.wait_for("Type y or n (Enter for y):")
        terminal.send(_ENTER)
        terminal.wait_for("Type 1 to 4, t or n (Enter for 2):")
        terminal.send(_ENTER)
        terminal.wait_for("Paste the code:")
        code = _code(terminal)
        terminal.send(f"{code}{_ENTER}")
        terminal.wait_for(f"You are signed in as @alice@{practice.address}.")
        assert terminal.exit_code() == 0
    assert code.encode() not in terminal.drawn
    assert not re.search(rb"\x1b|\x08|\r(?!\n)", terminal.drawn)
    rows = terminal.drawn.decode().splitlines()
    assert all(len(row) <= 80 or row.startswith("http") for row in rows)
    (account,) = _saved(tmp_path).accounts
    assert account.token.scopes == ("read", "write:media", "write:statuses")


def test_wrong_code_fresh_link_and_code_in_two_pieces(
    tmp_path: Path, practice: PracticeServer
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Paste the code:")
        first = _link(terminal)
        terminal.send(f"{_WRONG_CODE}{_ENTER}")
        terminal.wait_for("doesn't accept this code.")
        terminal.send(f"F{_ENTER}")
        terminal.wait_until(
            lambda: terminal.drawn.count(b"Paste the code:") == 3, "a third question"
        )
        assert _link(terminal) != first
        code = _code(terminal)
        terminal.send(f"{code[:30]}\r{code[30:]}")
        terminal.wait_for("That's only 30 of the code's 48 characters.")
        terminal.send(_ENTER)
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


def test_server_that_is_gone_is_tried_again(tmp_path: Path, practice: PracticeServer) -> None:
    with PtyTerminal(["sign-in", "--plain"], tmp_path) as terminal:
        terminal.wait_for("such as example.org:")
        practice.stop()
        terminal.send(f"My server is {practice.address}!{_ENTER}")
        terminal.wait_for(f"Address (Enter for {practice.address}):")
        practice.start()
        terminal.send(_ENTER)
        terminal.wait_for("Type y or n (Enter for y):")
        terminal.send(_ENTER)
        terminal.wait_for("(Enter for 2):")
        practice.stop()
        terminal.send(_ENTER)
        terminal.wait_for("Press Enter to try again:")
        practice.start()
        terminal.send(_ENTER)
        terminal.wait_for("Paste the code:")
        code = _code(terminal)
        practice.stop()
        terminal.send(f"{_WRONG_CODE}{_ENTER}")
        terminal.wait_for("send the same code again")
        practice.start()
        terminal.send(_ENTER)
        terminal.wait_for("doesn't accept this code.")
        practice.stop()
        before = len(terminal.drawn)
        terminal.send(f"{code}{_ENTER}")
        repeat = b"send the same code again"
        terminal.wait_until(lambda: repeat in terminal.drawn[before:], "the question")
        practice.start()
        terminal.send(_ENTER)
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


def test_enter_keeps_the_https_of_a_local_server(tmp_path: Path, practice: PracticeServer) -> None:
    practice.stop()
    with PtyTerminal(["sign-in", "--plain"], tmp_path) as terminal:
        terminal.wait_for("such as example.org:")
        terminal.send(f"https://{practice.address}{_ENTER}")
        terminal.wait_for(f"Address (Enter for https://{practice.address}):")


def test_token_that_may_too_little_is_ended_and_others_are_asked_for(tmp_path: Path) -> None:
    with (
        PracticeServer(granted_scope="write") as practice,
        _at_code(tmp_path, practice) as terminal,
    ):
        terminal.wait_for("Paste the code:")
        terminal.send(f"{_code(terminal)}{_ENTER}")
        terminal.wait_for("doesn't allow this with the permissions you chose.")
        terminal.wait_for("Type 1 to 4")
        assert practice.requests.count("POST /oauth/revoke") == 1
        before = len(terminal.drawn)
        terminal.send(f"1{_ENTER}")
        terminal.wait_until(partial(_has_asked, terminal, before), "a fresh link")
        (pending,) = _saved(tmp_path).pending_sign_ins
        assert pending.token is None
        assert _link(terminal) == authorization_url(pending)


def test_token_of_a_different_account_revoked_before_it_is_kept(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    with PtyTerminal(["renew"], tmp_path, TERM="dumb") as terminal:
        terminal.wait_for("Paste the code:")
        terminal.send(f"{_code(terminal, 'bob')}{_ENTER}")
        terminal.wait_for("Type t, k or s (Enter for t):")
        practice.revoke_tokens("bob")
        before = len(terminal.drawn)
        terminal.send(f"k{_ENTER}")
        terminal.wait_until(partial(_has_asked, terminal, before), "a fresh link")
        assert "no longer accepts this access" in terminal.drawn.decode()
        terminal.send(f"{_code(terminal)}{_ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0


def test_stopping_at_the_code_keeps_the_link(tmp_path: Path, practice: PracticeServer) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Paste the code:")
        link = _link(terminal)
        terminal.signal(signal.SIGHUP)
        terminal.wait_for("Your progress is saved.")
        assert terminal.exit_code() == 2
    assert b"Traceback" not in terminal.drawn
    (pending,) = _saved(tmp_path).pending_sign_ins
    assert authorization_url(pending) == link


def test_next_start_continues_with_the_same_code(tmp_path: Path, practice: PracticeServer) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Paste the code:")
        code = _code(terminal)
        terminal.send(_CTRL_D)
        terminal.wait_for("Your progress is saved.")
        assert terminal.exit_code() == 2
    done = run_in_process(tmp_path, "sign-in", "--plain", answers=["y", code])
    assert done.stdout == f"You are signed in as @alice@{practice.address}.\n"
    assert done.returncode == 0


def test_ctrl_c_while_the_code_is_exchanged_keeps_the_token(
    tmp_path: Path, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Paste the code:")
        code = _code(terminal)
        practice_clock.pause()
        terminal.send(f"{code}{_ENTER}")
        asyncio.run(practice_clock.wait_for_request())
        terminal.signal(signal.SIGINT)
        practice_clock.resume()
        terminal.wait_for("Your progress is saved.")
        assert terminal.exit_code() == 2
    (pending,) = _saved(tmp_path).pending_sign_ins
    assert pending.token is not None
    done = run_in_process(tmp_path, "sign-in", answers="y\n")
    assert (done.returncode, done.stdout) == (
        0,
        f"You are signed in as @alice@{practice.address}.\n",
    )


def test_ctrl_c_ends_waiting_at_once(
    tmp_path: Path, practice: PracticeServer, practice_clock: PausableClock
) -> None:
    practice_clock.pause()
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Looking up")
        terminal.signal(signal.SIGINT)
        terminal.wait_for("Stopped.")
        assert terminal.exit_code() == 2
    practice_clock.resume()


def test_unreadable_file_is_left_for_another(tmp_path: Path, practice: PracticeServer) -> None:
    default_credentials_path(tmp_path).mkdir(parents=True)
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("or name another file:")
        terminal.send(f"~/.config{_ENTER}")
        terminal.wait_until(
            lambda: terminal.drawn.count(b"or name another file:") == 2, "the question again"
        )
        terminal.send(f"~/other.toml{_ENTER}")
        terminal.wait_for("Paste the code:")
        terminal.send(f"{_code(terminal)}{_ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    (account,) = Store(tmp_path / "other.toml").load().accounts
    assert account.username == "alice"


def test_browser_is_opened_only_on_request(tmp_path: Path, practice: PracticeServer) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text('#!/bin/sh\nprintf %s "$1" >"$HOME/opened"\n')
    opener.chmod(0o755)
    search_path = f"{opener.parent}:/usr/bin:/bin"
    with _at_code(tmp_path, practice, DISPLAY=":0", PATH=search_path) as terminal:
        terminal.wait_for("Type o for your browser, or paste the code:")
        assert not (tmp_path / "opened").exists()
        link = _link(terminal)
        terminal.send(f"o{_ENTER}")
        terminal.wait_for("Opening your browser.")
        terminal.wait_for("To paste a code instead, press Enter.")
        terminal.send(_ENTER)
        terminal.wait_for("Enter.\n\nType o for your browser")
        terminal.send(f"q{_ENTER}")
        terminal.wait_for("Your progress is saved.")
        assert terminal.exit_code() == 2
    opened = (tmp_path / "opened").read_text()
    assert opened.partition("redirect_uri=")[0] == link.partition("redirect_uri=")[0]
    line = ["sign-in", practice.address, "--scopes", "read", "--no-browser"]
    with PtyTerminal(line, tmp_path, DISPLAY=":0", PATH=search_path, TERM="dumb") as terminal:
        terminal.wait_for("Type y, n or f (Enter for y):")
        terminal.send(_ENTER)
        terminal.wait_for("Paste the code:")


def test_suspended_program_gives_the_terminal_back_and_asks_again(
    tmp_path: Path, practice: PracticeServer
) -> None:
    line = ["sign-in", practice.address, "--scopes", "read", "--plain"]
    with JobControlTerminal(line, tmp_path) as terminal:
        terminal.wait_for("Paste the code:")
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
        terminal.send(f"{code}{_ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
        assert terminal.shows_typing
    assert code.encode() not in terminal.drawn


def test_page_is_pasted_whole_though_a_suspension_was_tried(
    tmp_path: Path, practice: PracticeServer
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Paste the code:")
        code = _code(terminal)
        # Nobody could continue this program.
        terminal.signal(signal.SIGTSTP)
        terminal.send(f"\rHere's your out-of-band token:\r\r  {code[:30]}\r{code[30:]}\r\rBye.\r")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    assert b"doesn't accept" not in terminal.drawn
    assert b"It was not sent" not in terminal.drawn
    assert code[:30].encode() not in terminal.drawn


def test_sigquit_at_the_code_restores_the_terminal(
    tmp_path: Path, practice: PracticeServer
) -> None:
    with _at_code(tmp_path, practice) as terminal:
        terminal.wait_for("Paste the code:")
        terminal.signal(signal.SIGQUIT)
        assert terminal.exit_code() == -signal.SIGQUIT
        assert terminal.shows_typing
