"""A real pseudo-terminal with the installed program in it, its screen kept by an emulator."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PROGRAM = str(Path(sys.executable).with_name("gts-wizard"))
"""The installed program; started in another folder, so that it is not this one that runs."""

_LAUNCHER = """
import os, signal, sys
for number in sys.argv[1].split():
    signal.signal(int(number), signal.SIG_IGN)
os.execv(sys.argv[2], sys.argv[2:])
"""
_USER_INSTALL = Path(__file__).with_name("user_install")
_KEPT = frozenset({"PATH", "LANG", "LC_ALL", "TMPDIR"})
_PATIENCE_SECONDS = 30.0
_SCREENS_END = "\x1b[?1049l"
# What follows on the screen joins the state, which has 22 characters.
_LINK = re.compile(r"https?://[^/]+/oauth/authorize\S+?&state=[\w-]{22}")
_CONTROL_SEQUENCE = re.compile(r"\x1b\[[?\d;]*\w")


def environment(home: Path) -> dict[str, str]:
    """Return the variables of somebody whose home is `home`, on a computer without a display."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    return {
        **kept,
        "HOME": str(home),
        "PYTHONPATH": str(_USER_INSTALL),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }


class PtyTerminal:
    """A terminal of 80 columns and 24 rows that runs `gts-wizard`.

    Args:
        arguments: the command line after the program's name.
        home: the home directory of whoever sits there.
        ignored: signals that are ignored when the program begins, as `nohup` has it.
        prefix: the words of a command that runs the program, such as one of `containers`.
        variables: what else is in the environment.

    Attributes:
        program: what runs in it.
        drawn: every byte the program wrote.
    """

    program = PROGRAM
    _has_shell = False

    def __init__(
        self,
        arguments: Sequence[str],
        home: Path,
        *,
        ignored: Sequence[int] = (),
        prefix: Sequence[str] = (),
        **variables: str,
    ) -> None:
        self.drawn = b""
        self._text = ""
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        self._name = os.ttyname(slave)
        self._set_size(80, 24)
        launcher = [sys.executable, "-c", _LAUNCHER, " ".join(map(str, map(int, ignored)))]
        self._process = subprocess.Popen(
            [*(launcher if ignored else []), *prefix, self.program, *arguments],
            cwd=home,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environment(home), **variables},
            process_group=0 if self._has_shell else None,
            start_new_session=not self._has_shell,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            os.close(self._master)

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        if not self._text:
            # After a wide character comes an empty one.
            rows = (self._screen.buffer[row] for row in range(self._screen.lines))
            columns = range(self._screen.columns)
            lines = ("".join(row[column].data for column in columns) for row in rows)
            self._text = "\n".join(line.rstrip() for line in lines)
        return self._text

    @property
    def process(self) -> int:
        """The number of the program's process."""
        return self._process.pid

    @property
    def shows_typing(self) -> bool:
        """Whether what is typed appears."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def wait_for(self, text: str) -> None:
        """Read what the program draws until `text` stands on the screen."""
        self.wait_until(lambda: text in self.text, text)

    def wait_until(self, has_come: Callable[[], bool], what: str) -> None:
        """Read what the program draws until something has come, which is named."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not has_come():
            assert time.monotonic() < deadline, f"“{what}” never came:\n{self.text}"
            assert self._read(0.2) or self._process.poll() is None, f"it ended:\n{self.text}"

    def link(self) -> str:
        """Read the link off the screen, over the lines it is broken into, once it is whole."""
        found: list[str] = []

        def is_whole() -> bool:
            found[:] = _LINK.findall("".join(self.text.split()))
            return bool(found)

        self.wait_until(is_whole, "the link")
        return found[0]

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Read what the program draws meanwhile: it stops when nobody reads for long.

        Nothing else of this terminal may be used meanwhile.
        """
        is_over = threading.Event()

        def read() -> None:
            while not is_over.is_set():
                self._read(0.1)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            yield
        finally:
            is_over.set()
            reader.join()

    def send(self, keys: str) -> None:
        """Press keys; a surrogate such as U+DCFC sends the one byte 0xFC (PEP 383)."""
        os.write(self._master, keys.encode(errors="surrogateescape"))

    def wait_until_read(self) -> None:
        """Wait until the program has taken in what was sent."""
        self.wait_until(lambda: not self._unread_bytes(), "the program reading what was sent")

    def wait_until_asleep(self) -> None:
        """Wait until the program itself rests at something, where Linux tells that.

        It sleeps for a moment elsewhere, too, such as while the terminal takes what it wrote; so
        it must not have gone on between two looks.
        """
        if sys.platform != "linux":
            return
        looks: list[tuple[str, ...]] = []

        def has_rested() -> bool:
            looks.append(self._main_thread())
            state, *_ = looks[-1]
            return state == "T" or (state == "S" and looks[-2:-1] == looks[-1:])

        self.wait_until(has_rested, "rest")

    def _main_thread(self) -> tuple[str, ...]:
        """What the program's main thread does, and how often it gave the processor away."""
        status = Path(f"/proc/{self.process}/task/{self.process}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        counted = (fields[name] for name in fields if name.endswith("_ctxt_switches"))
        return fields["State"].split()[0], *counted

    def paste(self, text: str) -> None:
        """Paste, as a terminal does once the program has asked for bracketed paste."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size."""
        self._screen.resize(rows, columns)
        self._text = ""
        self._set_size(columns, rows)
        # The kernel tells this only to the processes of whom it is the controlling terminal.
        self._process.send_signal(signal.SIGWINCH)

    def signal(self, number: int) -> None:
        """Send the program a signal, once it waits for something or is suspended.

        Python runs no handler for a signal that comes just before a call that blocks, such as
        between printing a question and reading the answer.
        """
        self.wait_until_asleep()
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window: nothing can be read or written any more, and the kernel says so."""
        os.close(self._master)
        self._process.send_signal(signal.SIGHUP)

    @property
    def said_after_the_screens(self) -> str:
        """What was printed once the screens were closed."""
        *_, after = self.drawn.decode().rpartition(_SCREENS_END)
        return " ".join(_CONTROL_SEQUENCE.sub("", after).split())

    def exit_code(self) -> int:
        """Wait for the program to end, and read what it wrote last."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            self._read(0.1)
        while self._read(0):
            pass
        return self._process.wait(1)

    def exit_code_unread(self) -> int:
        """Wait for the program to end, and leave unread what it writes."""
        return self._process.wait(_PATIENCE_SECONDS)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        # The terminal is gone once the program is: Linux says so with EIO.
        with contextlib.suppress(OSError):
            drawn = os.read(self._master, 65536)
            self.drawn += drawn
            self._stream.feed(drawn)
            self._text = ""
            return bool(drawn)
        return False

    def _unread_bytes(self) -> int:
        slave = os.open(self._name, os.O_RDWR | os.O_NOCTTY)
        try:
            return int.from_bytes(fcntl.ioctl(slave, termios.FIONREAD, bytes(4)), sys.byteorder)
        finally:
            os.close(slave)

    def _set_size(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)


class JobControlTerminal(PtyTerminal):
    """A terminal whose program was started by a shell: without one, nothing can suspend it."""

    # A process group that nobody outside of it could continue is never stopped (POSIX, 2.4.3).
    _has_shell = True

    def wait_until_suspended(self) -> None:
        """Wait until the program has been stopped by a signal."""

        def is_stopped() -> bool:
            ended, status = os.waitpid(self.process, os.WUNTRACED | os.WNOHANG)
            assert not ended or os.WIFSTOPPED(status), "it ended"
            return bool(ended)

        self.wait_until(is_stopped, "its suspension")
