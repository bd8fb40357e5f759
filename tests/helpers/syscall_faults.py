"""The file layer with somebody in between: every system call can be counted, failed or killed."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Between = Callable[[int, str], None]

CALLS = {
    os: (
        *("open", "stat", "lstat", "fstat", "fchmod", "chmod", "read", "write", "fsync"),
        *(
            "pread",
            "pwrite",
            "ftruncate",
            "close",
            "replace",
            "unlink",
            "mkdir",
            "scandir",
            "readlink",
        ),
    ),
    fcntl: ("flock",),
}


def nothing(_number: int, _name: str) -> None:
    """Let a call pass."""


@contextmanager
def intercept_syscalls(before: Between = nothing, after: Between = nothing) -> Iterator[None]:
    """Call `before` and `after` around each system call of the file layer.

    Args:
        before: gets the call's number, from 0, and its name; what it raises, the call raises.
        after: the same, once the call was made, failed or not.
    """
    real = {(module, name): getattr(module, name) for module in CALLS for name in CALLS[module]}
    numbers = count()

    def guarded(call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def guard(*arguments: Any, **named: Any) -> Any:
            number = next(numbers)
            before(number, name)
            try:
                return call(*arguments, **named)
            finally:
                after(number, name)

        return guard

    try:
        for (module, name), call in real.items():
            setattr(module, name, guarded(call, name))
        yield
    finally:
        for (module, name), call in real.items():
            setattr(module, name, call)


def syscalls_of(action: Callable[[], object]) -> list[str]:
    """Do something, and return the names of the system calls it made."""
    made: list[str] = []
    with intercept_syscalls(before=lambda _, name: made.append(name)):
        action()
    return made
