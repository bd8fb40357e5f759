"""Paths of the credentials file and its directory. Reads the environment but no file."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from gts_wizard.errors import FileUnreadable

ENVIRONMENT_VARIABLE = "GTS_WIZARD_CREDENTIALS"


def credentials_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the credentials file, which need not exist.

    Args:
        environment: the environment variables; `GTS_WIZARD_CREDENTIALS` replaces the default,
            `credentials.toml` in the user's configuration directory.

    Raises:
        FileUnreadable: the variable names the home directory of a user who has none.
    """
    path = environment.get(ENVIRONMENT_VARIABLE)
    if path:
        return expand_path(path)
    return default_path()


def default_path() -> Path:
    """Return the path of the credentials file where `GTS_WIZARD_CREDENTIALS` is not set."""
    return config_directory() / "credentials.toml"


def expand_path(path: str) -> Path:
    """Return a path that the user typed, with `~` replaced by the home directory.

    Raises:
        FileUnreadable: it is in the home directory of a user who has none.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        reason = "there is no such home directory"
        raise FileUnreadable(path=path, reason=reason) from None


def config_directory() -> Path:
    """Return the directory that only the wizard uses, which need not exist."""
    return platformdirs.user_config_path("gts-wizard")
