"""`gts_wizard.tui.terminal`: the background a terminal names, and whether it draws pictures."""

from __future__ import annotations

import base64
import io
import os
import pty
import re
import select
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from textual.theme import Theme

from gts_wizard.practice import PracticeServer
from gts_wizard.services.container import open_services
from gts_wizard.tui import terminal as queries
from gts_wizard.tui.app import WizardApp
from gts_wizard.tui.terminal import UNKNOWN, TerminalInfo, query_terminal
from gts_wizard.tui.themes import DARK, LIGHT
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import save_accounts, sign_in_users

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

_BACKGROUND, _VERSION, _LAST = b"\x1b]11;?\x1b\\", b"\x1b[>q", b"\x1b[c"
_LAST_ANSWER = "\x1b[?62;c"
_SENT_PICTURE = re.compile(rb"\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\")
_PLACEHOLDER = "\U0010eeee".encode()
_HALF_BLOCK = "▀".encode()
_CHARACTERS = 12 * 6
_ENTER, _ESC, _F1 = "\r", "\x1b", "\x1bOP"


@pytest.fixture
def master(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal that is asked in this process, as whoever sits there reads and writes it."""
    master, slave = pty.openpty()
    monkeypatch.setattr(queries, "_INPUT", slave)
    monkeypatch.setattr(queries, "_OUTPUT", slave)
    yield master
    os.close(master)
    os.close(slave)


def _ask(master: int, name: str, answer: str) -> tuple[TerminalInfo, bytes]:
    """Ask a terminal that calls itself so and answers so; return also what it was asked."""
    asked = b""

    def reply() -> None:
        nonlocal asked
        while not asked.endswith(_LAST):
            asked += os.read(master, 4096)
        os.write(master, answer.encode())

    replying = threading.Thread(target=reply)
    replying.start()
    found = query_terminal({"TERM": name})
    replying.join()
    return found, asked


@pytest.mark.parametrize(
    ("answer", "is_light"),
    [
        ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", True),
        ("\x1b]11;rgb:fd/f6/e3\x07", True),
        ("\x1b]11;rgba:0000/2b2b/3636/ffff\x1b\\", False),
        ("\x1b]11;rgb:0/0/0\x1b\\", False),
        ("\x1b]11;what?\x1b\\", None),
        ("", None),
    ],
    ids=["white", "beige", "dark blue", "black", "nonsense", "no answer"],
)
def test_background_is_read_from_the_answer(
    master: int, answer: str, is_light: bool | None
) -> None:
    found, asked = _ask(master, "xterm-256color", answer + _LAST_ANSWER)
    assert found == TerminalInfo(is_light)
    assert asked == _BACKGROUND + _LAST


@pytest.mark.parametrize(
    ("name", "answer", "draws_pictures"),
    [
        ("xterm-kitty", "\x1bP>|kitty(0.28.1)\x1b\\", True),
        ("xterm-ghostty", "\x1bP>|ghostty 1.2.3\x1b\\", True),
        ("xterm-kitty", "\x1bP>|kitty(0.26.5)\x1b\\", False),
        ("xterm-kitty", "", False),
    ],
    ids=["kitty", "ghostty", "old kitty", "no version"],
)
def test_pictures_are_drawn_by_the_versions_that_can(
    master: int, name: str, answer: str, draws_pictures: bool
) -> None:
    found, asked = _ask(master, name, answer + _LAST_ANSWER)
    assert found == TerminalInfo(can_show_images=draws_pictures)
    assert asked == _BACKGROUND + _VERSION + _LAST


@pytest.mark.parametrize("name", ["linux", "dumb", ""])
def test_terminal_that_would_print_the_question_is_not_asked(master: int, name: str) -> None:
    assert query_terminal({"TERM": name}) == UNKNOWN
    assert not select.select([master], [], [], 0)[0]


def test_silent_terminal_is_unknown(master: int) -> None:
    assert _ask(master, "xterm", "")[0] == UNKNOWN


def _colour(theme_background: str | None) -> bytes:
    """Return what a terminal is sent to paint a background."""
    assert theme_background is not None
    red, green, blue = bytes.fromhex(theme_background.removeprefix("#"))
    return f"48;2;{red};{green};{blue}".encode()


def _is_painted(terminal: PtyTerminal, theme: Theme, other: Theme) -> bool:
    return (
        _colour(theme.background) in terminal.drawn
        and _colour(other.background) not in terminal.drawn
    )


@pytest.mark.pty
@pytest.mark.slow
def test_light_background_gets_the_light_theme(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path) as terminal:
        terminal.wait_until(lambda: _BACKGROUND + _LAST in terminal.drawn, "the question")
        terminal.send(f"\x1b]11;rgb:ffff/ffff/ffff\x1b\\{_LAST_ANSWER}")
        terminal.wait_for("Welcome")
        assert _is_painted(terminal, LIGHT, other=DARK)


@pytest.mark.pty
@pytest.mark.slow
def test_terminal_is_asked_while_the_rest_is_imported(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path, PYTHONPROFILEIMPORTTIME="1") as terminal:
        # Python prints the name of a module once its import has ended.
        terminal.wait_until(lambda: b"gts_wizard.tui.app" in terminal.drawn, "the import")
        assert _BACKGROUND in terminal.drawn.partition(b"gts_wizard.tui.app")[0]


@pytest.mark.pty
@pytest.mark.slow
def test_keys_pressed_before_the_first_screen_are_not_lost(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path) as terminal:
        terminal.send(_F1)
        terminal.wait_for("What is this?")
        assert _BACKGROUND not in terminal.drawn
        assert _is_painted(terminal, DARK, other=LIGHT)


@pytest.mark.pty
@pytest.mark.slow
def test_late_answer_presses_no_key(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account())
    with PtyTerminal([], tmp_path) as terminal:
        terminal.wait_for("s Sign out")
        before = terminal.text
        for pieces in (
            ["\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;c"],
            ["\x1b]11;rgb:ffff/ffff/ffff\x07", "\x1b[?62;c"],
            ["\x1b]11;rg", "b:ffff/ffff/ffff\x1b", "\\\x1b[?62;", "22c"],
            ["\x1bP>|ghostty 1.0\x1b\\", "\x1b[?62;c"],
        ):
            for piece in pieces:
                terminal.send(piece)
                terminal.wait_until_read()
            terminal.send(_F1)
            terminal.wait_for("What is this?")
            terminal.send(_ESC)
            terminal.wait_until(lambda: terminal.text == before, "Home as it was")


@contextmanager
def _picture_shown(home: Path, name: str, answer: str, **variables: str) -> Iterator[PtyTerminal]:
    """Open Alice's account in a terminal that calls itself so, and answers so."""
    with PtyTerminal([], home, ignored=(), TERM=name, **variables) as terminal:
        terminal.wait_until(
            lambda: _BACKGROUND + _VERSION + _LAST in terminal.drawn, "the question"
        )
        terminal.send(answer)
        terminal.wait_until(lambda: b"Your accounts" in terminal.drawn, "Home")
        terminal.send(_ENTER)
        terminal.wait_until(
            lambda: max(map(terminal.drawn.count, (_PLACEHOLDER, _HALF_BLOCK))) >= _CHARACTERS,
            "the picture",
        )
        yield terminal


@pytest.mark.pty
@pytest.mark.slow
def test_terminal_that_draws_pictures_gets_one_and_deletes_it(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    answer = f"\x1bP>|kitty(0.28.1)\x1b\\{_LAST_ANSWER}"
    with _picture_shown(tmp_path, "xterm-kitty", answer) as terminal:
        sent = _SENT_PICTURE.findall(terminal.drawn)
        picture = Image.open(io.BytesIO(base64.b64decode(b"".join(data for _, data in sent))))
        assert (picture.format, picture.size) == ("PNG", (240, 240))
        assert len({picture.getpixel((x, x)) for x in range(0, 240, 8)}) > 1
        assert all(len(data) <= 4096 for _, data in sent)
        number = int(re.findall(rb"i=(\d+)", sent[0][0])[0])
        red, green, blue = number.to_bytes(3)
        assert f"\x1b[38;2;{red};{green};{blue}".encode() in terminal.drawn
        assert _HALF_BLOCK not in terminal.drawn
        terminal.send(_ESC)
        deletion = f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\".encode()
        terminal.wait_until(lambda: deletion in terminal.drawn, "the picture being deleted")


@pytest.mark.pty
@pytest.mark.slow
def test_terminal_without_exact_colours_gets_half_blocks(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    answer = f"\x1bP>|kitty(0.28.1)\x1b\\{_LAST_ANSWER}"
    with _picture_shown(tmp_path, "xterm-kitty", answer, COLORTERM="") as terminal:
        assert b"\x1b_G" not in terminal.drawn
        assert _PLACEHOLDER not in terminal.drawn


@pytest.mark.parametrize(
    ("terminal", "variables", "draws_pictures"),
    [
        (TerminalInfo(can_show_images=True), {}, True),
        (UNKNOWN, {}, False),
        # The number of the picture is a colour, which must arrive exactly.
        (TerminalInfo(can_show_images=True), {"COLORTERM": ""}, False),
        (TerminalInfo(can_show_images=True), {"NO_COLOR": "1"}, False),
    ],
    ids=["kitty", "another terminal", "256 colours", "no colours"],
)
def test_pictures_need_exact_colours(
    credentials_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    terminal: TerminalInfo,
    variables: dict[str, str],
    *,
    draws_pictures: bool,
) -> None:
    for name, value in {"TERM": "xterm-kitty", "COLORTERM": "truecolor", **variables}.items():
        monkeypatch.setenv(name, value)
    app = WizardApp(open_services(credentials_path), terminal=terminal)
    assert app.context.can_show_images is draws_pictures
