"""Opens a link in a real graphical browser, or says honestly that it could not.

Screens come in, in a thread of their own: `open_link` waits a moment to see whether the opener
fails. Nothing here writes on the terminal, and no text browser is ever started over the screen.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

_LOOK_SECONDS = 2.0
_OPENERS = ("xdg-open", "x-www-browser", "sensible-browser", "firefox", "chromium")


def can_open(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether this computer has a screen of its own with a browser to open links in.

    Args:
        environment: the variables that tell: a display, and whether this is a remote terminal.
    """
    return bool(_opener(environment))


def open_link(url: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Open `url`, and return whether that seems to have worked.

    An opener that is still running after two seconds is a browser that stays.

    Args:
        url: what to open.
        environment: as for `can_open`.
    """
    command = _opener(environment)
    if not command:
        return False
    try:
        process = subprocess.Popen(
            [*command, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return process.wait(_LOOK_SECONDS) == 0
    except subprocess.TimeoutExpired:
        process.returncode = 0  # It lives on without us, so nobody needs to wait for it.
        return True
    except OSError:
        return False


def _opener(environment: Mapping[str, str]) -> list[str]:
    """Return the command that opens a link, or nothing."""
    if "SSH_CONNECTION" in environment or "SSH_TTY" in environment:
        return []
    if sys.platform == "darwin":
        return ["open"]
    if sys.platform == "win32":
        return ["rundll32", "url.dll,FileProtocolHandler"]
    if "WSL_DISTRO_NAME" in environment and shutil.which("wslview", path=environment.get("PATH")):
        return ["wslview"]
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return []
    found = (shutil.which(name, path=environment.get("PATH")) for name in _OPENERS)
    return next(([path] for path in found if path), [])
