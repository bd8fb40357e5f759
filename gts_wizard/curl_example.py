"""Builds an example command that reads an account's notifications with curl."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from gts_wizard.models import Account


def curl_command(account: Account, credentials_file: str = "") -> str:
    """Return a shell command that reads the account's notifications and does not hold the token.

    The token is passed to curl through a pipe: every user of a computer can read the arguments of
    its commands.

    Args:
        account: the account whose notifications are read.
        credentials_file: the path of the credentials file, where it is not the default one.
    """
    assignment = (
        f"GTS_WIZARD_CREDENTIALS={shlex.quote(credentials_file)} " if credentials_file else ""
    )
    token_command = f"{assignment}{_program()} token {shlex.quote(account.handle)}"
    url = shlex.quote(f"{account.server.origin}/api/v1/notifications")
    return f"printf 'Authorization: Bearer %s' \"$({token_command})\" | curl -H @- {url}"


def _program() -> str:
    """Return this program's name if it is on the path, otherwise its absolute path."""
    beside_python = Path(sys.executable).with_name("gts-wizard")
    if shutil.which("gts-wizard") is None and os.access(beside_python, os.X_OK):
        return shlex.quote(str(beside_python))
    return "gts-wizard"
