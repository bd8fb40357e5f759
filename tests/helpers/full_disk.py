"""A disk that becomes full for one process that runs already; Linux alone can do that."""

import resource
import sys

import pytest

_FULL = (0, resource.RLIM_INFINITY)
_FREE = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

only_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="fills the disk of a process")


def fill_disk(process: int) -> None:
    """Let the process write no file any more; the kernel says that each would be too large."""
    _limit(process, _FULL)


def make_room(process: int) -> None:
    """Let everything work again."""
    _limit(process, _FREE)


def _limit(process: int, limits: tuple[int, int]) -> None:
    if sys.platform == "linux":
        resource.prlimit(process, resource.RLIMIT_FSIZE, limits)
