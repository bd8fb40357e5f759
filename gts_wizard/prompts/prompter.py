"""Prints to standard error and asks on standard input, hidden where a secret is typed."""

from __future__ import annotations

import io
import os
import re
import select
import shutil
import signal
import sys
import termios
import textwrap
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_STOP = "q"
_MAX_LINE_LENGTH = 60_000
_MAX_WIDTH = 80
# The lines of a paste come at once; a person is slower.
_PASTE_SECONDS = 0.1
_LOCAL_FLAGS = 3


class Aborted(Exception):
    """The person stopped, or there are no more answers; `why` is a sentence that says which."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class StoppedByUser(Aborted):
    """The person stopped."""

    def __init__(self) -> None:
        super().__init__("Stopped.")


class Prompter:
    """A talk with whoever, or whatever, answers.

    Attributes:
        is_terminal: whether somebody sits there, who can be asked about anything.
    """

    def __init__(self) -> None:
        self.is_terminal = sys.stdin is not None and sys.stdin.isatty()
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")

    def print(self, *paragraphs: str) -> None:
        """Say something, each paragraph on lines of its own."""
        for one in paragraphs:
            self._write(f"{self._wrapped(one)}\n")

    def print_alone(self, line: str) -> None:
        """Write something alone on its line, to be selected and copied whole."""
        self._write(f"\n{line}\n\n")

    def ask(self, question: str, default: str = "", *, way: str = "") -> str:
        """Ask for a line.

        Args:
            question: what is asked, without the colon.
            default: what an empty answer means.
            way: a sentence on how to do without the question.

        Raises:
            Aborted: the answer is to stop, or there is none.
        """
        self._prompt(f"{question} [{default}]: " if default else f"{question}: ")
        return self._check_quit(self._read_line(way).strip()) or default

    def choose(self, question: str, letters: str) -> str:
        """Ask until the answer is one of the letters; the first is the default.

        Raises:
            Aborted: the answer is to stop, or there is none.
        """
        while True:
            answer = self.ask(question, letters[0]).lower()
            if answer in set(letters):
                return answer
            self.print(f"Please answer {', '.join(letters[:-1])} or {letters[-1]}.")

    def ask_hidden(self, question: str) -> Secret:
        """Ask for a paste, perhaps of several lines, which does not appear on the terminal.

        Raises:
            Aborted: the answer is to stop, or there is none.
        """
        prompt = f"{question}: "
        self._prompt(prompt)
        ask_again = partial(_write_at_once, prompt)
        with echo_off(sys.stdin.fileno(), ask_again) if self.is_terminal else nullcontext():
            pasted = self._read_line()
            while self._has_more() and (line := self._read()):
                pasted += line
        return Secret(self._check_quit(pasted.strip()))

    def _check_quit(self, answer: str) -> str:
        if answer.lower() == _STOP:
            raise StoppedByUser
        return answer

    def _read_line(self, way: str = "") -> str:
        line = self._read()
        if line:
            return line
        if self.is_terminal:
            # Nobody pressed Enter, so the question's line is still open.
            self.print("")
        raise Aborted(f"There is no answer to read. {way}".rstrip())

    def _read(self) -> str:
        """Return a line with its end; nothing where there is none to come."""
        with suppress(OSError):
            return sys.stdin.readline(_MAX_LINE_LENGTH) if sys.stdin is not None else ""
        return ""

    def _has_more(self) -> bool:
        if not self.is_terminal:
            return False
        ready, _, _ = select.select([sys.stdin], [], [], _PASTE_SECONDS)
        return bool(ready)

    def _prompt(self, text: str) -> None:
        # An answer from a pipe ends no line on the screen.
        self._write(text if self.is_terminal else f"{text.rstrip()}\n")

    def _wrapped(self, text: str) -> str:
        if not self.is_terminal:
            return text
        width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
        number = re.match(r"\d+  ", text)
        return textwrap.fill(
            text,
            width,
            subsequent_indent=" " * len(number[0]) if number else "",
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _write(self, text: str) -> None:
        if sys.stderr is not None:
            # A terminal that is gone is noticed by reading from it.
            with suppress(OSError):
                print(text, end="", file=sys.stderr, flush=True)


def _write_at_once(text: str) -> None:
    """Write from a signal's handler, which may come while Python is writing already."""
    if sys.stderr is not None:
        with suppress(OSError):
            os.write(sys.stderr.fileno(), text.encode(sys.stderr.encoding, "replace"))


@contextmanager
def echo_off(terminal: int, ask_again: Callable[[], None]) -> Iterator[None]:
    """Let the terminal show nothing of what is typed but the end of a line.

    The keys that suspend and quit a program work as ever, and leave the terminal as it was.

    Args:
        terminal: its file descriptor.
        ask_again: repeats the question, for somebody who comes back to it; it may be called
            at any moment, as a signal's handler.
    """
    shown = termios.tcgetattr(terminal)
    hidden = termios.tcgetattr(terminal)
    hidden[_LOCAL_FLAGS] = hidden[_LOCAL_FLAGS] & ~termios.ECHO | termios.ECHONL

    def turn(attributes: list[Any]) -> None:
        # The terminal may have been closed. What was pasted in haste stays to be read.
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, attributes)

    def hide() -> None:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        turn(hidden)

    def leave(number: int, _frame: object) -> None:
        turn(shown)
        signal.signal(number, before[number])
        signal.raise_signal(number)
        # Nothing stops a program that no shell could continue, and then nobody comes back.
        hide()

    def come_back(_number: int, _frame: object) -> None:
        hide()
        ask_again()

    handlers = {signal.SIGTSTP: leave, signal.SIGQUIT: leave, signal.SIGCONT: come_back}
    before: dict[int, Any] = {number: signal.getsignal(number) for number in handlers}
    try:
        hide()
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
        turn(shown)
