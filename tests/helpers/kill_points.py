"""Saves that are killed: run as a process of its own, which forks one child for each.

It has a single thread and everything imported, so that a child costs milliseconds. It reads
`folder⇥moment` lines and answers each with a line: whether the child was killed. A moment is
`before 7` or `after 7`, a system call by its number, or `line 300`, a line of Python that runs.
Given `calls` or `lines` as the moment, it answers with how many of those a save goes through.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gts_wizard.storage.atomic_write
import gts_wizard.storage.lock  # noqa: F401  # or each child would import it
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import make_account
from tests.helpers.syscall_faults import intercept_syscalls, syscalls_of

if TYPE_CHECKING:
    from types import FrameType


def save(folder: Path) -> None:
    """Add one account, `new`, to the file in a folder."""
    Store(folder / "credentials.toml").update(
        lambda credentials: credentials.with_account(make_account("new"))
    )


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def save_and_die(folder: Path, when: str, number: int) -> None:
    """Save, but die at a moment."""

    def at(called: int, _: str) -> None:
        if called == number:
            die()

    if when == "line":
        die_at_line(number)
        save(folder)
    else:
        with intercept_syscalls(**{when: at}):
            save(folder)


def die_at_line(number: int) -> None:
    """Die when that many lines, calls and returns of Python have run."""
    events = count()

    def trace(_frame: FrameType, _event: str, _argument: object) -> Any:
        if next(events) == number:
            die()
        return trace

    sys.settrace(trace)


def lines_of_save(folder: Path) -> int:
    """Return how many lines, calls and returns of Python a save runs."""
    events = count()

    def trace(_frame: FrameType, _event: str, _argument: object) -> Any:
        next(events)
        return trace

    sys.settrace(trace)
    save(folder)
    sys.settrace(None)
    return next(events)


def forked(folder: Path, when: str, number: int) -> bool:
    """Return whether a child that saves and dies at a moment did die."""
    child = os.fork()
    if not child:
        save_and_die(folder, when, number)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main() -> None:
    """Answer line by line."""
    for line in sys.stdin:
        folder, _, moment = line.rstrip("\n").partition("\t")
        match moment.split():
            case ["calls"]:
                answer = len(syscalls_of(lambda: save(Path(folder))))  # noqa: B023
            case ["lines"]:
                answer = lines_of_save(Path(folder))
            case [when, number]:
                answer = forked(Path(folder), when, int(number))
        sys.stdout.write(f"{int(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
