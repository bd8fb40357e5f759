"""Paths of the credentials file and its directory. Reads the environment but no file."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from gts_wizard.errors import FileUnreadable, NoHome

ENVIRONMENT_VARIABLE = "GTS_WIZARD_CREDENTIALS"
_FILE_NAME = "credentials.toml"


def credentials_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the absolute path of the credentials file, which need not exist.

    Args:
        environment: the environment variables; `GTS_WIZARD_CREDENTIALS` replaces the default,
            `credentials.toml` in the user's configuration directory.

    Raises:
        NoHome: the variable is not set, and there is no configuration directory.
        FileUnreadable: the variable names the home directory of a user who has none, or a file in
            a working directory that was deleted.
    """
    path = environment.get(ENVIRONMENT_VARIABLE)
    if path:
        return absolute_path(path)
    return default_path()


def default_path() -> Path:
    """Return the path of the credentials file where `GTS_WIZARD_CREDENTIALS` is not set.

    Raises:
        NoHome: there is no configuration directory.
    """
    directory = config_directory()
    if directory is None:
        raise NoHome
    return directory / _FILE_NAME


def is_default_path(path: Path) -> bool:
    """Return whether a path is the one of `default_path`."""
    directory = config_directory()
    return directory is not None and path == directory / _FILE_NAME


def absolute_path(path: str) -> Path:
    """Return a path that the user typed, as `expand_path` does, from the root.

    Raises:
        FileUnreadable: it is in the home directory of a user who has none, or in a working
            directory that was deleted.
    """
    try:
        return expand_path(path).absolute()
    except FileNotFoundError:
        reason = "the working directory was deleted, so give the full path"
        raise FileUnreadable(path=path, reason=reason) from None


def expand_path(path: str) -> Path:
    """Return a path that the user typed, with `~` replaced by the home directory.

    Raises:
        FileUnreadable: it is in the home directory of a user who has none.
    """
    if not path.startswith("~"):
        return Path(path)
    name, _, rest = path.partition("/")
    try:
        home = home_directory() if name == "~" else Path(name).expanduser()
    except RuntimeError:
        home = None
    if home is None:
        raise FileUnreadable(path=path, reason="there is no such home directory")
    return home / rest.lstrip("/")


def config_directory() -> Path | None:
    """Return the directory that only the wizard uses, which need not exist; None without a home."""
    try:
        directory = platformdirs.user_config_path("gts-wizard")
    except RuntimeError:
        return None
    # Versions differ: where there is no home, some return a path that begins with a literal `~`.
    return directory if directory.is_absolute() else None


def home_directory() -> Path | None:
    """Return the user's home directory; None where neither HOME nor the list of users has one."""
    home = Path(os.environ.get("HOME", ""))
    if not home.is_absolute():
        # Few need it, and it is the slower way.
        import pwd  # noqa: PLC0415

        try:
            home = Path(pwd.getpwuid(os.getuid()).pw_dir)
        except KeyError:
            return None
    return home if home.is_absolute() else None
