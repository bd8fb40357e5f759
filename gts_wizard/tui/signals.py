"""Signals that end the program: shut down cleanly, and force an exit after 40 seconds (SIGALRM)."""

import asyncio
import os
import signal
from collections.abc import Callable

from gts_wizard.signals import ending_signals

# Enough for two requests (the code exchange and a revocation) and two saves.
_TIMEOUT_SECONDS = 40
_UNWIND_SECONDS = 3


def install_signal_handlers(quit_app: Callable[[], object]) -> None:
    """Call `quit_app` in the running event loop on a signal that ends the program, such as SIGHUP.

    Writing to a terminal that is gone fails, and ends Textual's writer thread; the event loop may
    then wait forever for space in that thread's queue. So after SIGHUP the standard streams lead to
    `os.devnull`, and a shutdown that takes too long is forced.

    Args:
        quit_app: starts to shut down the app.
    """
    loop = asyncio.get_running_loop()

    def handle(number: int, _frame: object) -> None:
        if number == signal.SIGHUP:
            _detach_terminal()
        signal.signal(signal.SIGALRM, _force_exit)
        signal.alarm(_TIMEOUT_SECONDS)
        loop.call_soon_threadsafe(quit_app)

    # Handlers added to the loop would not run while it is blocked.
    for number in ending_signals(signal.SIGQUIT):
        signal.signal(number, handle)


def _detach_terminal() -> None:
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(devnull, stream)
    os.close(devnull)


def _force_exit(_number: int, _frame: object) -> None:
    """Raise SystemExit, so that temporary files are removed; if that hangs, exit at once."""
    signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
    signal.alarm(_UNWIND_SECONDS)
    raise SystemExit(1)
