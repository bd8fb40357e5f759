"""An event loop that can tell when it has nothing left to do, and what runs in its threads.

A loop lets its selector wait only when no callback is ready to run, so there idleness is a fact,
however busy the machine is.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class _IdleSelector(selectors.DefaultSelector):
    """A selector that completes futures once its loop would wait.

    Attributes:
        idle_futures: what to complete then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.idle_futures: list[asyncio.Future[None]] = []

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for input, unless somebody waits for idleness and there is no input yet."""
        if not self.idle_futures or (timeout is not None and timeout <= 0):
            return super().select(timeout)
        events = super().select(0)
        if not events:
            for future in self.idle_futures:
                if not future.done():
                    future.set_result(None)
            self.idle_futures.clear()
        return events


class _IdleAwareLoop(asyncio.SelectorEventLoop):
    """A loop with such a selector.

    Attributes:
        idle_futures: those of its selector.
        threads: what runs in threads of the loop.
    """

    def __init__(self) -> None:
        selector = _IdleSelector()
        self.idle_futures = selector.idle_futures
        self.threads: set[asyncio.Future[Any]] = set()
        super().__init__(selector)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """Call a function in a thread, and note that it runs until its result has come."""
        future = super().run_in_executor(executor, func, *args)
        self.threads.add(future)
        future.add_done_callback(self.threads.discard)
        return future


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Create a loop for which the functions of this module work."""
    return _IdleAwareLoop()


def _running_loop() -> _IdleAwareLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _IdleAwareLoop)
    return loop


def threads_of_loop() -> set[asyncio.Future[Any]]:
    """Return what the running loop has given to threads, and has no result of yet."""
    return set(_running_loop().threads)


async def wait_until_loop_is_idle() -> None:
    """Wait until no task of the running loop could go on, and no input has come.

    What waits for a timer or for another thread counts as idle.
    """
    loop = _running_loop()
    future: asyncio.Future[None] = loop.create_future()
    loop.idle_futures.append(future)
    await future
