"""Clocks for tests: one that moves by hand, and one that can stop a server's answers."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta


class ManualClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time, in UTC."""
        return self.now

    def unix_time(self) -> float:
        """Return the time, in Unix seconds."""
        return self.now.timestamp()

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span


class PausableClock:
    """A practice server's clock: while it is paused, a request that came in is not answered."""

    def __init__(self) -> None:
        self._request_came = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def __call__(self) -> float:
        """Return the time, in Unix seconds, once the clock runs."""
        self._request_came.set()
        assert self._running.wait(30)
        return time.time()

    def pause(self) -> None:
        """Hold the next request."""
        self._request_came.clear()
        self._running.clear()

    def resume(self) -> None:
        """Let requests be answered again."""
        self._running.set()

    async def wait_for_request(self) -> None:
        """Wait until a request is held."""
        assert await asyncio.to_thread(self._request_came.wait, 30)
