"""Lists the signals that end the program: a closed terminal, a shutdown, or somebody's `kill`."""

import signal
import sys


def ending_signals(*others: signal.Signals) -> list[signal.Signals]:
    """Return signals that would end the program at once, without those ignored when it started.

    Unhandled, each would leave the terminal as the screens or a hidden question had set it.
    `nohup` starts programs with SIGHUP ignored, so that they outlive their terminal (POSIX, nohup).
    On Windows the list is empty: none of them can be handled there.

    Args:
        others: signals to handle beside SIGHUP, SIGTERM, SIGUSR1 and SIGUSR2.
    """
    if sys.platform == "win32":
        return []
    signals = [signal.SIGHUP, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, *others]
    return [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
