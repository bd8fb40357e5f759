"""Lists the signals that end the program when the terminal closes or the computer shuts down."""

import signal
import sys


def ending_signals() -> list[signal.Signals]:
    """Return SIGHUP and SIGTERM, without those that were ignored when the program started.

    `nohup` starts programs with SIGHUP ignored, so that they outlive their terminal (POSIX, nohup).
    On Windows the list is empty: neither signal can be handled there.
    """
    if sys.platform == "win32":
        return []
    signals = [signal.SIGHUP, signal.SIGTERM]
    return [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
