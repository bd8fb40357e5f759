"""Real pictures in kitty, by its graphics protocol with Unicode placeholders, from kitty 0.28 on.

The door to the screens asks whether the terminal can; the portrait uses it. Source:
https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders
"""

import base64
import os
import re
import select
from collections.abc import Mapping

from textual.color import Color
from textual.content import Content
from textual.style import Style

# Which version this is (XTVERSION), and then what every terminal answers at once (DA1).
_QUESTION = b"\x1b[>q\x1b[c"
_VERSION = re.compile(rb"\x1bP>\|kitty\((\d+)\.(\d+)")
_LAST_ANSWER = re.compile(rb"\x1b\[\?[\d;]*c")
_FIRST_VERSION = (0, 28)
_PATIENCE_SECONDS = 0.5
# Where the screens are shown, too: standard output may go elsewhere.
_INPUT, _OUTPUT = 0, 2
_CHUNK = 4096
_PLACEHOLDER = "\U0010eeee"
# The marks that number rows and columns, in the order of kitty's own list.
_NUMBERS = "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c"


def draws_pictures(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether this terminal draws pictures where placeholders stand. It may take a moment.

    Only kitty is asked, on the terminal that standard input and standard error are.

    Args:
        environment: where `TERM` names the terminal.
    """
    if environment.get("TERM") != "xterm-kitty":
        return False
    version = _VERSION.search(_asked())
    return version is not None and tuple(map(int, version.groups())) >= _FIRST_VERSION


def transmission(number: int, png: bytes, columns: int, rows: int) -> str:
    """Return what hands a picture to the terminal, to be shown wherever its placeholders stand.

    Args:
        number: what the picture is called, from 1 to 16,777,215.
        png: the picture, of our own making.
        columns: how wide it is shown, in characters.
        rows: how high, at most 12, as the width.
    """
    data = base64.b64encode(png).decode("ascii")
    chunks = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    first = f"a=T,U=1,q=2,f=100,i={number},c={columns},r={rows},"
    return "".join(
        f"\x1b_G{'' if at else first}m={int(at < len(chunks) - 1)};{chunk}\x1b\\"
        for at, chunk in enumerate(chunks)
    )


def placeholders(number: int, columns: int, rows: int) -> Content:
    """Return the characters in whose place the terminal shows a picture.

    Args:
        number: what the picture is called; the colour of the characters tells it.
        columns: as for `transmission`.
        rows: as for `transmission`.
    """
    red, green_and_blue = divmod(number, 1 << 16)
    style = Style(foreground=Color(red, *divmod(green_and_blue, 1 << 8)), bold=False)
    lines = (
        "".join(_PLACEHOLDER + row + column for column in _NUMBERS[:columns])
        for row in _NUMBERS[:rows]
    )
    return Content.styled("\n".join(lines), style)


def deletion(number: int) -> str:
    """Return what has the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def _asked() -> bytes:
    """Return what the terminal answers; nothing where it says nothing."""
    import termios  # noqa: PLC0415 - there is none on Windows, and no kitty either
    import tty  # noqa: PLC0415

    before = termios.tcgetattr(_INPUT)
    answer = b""
    try:
        tty.setcbreak(_INPUT)
        os.write(_OUTPUT, _QUESTION)
        while not _LAST_ANSWER.search(answer):
            if not select.select([_INPUT], [], [], _PATIENCE_SECONDS)[0]:
                break
            read = os.read(_INPUT, _CHUNK)
            if not read:
                break
            answer += read
    finally:
        termios.tcsetattr(_INPUT, termios.TCSANOW, before)
    return answer
