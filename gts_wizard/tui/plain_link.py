"""Prints the link on the plain terminal, while the screens step aside.

A full-screen program breaks a long line itself, and selecting it takes the breaks along; here the
terminal breaks it, and gives it back whole.
"""

import sys


def show_plainly(link: str) -> None:
    """Print the link alone on its line, and wait for Enter.

    Args:
        link: the address, of our own making.
    """
    sys.stdout.write(f"\nThe link, to select and copy:\n\n{link}\n\nPress Enter to go back. ")
    sys.stdout.flush()
    sys.stdin.readline()
