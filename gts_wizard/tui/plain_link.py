"""Shows the link on the plain terminal, while the screens step aside.

A full-screen program breaks a long line itself, and selecting it takes the breaks along; here the
terminal breaks it, and gives it back whole.
"""

import os
import sys
import termios

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
    terminal.write(f"\nThe link, to select and copy:\n\n{link}\n\nPress any key to go back. ")
    terminal.flush()
    _wait_for_key(terminal.fileno())


def _wait_for_key(terminal: int) -> None:
    before = termios.tcgetattr(terminal)
    attributes = termios.tcgetattr(terminal)
    attributes[_LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
    termios.tcsetattr(terminal, termios.TCSADRAIN, attributes)
    try:
        # Some keys send several bytes; what a person presses fits in this.
        os.read(terminal, 1024)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
