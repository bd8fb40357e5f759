"""How this program is run from here, for the lines that people copy."""

import os
import shlex
import shutil
import sys
from pathlib import Path

_NAME = "gts-wizard"


def program() -> str:
    """Return this program's name if it is on the path, otherwise its absolute path, quoted."""
    # In the program of one file, the package lies in an archive.
    archive = Path(__file__).parents[1]
    file = archive if archive.is_file() else Path(sys.executable).with_name(_NAME)
    if shutil.which(_NAME) is None and os.access(file, os.X_OK):
        return shlex.quote(str(file))
    return _NAME
