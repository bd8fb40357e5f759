"""Formats a crash report for an unexpected exception, without secrets."""

import sys
import traceback
from pathlib import Path

from gts_wizard.version import VERSION

_MAX_FRAMES = 5


def format_crash_report() -> str:
    """Return a report of the exception being handled: its class and stack frames, no values.

    The message of an exception and the local variables may hold what the user typed.
    """
    error_class, _, trace = sys.exc_info()
    name = error_class.__name__ if error_class else "unknown"
    frames = [
        f"  {frame.name} ({Path(frame.filename).name}, line {frame.lineno})"
        for frame in traceback.extract_tb(trace)[-_MAX_FRAMES:]
    ]
    return "\n".join(
        [
            "The wizard ran into a bug and had to stop. What was saved is safe; start it again to "
            "continue. For a report:",
            f"  {name}, gts-wizard {VERSION}",
            *frames,
        ]
    )
