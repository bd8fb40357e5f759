"""Other Python processes, for what can't be tried in the one that runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LONG_TESTS = bool(os.environ.get("GTS_WIZARD_LONG_TESTS"))
"""Whether the long forms are wanted: `GTS_WIZARD_LONG_TESTS=1 pytest tests/storage`."""


def start_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another Python process that can import the project and the tests."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_python(code: str, *arguments: object) -> list[str]:
    """Run another Python process to its good end, and return the lines it printed."""
    with start_python(code, *arguments) as process:
        printed, _ = process.communicate(timeout=600)
    assert process.returncode == 0, printed
    return printed.splitlines()
