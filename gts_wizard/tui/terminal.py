"""The terminal itself: what it can show, and text printed outside the full screen.

Asked once, before the screens are shown: OSC 11, XTVERSION and DA1 in
https://invisible-island.net/xterm/ctlseqs/ctlseqs.html; pictures in
https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders. A full-screen program
breaks a long link itself, and selecting it takes the breaks along; outside, the terminal breaks it,
and gives it back whole.
"""

import os
import re
import select
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

# These answer queries or ignore them; a Linux console would print parts of them.
_QUERYABLE_TERMINALS = (
    "alacritty",
    "contour",
    "foot",
    "rxvt",
    "screen",
    "tmux",
    "wezterm",
    "xterm",
)
# These have kitty's graphics protocol with placeholders: kitty since 0.28, every Ghostty release.
_IMAGE_TERMINALS = frozenset({"xterm-kitty", "xterm-ghostty"})
# The background colour (OSC 11), for some the version (XTVERSION), and last DA1: every terminal
# answers it at once, so its answer marks the end.
_BACKGROUND, _VERSION, _LAST = b"\x1b]11;?\x1b\\", b"\x1b[>q", b"\x1b[c"
_BACKGROUND_REPORT = re.compile(
    rb"\x1b\]11;rgba?:([0-9a-f]+)/([0-9a-f]+)/([0-9a-f]+)", re.IGNORECASE
)
_GHOSTTY_REPORT, _KITTY_REPORT = b"\x1bP>|ghostty ", re.compile(rb"\x1bP>\|kitty\((\d+)\.(\d+)")
_LAST_REPORT = re.compile(rb"\x1b\[\?[\d;]*c")
_MIN_KITTY_VERSION = (0, 28)
# The weights of red, green and blue in perceived brightness (ITU-R BT.601).
_LUMA = (0.299, 0.587, 0.114)
_TIMEOUT_SECONDS = 0.5
# Textual draws on standard error, too: standard output may be redirected.
_INPUT, _OUTPUT = 0, 2
# With the cursor in the corner of an empty screen.
_ALTERNATE_SCREEN, _NORMAL_SCREEN = "\x1b[?1049h\x1b[H\x1b[2J", "\x1b[?1049l"
# The index of the local modes in the list of `termios.tcgetattr`.
_LOCAL_FLAGS = 3


@dataclass(frozen=True)
class TerminalInfo:
    """The features of a terminal.

    Attributes:
        is_light: whether its background is light; None where it does not say.
        can_show_images: whether it supports the placeholders of kitty's graphics protocol.
    """

    is_light: bool | None = None
    can_show_images: bool = False


UNKNOWN = TerminalInfo()
"""A terminal that was not queried, or did not answer."""


def query_terminal(environment: Mapping[str, str] = os.environ) -> TerminalInfo:
    """Query the terminal on standard input and standard error; blocks for up to half a second.

    Args:
        environment: its `TERM` names the terminal; only terminals known to cope are queried.
    """
    name = environment.get("TERM", "")
    if not name.startswith(_QUERYABLE_TERMINALS):
        return UNKNOWN
    response = _query(_BACKGROUND + (_VERSION if name in _IMAGE_TERMINALS else b"") + _LAST)
    return TerminalInfo(_is_light(response), _supports_images(response))


def _is_light(response: bytes) -> bool | None:
    report = _BACKGROUND_REPORT.search(response)
    if report is None:
        return None
    parts = [int(part, 16) / int(b"f" * len(part), 16) for part in report.groups()]
    return sum(weight * part for weight, part in zip(_LUMA, parts, strict=True)) > 1 / 2


def _supports_images(response: bytes) -> bool:
    kitty = _KITTY_REPORT.search(response)
    if kitty is None:
        return _GHOSTTY_REPORT in response
    return tuple(map(int, kitty.groups())) >= _MIN_KITTY_VERSION


def _query(queries: bytes) -> bytes:
    """Send queries to the terminal, and return its answers; empty where there are none."""
    import termios  # noqa: PLC0415 - there is none on Windows, where nothing is queried
    import tty  # noqa: PLC0415

    saved_attributes = termios.tcgetattr(_INPUT)
    response = b""
    try:
        tty.setcbreak(_INPUT, termios.TCSANOW)
        if _has_input(0):
            # Keys were pressed already; reading the answers would swallow them.
            return b""
        os.write(_OUTPUT, queries)
        deadline = monotonic() + _TIMEOUT_SECONDS
        while not _LAST_REPORT.search(response) and _has_input(deadline - monotonic()):
            data = os.read(_INPUT, 4096)
            if not data:
                break
            response += data
    finally:
        termios.tcsetattr(_INPUT, termios.TCSANOW, saved_attributes)
    return response


def _has_input(seconds: float) -> bool:
    return bool(select.select([_INPUT], [], [], max(0, seconds))[0])


def print_link(link: str) -> None:
    """Print the link on a line of its own, and wait for any key, Ctrl+C included.

    Args:
        link: the authorization link; made by this program, so safe to print.
    """
    # Standard output may be redirected; Textual draws on standard error.
    terminal = sys.__stderr__
    if terminal is None:
        return
    with _raw_keys(terminal.fileno()):
        # On the alternate screen: an earlier link beside this one could be copied by mistake.
        terminal.write(
            f"{_ALTERNATE_SCREEN}\nSelect and copy this link:\n\n{link}\n\n"
            "Press any key to go back. "
        )
        terminal.flush()
        # Some keys send several bytes; read them all.
        os.read(terminal.fileno(), 1024)
        terminal.write(_NORMAL_SCREEN)
        terminal.flush()


@contextmanager
def _raw_keys(terminal: int) -> Iterator[None]:
    """Read single keys without echo; Ctrl+C and Ctrl+Z arrive as keys, not as signals."""
    import termios  # noqa: PLC0415 - there is none on Windows, where no app leaves the screen

    saved_attributes = termios.tcgetattr(terminal)
    attributes = termios.tcgetattr(terminal)
    attributes[_LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
    termios.tcsetattr(terminal, termios.TCSADRAIN, attributes)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, saved_attributes)
