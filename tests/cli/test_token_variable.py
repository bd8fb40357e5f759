"""The token in the environment reaches no program that the wizard starts; the rest of it does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.helpers.fake_programs import FakePrograms
from tests.helpers.pty_terminal import PtyTerminal

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer

pytestmark = pytest.mark.pty

_ENTER, _CTRL_D, _CTRL_Q, _CTRL_V = "\r", "\x04", "\x11", "\x16"
# Moved when it is complete.
_NOTE_ENVIRONMENT = 'env >"$0.part"; mv "$0.part" "$0.environment"'


@pytest.fixture
def computer(tmp_path: Path) -> FakePrograms:
    """A folder for programs, which are found before all others."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return FakePrograms(folder)


def _start(words: list[str], home: Path, computer: FakePrograms, browser: str = "") -> PtyTerminal:
    return PtyTerminal(
        words,
        home,
        PATH=f"{computer.path}{os.pathsep}{os.environ['PATH']}",
        DISPLAY=":0",
        BROWSER=browser,
        GTS_WIZARD_TOKEN="token-of-carol",
        GTS_WIZARD_SERVER="carols.example",
    )


def _assert_started_without_token(terminal: PtyTerminal, computer: FakePrograms, name: str) -> None:
    note = computer.folder / f"{name}.environment"
    terminal.wait_until(note.exists, name)
    noted = note.read_text()
    assert "GTS_WIZARD_SERVER=carols.example\n" in noted
    assert "token-of-carol" not in noted


@pytest.mark.parametrize(
    ("opener", "browser"),
    [("xdg-open", ""), ("browser", "browser")],
    ids=["opener of the desktop", "named browser"],
)
def test_browser_opened_line_by_line_gets_no_token(
    tmp_path: Path,
    practice: PracticeServer,
    computer: FakePrograms,
    opener: str,
    browser: str,
) -> None:
    computer.install(opener, then=_NOTE_ENVIRONMENT)
    words = ["sign-in", practice.address, "--scopes", "read", "--plain"]
    with _start(words, tmp_path, computer, browser) as terminal:
        terminal.wait_for("or paste the code:")
        terminal.send(f"o{_ENTER}")
        _assert_started_without_token(terminal, computer, opener)
        terminal.send(_CTRL_D)
        assert terminal.exit_code() == 2


@pytest.mark.slow
def test_browser_and_clipboard_of_the_screens_get_no_token(
    tmp_path: Path, practice: PracticeServer, computer: FakePrograms
) -> None:
    computer.install("xclip", then=f"{_NOTE_ENVIRONMENT}; printf {practice.address}")
    computer.install("xdg-open", then=_NOTE_ENVIRONMENT)
    with _start(["sign-in"], tmp_path, computer) as terminal:
        terminal.wait_for("Where is your account?")
        terminal.send(_CTRL_V)
        terminal.wait_for(practice.address)
        _assert_started_without_token(terminal, computer, "xclip")
        terminal.send(_ENTER)
        for page in ("Practice server", "What may programs on this", "Open in browser"):
            terminal.wait_for(page)
            terminal.send(_ENTER)
        _assert_started_without_token(terminal, computer, "xdg-open")
        terminal.wait_for("Waiting for your browser")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 2
