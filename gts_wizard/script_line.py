"""Builds the line that runs a command with an account, for people to copy into a script."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from gts_wizard.models import Account


def script_line(account: Account, credentials_file: str = "") -> str:
    """Return a shell command that runs COMMAND, a placeholder, with the account's token.

    Args:
        account: the account.
        credentials_file: the path of the credentials file, where it is not the default one.
    """
    assignment = (
        f"GTS_WIZARD_CREDENTIALS={shlex.quote(credentials_file)} " if credentials_file else ""
    )
    return f"{assignment}{_program()} run {shlex.quote(account.handle)} -- COMMAND"


def _program() -> str:
    """Return this program's name if it is on the path, otherwise its absolute path."""
    beside_python = Path(sys.executable).with_name("gts-wizard")
    if shutil.which("gts-wizard") is None and os.access(beside_python, os.X_OK):
        return shlex.quote(str(beside_python))
    return "gts-wizard"
