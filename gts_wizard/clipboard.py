"""Reads the system's clipboard, when the user asks to paste.

A terminal does not hand its clipboard to programs, so the tools of the desktop are asked. Reading
blocks for up to two seconds, so call it in a thread. No library was found that bounds the time and
the size (pyperclip does not).
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from threading import Timer

from gts_wizard.browser import is_in_windows, is_remote
from gts_wizard.environment import without_token
from gts_wizard.secret import Secret

_SECONDS = 2.0
_MAX_BYTES = 64 * 1024
_WAYLAND_TOOLS = (["wl-paste", "--no-newline"],)
_X11_TOOLS = (
    ["xclip", "-selection", "clipboard", "-out"],
    ["xsel", "--clipboard", "--output"],
)
_WINDOWS_TOOLS = (
    [
        "powershell.exe",
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        "[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-Clipboard -Raw",
    ],
)


def read_clipboard(environment: Mapping[str, str] = os.environ) -> Secret | None:
    """Return the text on the clipboard of the user's own computer; None where it can't be read.

    Over SSH it would be another computer's. Neither empty and very long texts nor pictures are
    returned.

    Args:
        environment: the environment variables: display, `PATH` and SSH session.
    """
    path = environment.get("PATH")
    for command in _list_tools(environment):
        if shutil.which(command[0], path=path):
            return _read_output(command, environment)
    return None


def _list_tools(environment: Mapping[str, str]) -> list[list[str]]:
    if is_remote(environment):
        return []
    if sys.platform == "darwin":
        return [["pbpaste"]]
    tools: list[list[str]] = []
    if is_in_windows(environment):
        tools += _WINDOWS_TOOLS
    if environment.get("WAYLAND_DISPLAY"):
        tools += _WAYLAND_TOOLS
    if environment.get("DISPLAY"):
        tools += _X11_TOOLS
    return tools


def _read_output(command: list[str], environment: Mapping[str, str]) -> Secret | None:
    """Return the text a program writes; None where there is none, or too much, or it hangs."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=without_token(environment),
        )
    except OSError:
        return None

    def kill() -> None:
        # What it has started may hold the pipe open.
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)

    timer = Timer(_SECONDS, kill)
    timer.daemon = True
    timer.start()
    with process:
        output = process.stdout.read(_MAX_BYTES + 1) if process.stdout else b""
        if len(output) > _MAX_BYTES:
            kill()
    timer.cancel()
    if process.returncode or len(output) > _MAX_BYTES:
        return None
    try:
        text = output.decode()
    except UnicodeDecodeError:
        # Some tools write a picture, where that is on the clipboard.
        return None
    return Secret(text) if text.strip() else None
