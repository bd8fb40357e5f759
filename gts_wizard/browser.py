"""Opens a link in a real graphical browser, or says honestly that it could not.

Screens come in, in a thread of their own: opening waits a moment to see whether the opener fails.
Nothing here writes on the terminal, and no text browser is ever started over the screen.
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

_WATCH_SECONDS = 2.0
_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
# In a terminal of VS Code, what `BROWSER` names opens links where the person sits, however far off.
_HANDED_BACK = "VSCODE_IPC_HOOK_CLI"
_TEXT_BROWSERS = frozenset(
    {"browsh", "carbonyl", "elinks", "links", "links2", "lynx", "w3m", "www-browser"}
)
_GRAPHICAL = ("x-www-browser", "firefox", "chromium", "chromium-browser", "google-chrome")
# What opens links in Windows, on a Linux inside it. In single quotes PowerShell leaves a link
# whole; cmd.exe would take it apart at each "&".
_WINDOWS = (
    ["wslview"],
    ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", "Start-Process '%s'"],
)
# What a link needs. Quotes, parentheses and dollar signs mean something to PowerShell and shells.
_SAFE_CHARACTERS = "%:/?&=+@[]"


class Obstacle(Enum):
    """What stands in the way of opening a browser."""

    REMOTE = auto()
    """The person sits at another computer."""
    TEXT_ONLY = auto()
    """The browser they chose needs a terminal, and this one is taken."""
    NO_DISPLAY = auto()
    """Nothing here could show a window."""
    NO_BROWSER = auto()
    """There is none on this computer."""


class OpenResult(Enum):
    """What became of opening a link."""

    DONE = auto()
    FAILED = auto()
    UNSURE = auto()
    """The opener still runs: it is a browser that stays, or it hangs."""


def can_open(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether this computer has a screen of its own with a browser to open links in.

    Args:
        environment: the variables that tell: a display, a browser of the person's choice, and
            whether this is a remote terminal.
    """
    return bool(_opener(environment))


def find_obstacle(environment: Mapping[str, str] = os.environ) -> Obstacle:
    """Return what stands in the way, where `can_open` says that something does."""
    if _is_remote(environment):
        return Obstacle.REMOTE
    if _chosen(environment, graphical=False):
        return Obstacle.TEXT_ONLY
    return Obstacle.NO_BROWSER if _has_display(environment) else Obstacle.NO_DISPLAY


def open_link(url: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Open `url`, and return whether that seems to have worked; one that still runs has."""
    return open_and_watch(url, environment) is not OpenResult.FAILED


def open_and_watch(url: str, environment: Mapping[str, str] = os.environ) -> OpenResult:
    """Open `url`, and return what is known of it after two seconds at most.

    Args:
        url: what to open.
        environment: as for `can_open`.
    """
    opener = _opener(environment)
    if not opener:
        return OpenResult.FAILED
    # Where xdg-open is told of no browser, it falls back on text browsers.
    browsers = ":".join([*_chosen(environment, graphical=True), *_GRAPHICAL])
    try:
        process = subprocess.Popen(
            _command(opener, url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**environment, "BROWSER": browsers},
        )
    except OSError:
        return OpenResult.FAILED
    # It may live longer than anybody looks, and its end must be noticed all the same.
    watcher = Thread(target=process.wait, daemon=True)
    watcher.start()
    watcher.join(_WATCH_SECONDS)
    if process.returncode is None:
        return OpenResult.UNSURE
    return OpenResult.FAILED if process.returncode else OpenResult.DONE


def _opener(environment: Mapping[str, str]) -> list[str]:
    """Return the first command that is there; the link takes the place of `%s`, or comes last."""
    path = environment.get("PATH")
    openers = _openers(environment)
    return next((one for one in openers if shutil.which(one[0], path=path)), [])


def _openers(environment: Mapping[str, str]) -> list[list[str]]:
    chosen = [shlex.split(one) for one in _chosen(environment, graphical=True)]
    if chosen and environment.get(_HANDED_BACK):
        return chosen
    if _is_remote(environment):
        return []
    if sys.platform == "darwin":
        return [*chosen, ["open"]]
    if not _has_display(environment):
        return [*_WINDOWS]
    return [*chosen, *_WINDOWS, ["xdg-open"], *([one] for one in _GRAPHICAL)]


def _command(opener: list[str], url: str) -> list[str]:
    safe = quote(url, safe=_SAFE_CHARACTERS)
    if any("%s" in word for word in opener):
        return [word.replace("%s", safe) for word in opener]
    return [*opener, safe]


def _chosen(environment: Mapping[str, str], *, graphical: bool) -> list[str]:
    """Return those commands of `BROWSER` that are, or are not, of graphical browsers."""
    commands = environment.get("BROWSER", "").split(":")
    return [one for one in commands if _is_graphical(one) is graphical]


def _is_graphical(command: str) -> bool | None:
    """Tell whether a command starts a graphical browser; None for what is no command at all."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    return Path(words[0]).name not in _TEXT_BROWSERS if words else None


def _is_remote(environment: Mapping[str, str]) -> bool:
    return any(environment.get(name) for name in _REMOTE)


def _has_display(environment: Mapping[str, str]) -> bool:
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
