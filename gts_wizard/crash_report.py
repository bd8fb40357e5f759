"""What a mistake of the program itself leaves: a few lines that hold nothing secret.

The door tells them where a command ends, and the screens where they do.
"""

import sys
import traceback
from pathlib import Path

from gts_wizard import __version__

_PLACES = 5


def format_crash_report() -> str:
    """Return what is told of the exception that is being handled: its kind and places, no values.

    The text of an exception, and the variables around it, may hold what was typed.
    """
    kind, _, trace = sys.exc_info()
    places = [
        f"  {place.name} ({Path(place.filename).name}, line {place.lineno})"
        for place in traceback.extract_tb(trace)[-_PLACES:]
    ]
    return "\n".join(
        [
            "The wizard made a mistake of its own and had to stop. What was saved is safe; start "
            "it again to go on. For a report:",
            f"  {kind.__name__ if kind else 'unknown'}, gts-wizard {__version__}",
            *places,
        ]
    )
