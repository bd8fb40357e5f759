"""Which signals end the program: the terminal was closed, or the computer is shut down."""

import signal
import sys


def ending_signals() -> list[signal.Signals]:
    """Return SIGHUP and SIGTERM, without what was ignored when the program began.

    `nohup` starts programs with SIGHUP ignored, so that they outlive their terminal (POSIX, nohup).
    Windows has neither signal in a form that could be handled.
    """
    if sys.platform == "win32":
        return []
    signals = [signal.SIGHUP, signal.SIGTERM]
    return [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
