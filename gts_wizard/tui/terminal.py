"""The terminal itself: what it can show, and text printed outside the full screen."""

import os
import re
import select
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

# These answer, or pass over in silence what they don't know; a Linux console prints some of it.
_FAMILIES = ("alacritty", "contour", "foot", "rxvt", "screen", "tmux", "wezterm", "xterm")
# These draw pictures: kitty from version 0.28 on, and every release of Ghostty.
_DRAWING = frozenset({"xterm-kitty", "xterm-ghostty"})
# The ground (OSC 11), of some also the version (XTVERSION); then what all answer at once (DA1).
_GROUND, _VERSION, _LAST = b"\x1b]11;?\x1b\\", b"\x1b[>q", b"\x1b[c"
_BACKGROUND_REPORT = re.compile(
    rb"\x1b\]11;rgba?:([0-9a-f]+)/([0-9a-f]+)/([0-9a-f]+)", re.IGNORECASE
)
_GHOSTTY_ANSWER, _KITTY_ANSWER = b"\x1bP>|ghostty ", re.compile(rb"\x1bP>\|kitty\((\d+)\.(\d+)")
_LAST_REPORT = re.compile(rb"\x1b\[\?[\d;]*c")
_FIRST_KITTY = (0, 28)
# How much red, green and blue add to what the eye takes for light (ITU-R BT.601).
_LUMA = (0.299, 0.587, 0.114)
_TIMEOUT_SECONDS = 0.5
# Where the screens are shown, too: standard output may go elsewhere.
_INPUT, _OUTPUT = 0, 2
_LOCAL_FLAGS = 3


@dataclass(frozen=True)
class TerminalInfo:
    """What is known of a terminal.

    Attributes:
        is_light: whether its ground is light; None where it does not say.
        draws_pictures: whether it draws pictures where kitty's placeholders stand.
    """

    is_light: bool | None = None
    can_show_images: bool = False


UNKNOWN = TerminalInfo()


"""One of which nothing is known."""


def query_terminal(environment: Mapping[str, str] = os.environ) -> TerminalInfo:
    """Ask the terminal that standard input and standard error are. It may take a moment.

    Args:
        environment: where `TERM` names the terminal; one that may not understand is not asked.
    """
    name = environment.get("TERM", "")
    if not name.startswith(_FAMILIES):
        return UNKNOWN
    answer = _query(_GROUND + (_VERSION if name in _DRAWING else b"") + _LAST)
    return TerminalInfo(_is_light(answer), _draws_pictures(answer))


def _is_light(answer: bytes) -> bool | None:
    ground = _BACKGROUND_REPORT.search(answer)
    if ground is None:
        return None
    parts = [int(part, 16) / int(b"f" * len(part), 16) for part in ground.groups()]
    return sum(share * part for share, part in zip(_LUMA, parts, strict=True)) > 1 / 2


def _draws_pictures(answer: bytes) -> bool:
    kitty = _KITTY_ANSWER.search(answer)
    if kitty is None:
        return _GHOSTTY_ANSWER in answer
    return tuple(map(int, kitty.groups())) >= _FIRST_KITTY


def _query(question: bytes) -> bytes:
    """Return what the terminal answers; nothing where it says nothing."""
    import termios  # noqa: PLC0415 - there is none on Windows, whose terminals have no such names
    import tty  # noqa: PLC0415

    before = termios.tcgetattr(_INPUT)
    answer = b""
    try:
        tty.setcbreak(_INPUT, termios.TCSANOW)
        if _has_input(0):
            # Somebody types already, which would be lost among the answers.
            return b""
        os.write(_OUTPUT, question)
        until = monotonic() + _TIMEOUT_SECONDS
        while not _LAST_REPORT.search(answer) and _has_input(until - monotonic()):
            read = os.read(_INPUT, 4096)
            if not read:
                break
            answer += read
    finally:
        termios.tcsetattr(_INPUT, termios.TCSANOW, before)
    return answer


def _has_input(seconds: float) -> bool:
    return bool(select.select([_INPUT], [], [], max(0, seconds))[0])


def show_plainly(link: str) -> None:
    """Write the link alone on its line, and wait for a key: any key, Ctrl+C included.

    Args:
        link: the address, of our own making.
    """
    # Standard output may lead to a file; the screens are drawn on standard error.
    terminal = sys.__stderr__
    if terminal is None:
        return
    with _single_keys(terminal.fileno()):
        terminal.write(f"\nThe link, to select and copy:\n\n{link}\n\nPress any key to go back. ")
        terminal.flush()
        # Some keys send several bytes; what a person presses fits in this.
        os.read(terminal.fileno(), 1024)
        # What is written after the wizard has ended begins on a line of its own.
        terminal.write("\n")
        terminal.flush()


@contextmanager
def _single_keys(terminal: int) -> Iterator[None]:
    """Let each key arrive at once, unseen, and without the meaning Ctrl+C and others have."""
    before = termios.tcgetattr(terminal)
    attributes = termios.tcgetattr(terminal)
    attributes[_LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
    termios.tcsetattr(terminal, termios.TCSADRAIN, attributes)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
