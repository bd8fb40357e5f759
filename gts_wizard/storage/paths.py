"""Where the credentials file is. Reads the environment, touches no file."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from gts_wizard.errors import FileUnreadable

ENVIRONMENT_VARIABLE = "GTS_WIZARD_CREDENTIALS"


def credentials_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the credentials file, which need not exist.

    Args:
        environment: where `GTS_WIZARD_CREDENTIALS` may name another file than
            `credentials.toml` in the user's configuration directory.

    Raises:
        FileUnreadable: it is named in the home directory of somebody who has none.
    """
    named = environment.get(ENVIRONMENT_VARIABLE)
    if named:
        return expand_path(named)
    return default_path()


def default_path() -> Path:
    """Return where the credentials file is when nobody names another one."""
    return config_directory() / "credentials.toml"


def expand_path(named: str) -> Path:
    """Return the path that a person named, with ~ replaced by the home directory.

    Raises:
        FileUnreadable: it is in the home directory of somebody who has none.
    """
    try:
        return Path(named).expanduser()
    except RuntimeError:
        reason = "there is no such home directory"
        raise FileUnreadable(path=named, reason=reason) from None


def config_directory() -> Path:
    """Return the directory that is the wizard's alone, which need not exist."""
    return platformdirs.user_config_path("gts-wizard")
