"""Builds an example command that uses an account with curl."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from gts_wizard.models import Account

_CURL = (
    """sh -c 'printf "Authorization: Bearer %s" "$MASTODON_ACCESS_TOKEN" | """
    """curl -fsS -H @- "$MASTODON_BASE_URL/api/v1/accounts/verify_credentials"'"""
)


def curl_command(account: Account, credentials_file: str = "") -> str:
    """Return a shell command that shows the account's profile and does not hold the token.

    Every account's permissions reach that call. Where the account can't be used, nothing is run,
    and the command fails, as a script needs it. The token is passed to curl through a pipe: every
    user of a computer can read the arguments of its commands.

    Args:
        account: the account.
        credentials_file: the path of the credentials file, where it is not the default one.
    """
    assignment = (
        f"GTS_WIZARD_CREDENTIALS={shlex.quote(credentials_file)} " if credentials_file else ""
    )
    return f"{assignment}{_program()} run {shlex.quote(account.handle)} -- {_CURL}"


def _program() -> str:
    """Return this program's name if it is on the path, otherwise its absolute path."""
    beside_python = Path(sys.executable).with_name("gts-wizard")
    if shutil.which("gts-wizard") is None and os.access(beside_python, os.X_OK):
        return shlex.quote(str(beside_python))
    return "gts-wizard"
