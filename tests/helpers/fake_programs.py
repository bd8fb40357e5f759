"""A computer with no programs but fake ones, which note down how they were run."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from gts_wizard import browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

_ARGUMENTS, _BROWSERS = ".arguments", ".browsers"
_PATIENCE_SECONDS = 30
_SCRIPT = f"""#!/bin/sh
printf '%s\\n' "$@" >"$0{_ARGUMENTS}"
printf %s "$BROWSER" >"$0{_BROWSERS}"
"""


def be_a_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be a computer with a display, whose browsers are looked for as on any other."""
    for name in ("BROWSER", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    # Look as long as it takes, on a slow computer too.
    monkeypatch.setattr(browser, "_WATCH_SECONDS", 60)


class FakePrograms:
    """A folder of programs, for the `PATH`.

    Args:
        folder: an empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def path(self) -> str:
        """The `PATH`."""
        return str(self.folder)

    def install(self, *names: str, then: str = "exit 0") -> None:
        """Put shell scripts there.

        Args:
            names: what they are called.
            then: what they do once everything is noted.
        """
        for name in names:
            program = self.folder / name
            program.write_text(f"{_SCRIPT}{then}\n")
            program.chmod(0o755)

    @property
    def ran(self) -> dict[str, list[str]]:
        """The arguments of each program that ran."""
        notes = self.folder.glob(f"*{_ARGUMENTS}")
        return {note.name.removesuffix(_ARGUMENTS): note.read_text().splitlines() for note in notes}

    def browsers_of(self, name: str) -> list[str]:
        """Return the names that a program got in `BROWSER`."""
        return (self.folder / f"{name}{_BROWSERS}").read_text().split(":")

    @contextmanager
    def hanging(self, name: str) -> Iterator[HangingProgram]:
        """Put a program there that hangs, until this ends at the latest."""
        pipe, final_note = self.folder / f"{name}.pipe", self.folder / f"{name}.final-note"
        os.mkfifo(pipe)
        self.install(name, then=f'read -r word <"{pipe}"; printf "$$ $word" >"{final_note}"')
        # Open at both ends, opening it never waits.
        with os.fdopen(os.open(pipe, os.O_RDWR), "w") as writer:
            yield HangingProgram(writer, final_note)


class HangingProgram:
    """A program that runs until it gets a word.

    Args:
        writer: where it reads the word.
        final_note: where it notes its process id and the word, before it ends.
    """

    def __init__(self, writer: IO[str], final_note: Path) -> None:
        self._writer = writer
        self._final_note = final_note
        self._threads = set(threading.enumerate())

    def let_end(self) -> tuple[int, str]:
        """Let it end; return its process id and the word, once its end was noticed."""
        print("lived", file=self._writer, flush=True)
        for watcher in set(threading.enumerate()) - self._threads:
            if watcher.daemon:
                watcher.join(_PATIENCE_SECONDS)
        process, word = self._final_note.read_text().split()
        return int(process), word
