"""What a fast command does not load, by the names of the modules."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpers.pty_terminal import environment
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import save_accounts

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = """
import sys
from gts_wizard.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*(name for name in SLOW if name in sys.modules), file=sys.stderr)
"""
_SLOW = ("textual", "rich", "httpx", "truststore", "keyring", "segno", "PIL")
_WRITING = ("filelock",)
_ASKING = ("asyncio",)
_READING = ("tomllib",)


@pytest.mark.parametrize(
    ("arguments", "slow"),
    [
        (["token"], _SLOW + _WRITING + _ASKING),
        (["accounts"], _SLOW + _WRITING + _ASKING),
        (["accounts", "--json"], _SLOW + _WRITING + _ASKING),
        (["use", "alice"], _SLOW),
        (["path"], _SLOW + _WRITING + _ASKING + _READING),
        (["--version"], (*_SLOW, *_WRITING, *_ASKING, *_READING, "platformdirs")),
        (["--help"], (*_SLOW, *_WRITING, *_ASKING, *_READING, "platformdirs")),
    ],
)
def test_fast_command_loads_no_screen_and_no_network(
    tmp_path: Path, arguments: list[str], slow: tuple[str, ...]
) -> None:
    save_accounts(tmp_path, make_account())
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.replace("SLOW", repr(slow)), *arguments],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout
    assert done.stderr == "\n"
