"""The plain sign-in whose code comes by itself, in a real terminal."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.storage.store import Store
from tests.helpers.browser_program import install_browser
from tests.helpers.fake_programs import FakePrograms
from tests.helpers.practice_overrides import canned
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import default_credentials_path

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer

pytestmark = [
    pytest.mark.pty,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX"),
]

_ENTER = "\r"
_WAITING = "To paste a code instead, press Enter."


def at_code(home: Path, practice: PracticeServer, programs: Path) -> PtyTerminal:
    """Start the sign-in on a desktop whose opener is in a folder, up to the question."""
    line = ["sign-in", practice.address, "--scopes", "read", "--plain"]
    path = f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"
    terminal = PtyTerminal(line, home, ignored=(), DISPLAY=":0", PATH=path)
    terminal.wait_for("Type o for your browser, or paste the code:")
    return terminal


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The folder of the desktop's programs."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def test_browser_brings_the_code(tmp_path: Path, practice: PracticeServer, programs: Path) -> None:
    page = install_browser(programs)
    with at_code(tmp_path, practice, programs) as terminal:
        terminal.send(f"o{_ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    told = terminal.drawn.decode()
    assert "copy" not in told.lower()
    assert told.index("Opening your browser.") < told.index("Step 4 of 5: Code")
    address, _, text = page.read_text().partition(" ")
    assert (address, "You are connected" in text) == ("/done", True)
    saved = Store(default_credentials_path(tmp_path)).load()
    assert [account.username for account in saved.accounts] == ["alice"]
    assert saved.pending_sign_ins == ()


def test_browser_is_told_where_the_server_fails(
    tmp_path: Path, practice: PracticeServer, programs: Path
) -> None:
    page = install_browser(programs)
    practice.overrides = {"POST /oauth/token": canned(500)}
    with at_code(tmp_path, practice, programs) as terminal:
        terminal.send(f"o{_ENTER}")
        terminal.wait_for("is having problems")
        terminal.wait_until(page.exists, "the last page in the browser")
        practice.overrides = {}
        terminal.wait_for("send the same code again")
        terminal.send(_ENTER)
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    assert "That didn't work" in page.read_text()


def test_waiting_for_the_browser_takes_a_code_and_can_be_stopped(
    tmp_path: Path, practice: PracticeServer, programs: Path
) -> None:
    FakePrograms(programs).install("xdg-open")
    with at_code(tmp_path, practice, programs) as terminal:
        terminal.send(f"o{_ENTER}")
        terminal.wait_for(_WAITING)
        terminal.wait_until(lambda: not terminal.shows_typing, "the echo is off")
        terminal.send(_ENTER)
        terminal.wait_until(
            lambda: terminal.drawn.count(b"or paste the code:") == 2, "a second question"
        )
        terminal.send(f"o{_ENTER}")
        terminal.wait_until(lambda: terminal.text.count(_WAITING) == 2, "waiting again")
        terminal.send(f"WRONG{'0' * 43}{_ENTER}")
        terminal.wait_for("doesn't accept this code.")
        assert b"WRONG" not in terminal.drawn
        terminal.wait_until(
            lambda: terminal.drawn.count(b"or paste the code:") == 3, "a third question"
        )
        terminal.send(f"o{_ENTER}")
        terminal.wait_until(lambda: terminal.drawn.count(_WAITING.encode()) == 3, "waiting again")
        terminal.signal(signal.SIGINT)
        terminal.wait_for("Your progress is saved.")
        assert terminal.exit_code() == 2
        assert terminal.shows_typing
