"""Opens a URL in a graphical browser, and reports whether that worked.

Opening blocks for up to two seconds to see whether the opener fails, so call it in a thread.
Nothing is written to the terminal, and no text browser is started, which would draw over the
screen.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from gts_wizard.environment import without_token

_WATCH_SECONDS = 2.0
_SSH_VARIABLES = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_WSL_VARIABLES = ("WSL_DISTRO_NAME", "WSL_INTEROP")
# Docker and Podman leave these.
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
# In a terminal of VS Code, the command in `BROWSER` opens links on the user's own computer, even
# when the terminal is remote.
_VSCODE_VARIABLE = "VSCODE_IPC_HOOK_CLI"
_TEXT_BROWSERS = frozenset(
    {"browsh", "carbonyl", "elinks", "links", "links2", "lynx", "w3m", "www-browser"}
)
_GRAPHICAL_BROWSERS = ("x-www-browser", "firefox", "chromium", "chromium-browser", "google-chrome")
# These open links in Windows from a Linux inside it (WSL). PowerShell takes a link in single quotes
# as it is; cmd.exe would split it at each "&".
_WINDOWS_OPENERS = (
    ["wslview"],
    ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", "Start-Process '%s'"],
)
# The reserved characters that links need. Quotes, parentheses and dollar signs are percent-encoded:
# they mean something to PowerShell and shells.
_UNQUOTED_CHARACTERS = "%:/?&=+@[]"


class Obstacle(Enum):
    """Why the user can't count on a browser to open."""

    REMOTE = auto()
    """This is an SSH session: a browser would open on the wrong computer."""
    TEXT_ONLY = auto()
    """`BROWSER` names a text browser, and the wizard already uses the terminal."""
    NO_DISPLAY = auto()
    """There is no graphical display."""
    NO_BROWSER = auto()
    """No browser is installed."""


class OpenResult(Enum):
    """The result of opening a link."""

    DONE = auto()
    FAILED = auto()
    UNSURE = auto()
    """The opener is still running, as it is the browser itself or hangs, or does not tell."""


def can_open(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether there is a graphical browser, or a command for one in `BROWSER`.

    Args:
        environment: the environment variables: display, `BROWSER`, `PATH` and SSH session.
    """
    return bool(_find_opener(environment))


def find_obstacle(environment: Mapping[str, str] = os.environ) -> Obstacle | None:
    """Return why the user can't count on a browser to open; None where nothing is in the way.

    A command in `BROWSER` may open links all the same, on another computer even: that is how they
    are forwarded.

    Args:
        environment: as for `can_open`.
    """
    is_found = can_open(environment)
    if is_found and environment.get(_VSCODE_VARIABLE):
        return None
    if is_remote(environment):
        return Obstacle.REMOTE
    if is_found:
        is_shown = _has_display(environment) or is_in_windows(environment)
        return None if is_shown else Obstacle.NO_DISPLAY
    if _browser_commands(environment, graphical=False):
        return Obstacle.TEXT_ONLY
    return Obstacle.NO_BROWSER if _has_display(environment) else Obstacle.NO_DISPLAY


def opens_here(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the browser runs on this computer itself, and reaches a page on 127.0.0.1.

    Args:
        environment: as for `can_open`.
    """
    is_elsewhere = environment.get(_VSCODE_VARIABLE) or is_in_windows(environment)
    is_forwarded = _is_in_container(environment) and environment.get("BROWSER")
    return find_obstacle(environment) is None and not is_elsewhere and not is_forwarded


def is_remote(environment: Mapping[str, str]) -> bool:
    """Return whether this is an SSH session, so that the user sits at another computer."""
    return any(environment.get(name) for name in _SSH_VARIABLES)


def is_in_windows(environment: Mapping[str, str]) -> bool:
    """Return whether this is a Linux inside Windows (WSL), whose screen and clipboard it shares."""
    return any(environment.get(name) for name in _WSL_VARIABLES)


def open_link(url: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Open `url`, and return False if that failed; an opener still running counts as success.

    Args:
        url: the URL to open.
        environment: as for `can_open`.
    """
    return open_and_watch(url, environment) is not OpenResult.FAILED


def open_and_watch(url: str, environment: Mapping[str, str] = os.environ) -> OpenResult:
    """Open `url`, and return the result after two seconds at most.

    Args:
        url: the URL to open.
        environment: as for `can_open`.
    """
    opener = _find_opener(environment)
    if not opener:
        return OpenResult.FAILED
    # Without `BROWSER`, xdg-open falls back on text browsers.
    browsers = ":".join([*_browser_commands(environment, graphical=True), *_GRAPHICAL_BROWSERS])
    try:
        process = subprocess.Popen(
            _build_command(opener, url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**without_token(environment), "BROWSER": browsers},
        )
    except OSError:
        return OpenResult.FAILED
    # The process may outlive the join below. The thread goes on waiting, so it leaves no zombie.
    watcher = Thread(target=process.wait, daemon=True)
    watcher.start()
    watcher.join(_WATCH_SECONDS)
    if process.returncode is None:
        return OpenResult.UNSURE
    # Windows' Explorer ends with 1 after it has opened a window.
    if process.returncode == 1 and Path(opener[0]).name == "explorer.exe":
        return OpenResult.UNSURE
    return OpenResult.FAILED if process.returncode else OpenResult.DONE


def _find_opener(environment: Mapping[str, str]) -> list[str]:
    """Return the first opener that is installed, as a command line; empty where none is.

    The link replaces `%s` in it, or is appended.
    """
    path = environment.get("PATH")
    openers = _list_openers(environment)
    return next((opener for opener in openers if shutil.which(opener[0], path=path)), [])


def _list_openers(environment: Mapping[str, str]) -> list[list[str]]:
    configured = [
        shlex.split(command) for command in _browser_commands(environment, graphical=True)
    ]
    if is_remote(environment):
        return configured
    if sys.platform == "darwin":
        return [*configured, ["open"]]
    if not _has_display(environment):
        return [*configured, *_WINDOWS_OPENERS]
    browsers = ([browser] for browser in _GRAPHICAL_BROWSERS)
    return [*configured, *_WINDOWS_OPENERS, ["xdg-open"], *browsers]


def _build_command(opener: list[str], url: str) -> list[str]:
    quoted_url = quote(url, safe=_UNQUOTED_CHARACTERS)
    if any("%s" in word for word in opener):
        return [word.replace("%s", quoted_url) for word in opener]
    return [*opener, quoted_url]


def _browser_commands(environment: Mapping[str, str], *, graphical: bool) -> list[str]:
    """Return the commands in `BROWSER` that start graphical browsers, or those that do not."""
    commands = environment.get("BROWSER", "").split(":")
    return [command for command in commands if _is_graphical(command) is graphical]


def _is_graphical(command: str) -> bool | None:
    """Return whether a command starts a graphical browser; None where it is not a command."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    return Path(words[0]).name not in _TEXT_BROWSERS if words else None


def _has_display(environment: Mapping[str, str]) -> bool:
    is_mac = sys.platform == "darwin"
    return is_mac or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _is_in_container(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("container")) or any(mark.exists() for mark in _CONTAINER_MARKS)
