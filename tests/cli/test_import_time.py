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
_FIRST_SCREEN = """
import asyncio, sys
import gts_wizard.services.sign_in  # Home reads the unfinished sign-ins with it.
from gts_wizard.services.container import open_services
from gts_wizard.tui.app import WizardApp
shown = []
async def main():
    app = WizardApp(open_services(), begin=lambda _: shown.extend(sys.modules))
    async with app.run_test():
        app.exit()  # As a user ends it: what Home is about to show is given up.
asyncio.run(main())
print(*shown)
"""
_LATER_MODULES = {
    *("httpx", "truststore", "keyring", "segno", "PIL"),
    *("gts_wizard.api.http", "gts_wizard.services.account_check", "gts_wizard.services.transfer"),
    "gts_wizard.tui.sign_in_steps",
    *(
        f"gts_wizard.tui.screens.{name}"
        for name in ("instance", "permissions", "authorize", "code", "profile", "account")
    ),
    *(f"gts_wizard.tui.screens.{name}" for name in ("details", "notifications", "dialogs")),
    *(f"gts_wizard.tui.widgets.{name}" for name in ("qr_code", "profile", "account_details")),
    "gts_wizard.tui.images",
}
# `dataclasses` imports `inspect`, and with it `ast` and `dis`.
_NETWORK_AND_SCREENS = ("textual", "rich", "httpx", "truststore", "keyring", "segno", "PIL")
_SLOW = (*_NETWORK_AND_SCREENS, "dataclasses", "difflib", "inspect", "idna", "html")
_WRITING = ("gts_wizard.storage.lock", "tomli_w")
_ASKING = ("asyncio",)
_READING = ("tomli",)


@pytest.mark.parametrize(
    ("arguments", "slow"),
    [
        (["token"], _SLOW + _WRITING + _ASKING),
        (["accounts"], (*_SLOW, *_WRITING, *_ASKING, "json")),
        (["accounts", "--json"], _SLOW + _WRITING + _ASKING),
        (["use", "alice"], _NETWORK_AND_SCREENS),
        (["path"], _SLOW + _WRITING + _ASKING + _READING),
        (["--version"], (*_SLOW, *_WRITING, *_ASKING, *_READING, "platformdirs")),
        (["help"], (*_SLOW, *_WRITING, *_ASKING, *_READING, "platformdirs")),
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


def test_first_screen_is_shown_before_later_ones_are_loaded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_SCREEN],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "gts_wizard.tui.screens.home" in loaded
    assert not loaded & _LATER_MODULES
