"""A disk that becomes full: for this process, or for one that runs already (on Linux alone)."""

import errno
import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

_FULL = (0, resource.RLIM_INFINITY)
_FREE = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

only_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="fills the disk of a process")


class Disk:
    """A disk that can be full: then no file in a folder can be replaced; others can."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._patch = pytest.MonkeyPatch()

    def fill(self) -> None:
        """Leave no room."""
        self._patch.setattr(os, "replace", partial(self._replace, os.replace))

    def make_room(self) -> None:
        """Let everything work again."""
        self._patch.undo()

    def _replace(self, replace: Callable[..., None], source: str, target: str) -> None:
        if str(target).startswith(str(self._folder)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)


def fill_disk(process: int) -> None:
    """Let the process write no file any more; the kernel says that each would be too large."""
    _limit(process, _FULL)


def make_room(process: int) -> None:
    """Let everything work again."""
    _limit(process, _FREE)


def _limit(process: int, limits: tuple[int, int]) -> None:
    if sys.platform == "linux":
        resource.prlimit(process, resource.RLIMIT_FSIZE, limits)
