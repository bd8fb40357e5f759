"""Lists the signals that end the program: a closed terminal, a shutdown, or somebody's `kill`."""

import signal
import sys


def ending_signals() -> list[signal.Signals]:
    """Return the signals that end a program at once, without those that were ignored at its start.

    Unhandled, each would leave the terminal as the screens or a hidden question had set it.
    `nohup` starts programs with SIGHUP ignored, so that they outlive their terminal (POSIX, nohup).
    On Windows the list is empty: none of them can be handled there.
    """
    if sys.platform == "win32":
        return []
    signals = [signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2]
    return [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
