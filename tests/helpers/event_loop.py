"""An event loop that can tell when it has nothing left to do.

A loop lets its selector wait only when no callback is ready to run, so there idleness is a fact,
however busy the machine is.
"""

from __future__ import annotations

import asyncio
import selectors
from weakref import WeakKeyDictionary

_idle_futures: WeakKeyDictionary[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = (
    WeakKeyDictionary()
)


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


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Create a loop for which `wait_until_loop_is_idle` works."""
    selector = _IdleSelector()
    loop = asyncio.SelectorEventLoop(selector)
    _idle_futures[loop] = selector.idle_futures
    return loop


async def wait_until_loop_is_idle() -> None:
    """Wait until no task of the running loop could go on, and no input has come.

    What waits for a timer or for another thread counts as idle.
    """
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    _idle_futures[asyncio.get_running_loop()].append(future)
    await future
