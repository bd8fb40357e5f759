"""A deterministic scheduler for several windows of the wizard in one event loop.

A window waits before each step that others could see or disturb: a request is sent, its answer is
received, the credentials file or the keyring is read or changed. The scheduler lets one window
take one step, and the next one only when nobody can go on without it.
"""

from __future__ import annotations

import asyncio
import contextvars
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.helpers.event_loop import new_event_loop, wait_until_loop_is_idle

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping

_CALLS = {
    "load": "reads the file",
    "update": "changes the file",
    "reveal": "reads a token",
    "client_credentials": "reads a client secret",
    "probe_keyring": "tries the keyring",
}
_window: contextvars.ContextVar[str] = contextvars.ContextVar("window")


class Burst(NamedTuple):
    """The steps of one window in a row, up to just before one of a kind.

    Attributes:
        window: its name; nothing happens where it has finished.
        steps: how many steps of this kind are taken, if there are so many.
        kind: how the names of these steps begin; empty for all steps.
        trouble: what is wrong with the world meanwhile; empty for nothing.
    """

    window: str
    steps: int
    kind: str = ""
    trouble: str = ""


class _Step(NamedTuple):
    window: str
    name: str
    take: Callable[[], object]


class Scheduler:
    """Lets windows take their steps in a given order.

    Args:
        after_step: called after each step, before its window goes on, with the window's name.

    Attributes:
        trouble: what is wrong with the world just now; empty for nothing.
        story: what has happened, a line each.
    """

    def __init__(self, after_step: Callable[[str], object]) -> None:
        self.trouble = ""
        self.story: list[str] = []
        self._after_step = after_step
        self._steps: list[_Step] = []

    def run(
        self, windows: Mapping[str, Coroutine[Any, Any, object]], bursts: Iterable[Burst]
    ) -> None:
        """Run windows to their ends: in bursts, then one after the other and without trouble.

        Args:
            windows: what each window does, by its name.
            bursts: the order.
        """
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.get_loop().set_default_executor(_StepExecutor(self))
            runner.run(self._run(windows, [*bursts, *(Burst(name, 10_000) for name in windows)]))

    async def step(self, name: str) -> str:
        """Wait until the window that awaits this may take a step; return the window's name."""
        future = asyncio.get_running_loop().create_future()
        self.add_step(name, lambda: future.set_result(None))
        await future
        return _window.get()

    def add_step(self, name: str, take: Callable[[], object]) -> None:
        """Add a step of the current window, to be taken when it is its turn.

        Args:
            name: what it is, for the story.
            take: takes the step.
        """
        self._steps.append(_Step(_window.get(), name, take))

    def tell(self, event: str) -> None:
        """Add to the story what the current window does."""
        self.story.append(f"{_window.get()}: {event}")

    async def _run(
        self, windows: Mapping[str, Coroutine[Any, Any, object]], bursts: Iterable[Burst]
    ) -> None:
        tasks = [asyncio.create_task(_run_as(name, work)) for name, work in windows.items()]
        await wait_until_loop_is_idle()
        for burst in bursts:
            self.trouble, left = burst.trouble, burst.steps
            while step := self._next_step(burst.window):
                if step.name.startswith(burst.kind):
                    if not left:
                        break
                    left -= 1
                await self._take(step)
        for task in tasks:
            assert task.done(), "a window waits for something that is no step"
            task.result()

    def _next_step(self, window: str) -> _Step | None:
        return next((step for step in self._steps if step.window == window), None)

    async def _take(self, step: _Step) -> None:
        self._steps.remove(step)
        trouble = f" ({self.trouble})" if self.trouble else ""
        self.story.append(f"{step.window}: {step.name}{trouble}")
        step.take()
        self._after_step(step.window)
        await wait_until_loop_is_idle()


class _StepExecutor(ThreadPoolExecutor):
    """Runs what `asyncio.to_thread` gets as a step, and in the thread of the event loop."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def submit(self, call: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """Add a step that makes the call."""
        result: Future[Any] = Future()

        def make_call() -> None:
            try:
                result.set_result(call(*args, **options))
            except Exception as error:  # noqa: BLE001 - raised again where the result is awaited
                result.set_exception(error)

        assert isinstance(call, partial), "only asyncio.to_thread is known here"
        # It passes the method to call as the first argument of `Context.run`.
        method = call.args[0].__name__
        self._scheduler.add_step(_CALLS.get(method, method), make_call)
        return result


async def _run_as(window: str, work: Coroutine[Any, Any, object]) -> None:
    _window.set(window)
    await work
