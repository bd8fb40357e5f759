"""What the terminal says when it is asked: its ground is followed, and real pictures are drawn."""

from __future__ import annotations

import base64
import io
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from textual.theme import Theme

from gts_wizard.practice import PracticeInstance
from gts_wizard.tui.themes import DARK, LIGHT
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import default_credentials_path, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

_GROUND, _VERSION, _LAST = b"\x1b]11;?\x1b\\", b"\x1b[>q", b"\x1b[c"
_NO_ANSWER = "\x1b[?62;c"
_SENT = re.compile(rb"\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\")
_PLACEHOLDER = "\U0010eeee".encode()
_HALF_BLOCK = "▀".encode()
_CHARACTERS = 12 * 6
_ENTER, _ESC, _F1 = "\r", "\x1b", "\x1bOP"


def _colour(theme_background: str | None) -> bytes:
    """Return what a terminal is told to paint a ground with."""
    assert theme_background is not None
    red, green, blue = bytes.fromhex(theme_background.removeprefix("#"))
    return f"48;2;{red};{green};{blue}".encode()


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", LIGHT),
        ("\x1b]11;rgb:fd/f6/e3\x07", LIGHT),
        ("\x1b]11;rgba:0000/2b2b/3636/ffff\x1b\\", DARK),
        ("\x1b]11;rgb:0/0/0\x1b\\", DARK),
        ("\x1b]11;what?\x1b\\", DARK),
        ("", DARK),
    ],
    ids=["white", "beige", "dark blue", "black", "nonsense", "no answer"],
)
def test_the_ground_of_the_terminal_is_followed(tmp_path: Path, answer: str, shown: Theme) -> None:
    with PtyTerminal([], tmp_path) as terminal:
        terminal.wait_until(lambda: _GROUND + _LAST in terminal.drawn, "the question")
        terminal.send(answer + _NO_ANSWER)
        terminal.wait_for("Welcome")
        other = DARK if shown is LIGHT else LIGHT
        assert _colour(shown.background) in terminal.drawn
        assert _colour(other.background) not in terminal.drawn


def test_what_is_typed_before_the_first_screen_is_not_lost_to_asking(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path) as terminal:
        terminal.send(_F1)
        terminal.wait_for("What is this?")
        assert _GROUND not in terminal.drawn


@pytest.mark.parametrize(
    "pieces",
    [
        ["\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;c"],
        ["\x1b]11;rgb:ffff/ffff/ffff\x07", "\x1b[?62;c"],
        ["\x1b]11;rg", "b:ffff/ffff/ffff\x1b", "\\\x1b[?62;", "22c"],
        ["\x1bP>|ghostty 1.0\x1b\\", "\x1b[?62;c"],
    ],
)
async def test_an_answer_that_comes_too_late_presses_no_key(
    tmp_path: Path, pieces: list[str]
) -> None:
    with PracticeInstance() as practice:
        await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
        with PtyTerminal([], tmp_path) as terminal:
            terminal.wait_until(
                lambda: all(one in terminal.text for one in ("Enter opens", "Quit")), "Home"
            )
            before = terminal.text
            for piece in pieces:
                terminal.send(piece)
                terminal.wait_until_read()
            terminal.send(_F1)
            terminal.wait_for("What is this?")
            terminal.send(_ESC)
            terminal.wait_until(lambda: terminal.text == before, "Home as it was")


def test_a_terminal_that_would_print_the_question_is_not_asked(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path, TERM="linux", COLORTERM="") as terminal:
        terminal.wait_for("Welcome")
        assert _GROUND not in terminal.drawn
        assert _LAST not in terminal.drawn


@contextmanager
def _picture_shown(home: Path, name: str, answer: str) -> Iterator[PtyTerminal]:
    """Open Alice's account in a terminal that calls itself so, and answers so."""
    with PtyTerminal([], home, TERM=name) as terminal:
        terminal.wait_until(lambda: _GROUND + _VERSION + _LAST in terminal.drawn, "the question")
        terminal.send(answer)
        terminal.wait_until(lambda: b"Your accounts" in terminal.drawn, "Home")
        terminal.send(_ENTER)
        terminal.wait_until(
            lambda: max(map(terminal.drawn.count, (_PLACEHOLDER, _HALF_BLOCK))) >= _CHARACTERS,
            "the picture",
        )
        yield terminal


@pytest.mark.parametrize(
    ("name", "version"), [("xterm-kitty", "kitty(0.28.1)"), ("xterm-ghostty", "ghostty 1.2.3")]
)
async def test_a_terminal_that_can_gets_the_picture_and_forgets_it(
    tmp_path: Path, name: str, version: str
) -> None:
    with PracticeInstance() as practice:
        await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
        answer = f"\x1bP>|{version}\x1b\\{_NO_ANSWER}"
        with _picture_shown(tmp_path, name, answer) as terminal:
            sent = _SENT.findall(terminal.drawn)
            picture = Image.open(io.BytesIO(base64.b64decode(b"".join(data for _, data in sent))))
            assert (picture.format, picture.size) == ("PNG", (240, 240))
            assert len({picture.getpixel((x, x)) for x in range(0, 240, 8)}) > 1
            assert all(len(data) <= 4096 for _, data in sent)
            number = int(re.findall(rb"i=(\d+)", sent[0][0])[0])
            red, green, blue = number.to_bytes(3)
            assert f"\x1b[38;2;{red};{green};{blue}".encode() in terminal.drawn
            assert _HALF_BLOCK not in terminal.drawn
            terminal.send(_ESC)
            terminal.wait_until(
                lambda: f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\".encode() in terminal.drawn,
                "forgetting it",
            )


@pytest.mark.parametrize(
    "answer",
    [f"\x1bP>|kitty(0.26.5)\x1b\\{_NO_ANSWER}", _NO_ANSWER, ""],
    ids=["an old one", "another one", "a silent one"],
)
async def test_others_get_half_blocks(tmp_path: Path, answer: str) -> None:
    with PracticeInstance() as practice:
        await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
        with _picture_shown(tmp_path, "xterm-kitty", answer) as terminal:
            assert b"\x1b_G" not in terminal.drawn
            assert _PLACEHOLDER not in terminal.drawn
