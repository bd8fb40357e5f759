"""The account's picture in kitty: whole where its version can, in half blocks where it can't."""

from __future__ import annotations

import base64
import io
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from gts_wizard.practice import PracticeInstance
from tests.cli.running import shelf_of, sign_in
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

_QUESTION = b"\x1b[>q\x1b[c"
_NO_ANSWER = "\x1b[?62;c"
_SENT = re.compile(rb"\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\")
_PLACEHOLDER = "\U0010eeee".encode()
_HALF_BLOCK = "▀".encode()
_CHARACTERS = 12 * 6
_ENTER, _ESC = "\r", "\x1b"


@contextmanager
def _picture_shown(home: Path, answer: str) -> Iterator[Terminal]:
    """Open Alice's account in a terminal that calls itself kitty, and answers so."""
    with Terminal([], home, TERM="xterm-kitty") as terminal:
        terminal.wait_until(lambda: _QUESTION in terminal.drawn, "the question")
        terminal.send(answer)
        terminal.wait_until(lambda: b"Your accounts" in terminal.drawn, "Home")
        terminal.send(_ENTER)
        terminal.wait_until(
            lambda: max(map(terminal.drawn.count, (_PLACEHOLDER, _HALF_BLOCK))) >= _CHARACTERS,
            "the picture",
        )
        yield terminal


async def test_kitty_gets_the_picture_and_forgets_it(tmp_path: Path) -> None:
    with PracticeInstance() as practice:
        await sign_in(shelf_of(tmp_path), practice, "alice@example.org")
        with _picture_shown(tmp_path, f"\x1bP>|kitty(0.28.1)\x1b\\{_NO_ANSWER}") as terminal:
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
        await sign_in(shelf_of(tmp_path), practice, "alice@example.org")
        with _picture_shown(tmp_path, answer) as terminal:
            assert b"\x1b_G" not in terminal.drawn
            assert _PLACEHOLDER not in terminal.drawn
