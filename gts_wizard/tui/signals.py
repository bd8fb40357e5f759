"""Leaving when the terminal is closed or the computer shut down: properly, and in the end by force.

The app comes in once; this module owns the signals from then on.
"""

import asyncio
import os
import signal
from collections.abc import Callable

from gts_wizard.signals import ending_signals

# What must not be lost may take two whole requests, of which one ends the access, and two saves.
_TIMEOUT_SECONDS = 40
_LAST_TIMEOUT_SECONDS = 3


def install_signal_handlers(leave: Callable[[], object]) -> None:
    """Call `leave` in the running event loop when this program is told to go.

    A terminal that is gone fails whoever writes to it, and Textual's own thread for that dies of
    it; the loop may then wait for room in that thread's queue for ever. So nothing is written there
    any more, and what does not end by itself is ended.

    Args:
        leave: begins to end the program.
    """
    loop = asyncio.get_running_loop()

    def go(number: int, _frame: object) -> None:
        if number == signal.SIGHUP:
            _detach_terminal()
        signal.signal(signal.SIGALRM, _force_exit)
        signal.alarm(_TIMEOUT_SECONDS)
        loop.call_soon_threadsafe(leave)

    # The loop's own handlers would wait for the loop.
    for number in ending_signals():
        signal.signal(number, go)


def _detach_terminal() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _force_exit(_number: int, _frame: object) -> None:
    """Unwind, so that what is temporary is removed; the next time, end at once."""
    signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
    signal.alarm(_LAST_TIMEOUT_SECONDS)
    raise SystemExit(1)
