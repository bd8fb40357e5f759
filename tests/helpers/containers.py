"""What stands before a command to run it as in a container: as another user, on other disks."""

from __future__ import annotations

import functools
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.helpers.pty_terminal import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMELESS = 54321
"""A user whom the list of users does not have, as in a container that is started with --user."""
OTHER = 54322
"""Another one."""
_DELETE = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
IN_DELETED_DIRECTORY = ("sh", "-c", _DELETE, "sh")
"""Runs a command in a working directory that is gone."""


def as_user(uid: int) -> tuple[str, ...]:
    """Return the words that run the program as another user; skip the test where that fails."""
    words = ("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups")
    _skip_unless_works((*words, PROGRAM, "--version"), "a program can't be run as another user")
    return words


def mounting(commands: str) -> tuple[str, ...]:
    """Return the words that run a program after shell commands which mount something.

    Nobody else sees what they mount. The test is skipped where mounting is not allowed.
    """
    unshare = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "-r", "--mount")
    _skip_unless_works((*unshare, "mount", "-t", "tmpfs", "none", "/mnt"), "nothing can be mounted")
    return (*unshare, "sh", "-e", "-c", f'{commands}\nexec "$@"', "sh")


@functools.cache
def _failure(words: Sequence[str]) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        return str(error)
    return done.stderr.strip() or "it failed" if done.returncode else ""


def _skip_unless_works(words: Sequence[str], reason: str) -> None:
    if failure := _failure(words):
        pytest.skip(f"{reason}: {failure}")
