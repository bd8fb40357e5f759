"""Shows the link on the plain terminal, while the screens step aside.

A full-screen program breaks a long line itself, and selecting it takes the breaks along; here the
terminal breaks it, and gives it back whole.
"""

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

_LOCAL_FLAGS = 3


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
