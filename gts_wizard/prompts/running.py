"""Runs what takes time in the plain journey's event loop. `waiting` and `parting` come in."""

from __future__ import annotations

from asyncio import CancelledError
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from asyncio import Runner
    from collections.abc import Coroutine

T = TypeVar("T")


def run(runner: Runner, work: Coroutine[object, None, T]) -> T:
    """Do something that takes time.

    Args:
        runner: the event loop that the services share.
        work: what is done.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl+C, even just before the work began.
    """
    try:
        return runner.run(work)
    except CancelledError:
        raise KeyboardInterrupt from None
