"""The command that uses an account from a script. Screens come in; pure but for looking around."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from gts_wizard.models import Account


def script_line(account: Account, file: str = "") -> str:
    """Return a command that reads the account's notifications, with the token left out.

    The token goes to curl through a pipe: what stands in a command's arguments can be read by
    everybody on the same computer.

    Args:
        account: whose notifications.
        file: the credentials file, where other terminals must be told of it.
    """
    told = f"GTS_WIZARD_CREDENTIALS={shlex.quote(file)} " if file else ""
    token = f"{told}{_program()} token {shlex.quote(account.handle)}"
    url = shlex.quote(f"{account.server.origin}/api/v1/notifications")
    return f"printf 'Authorization: Bearer %s' \"$({token})\" | curl -H @- {url}"


def _program() -> str:
    """Return how other terminals can call this program: by name only if that is on the path."""
    beside_python = Path(sys.executable).with_name("gts-wizard")
    if shutil.which("gts-wizard") is None and os.access(beside_python, os.X_OK):
        return shlex.quote(str(beside_python))
    return "gts-wizard"
