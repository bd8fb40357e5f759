"""Builds the line that runs a command with an account, for people to copy into a script."""

import shlex

from gts_wizard.models import Account
from gts_wizard.program import program


def script_line(account: Account, credentials_file: str = "") -> str:
    """Return a shell command that runs COMMAND, a placeholder, with the account's token.

    Args:
        account: the account.
        credentials_file: the path of the credentials file, where it is not the default one.
    """
    command = f"{program()} run {shlex.quote(account.handle)} -- COMMAND"
    if not credentials_file:
        return command
    return f"GTS_WIZARD_CREDENTIALS={shlex.quote(credentials_file)} {command}"
