"""Real pictures in kitty, by its graphics protocol with Unicode placeholders, from kitty 0.28 on.

The portrait comes in, where the terminal can; nothing is written here. Source:
https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders
"""

import base64

from textual.color import Color
from textual.content import Content
from textual.style import Style

_CHUNK_LENGTH = 4096
_PLACEHOLDER = "\U0010eeee"
# The marks that number rows and columns, in the order of kitty's own list.
_NUMBERS = "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c"


def transmission(number: int, png: bytes, columns: int, rows: int) -> str:
    """Return what hands a picture to the terminal, to be shown wherever its placeholders stand.

    Args:
        number: what the picture is called, from 1 to 16,777,215.
        png: the picture, of our own making.
        columns: how wide it is shown, in characters.
        rows: how high, at most 12, as the width.
    """
    data = base64.b64encode(png).decode("ascii")
    chunks = [data[start : start + _CHUNK_LENGTH] for start in range(0, len(data), _CHUNK_LENGTH)]
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
