"""Prints to standard error and asks on standard input, hidden where a secret is typed."""

from __future__ import annotations

import asyncio
import io
import os
import re
import select
import shutil
import signal
import sys
import termios
import textwrap
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


_STOP_ANSWER = "q"
_HELP_ANSWER = "?"
_MAX_LINE_LENGTH = 60_000
_MAX_WIDTH = 80
# The lines of a paste come at once; somebody who types is slower.
_PASTE_SECONDS = 0.1
# The index of the local flags in what termios.tcgetattr returns.
_LOCAL_FLAGS = 3
# A command that a text ends with, after the sentence that introduces it; no quoted words.
_COMMAND_AT_END = re.compile(r"(.* run:) ([^”]+)", re.DOTALL)


class Aborted(Exception):
    """The user stopped, or there are no more answers.

    Attributes:
        reason: a sentence for the user that says which.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoppedByUser(Aborted):
    """The user stopped."""

    def __init__(self) -> None:
        super().__init__("Stopped.")


class Prompter:
    """Prints to standard error, and reads answers from standard input.

    Attributes:
        is_terminal: whether standard input is a terminal, so that somebody can answer questions;
            otherwise the answers are prepared, as in a pipe.
    """

    def __init__(self) -> None:
        self.is_terminal = sys.stdin is not None and sys.stdin.isatty()
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")

    def print(self, *paragraphs: str) -> None:
        """Print paragraphs, each on lines of its own.

        On a terminal they are wrapped, but for a command at the end of one: it has an unbroken line
        of its own, so that it can be selected and copied.
        """
        for paragraph in paragraphs:
            with_command = _COMMAND_AT_END.fullmatch(paragraph) if self.is_terminal else None
            if with_command is None:
                self._write(f"{self._wrap(paragraph)}\n")
            else:
                sentences, command = with_command.groups()
                self._write(f"{self._wrap(sentences)}\n{command}\n")

    def print_alone(self, line: str) -> None:
        """Print a line unwrapped between empty lines, so that it can be selected and copied."""
        self._write(f"\n{line}\n\n")

    def ask(
        self, question: str, default: str = "", *, explanation: Sequence[str], hint: str = ""
    ) -> str:
        """Ask for a line.

        Args:
            question: the question, without the colon.
            default: what an empty answer means.
            explanation: the paragraphs that the answer `?` prints, before the question comes again.
            hint: a sentence that says how to answer on the command line instead; part of the
                error where there is no answer.

        Raises:
            Aborted: the answer is `q`, or there is none.
        """
        prompt = f"{question} (Enter for {default}):" if default else f"{question}:"
        while True:
            self._write(self._line_of(prompt))
            answer = self._check_quit(self._read_line(hint).strip())
            if answer != _HELP_ANSWER:
                return answer or default
            self.print(*explanation)

    def choose(self, choices: Mapping[str, str], explanation: Sequence[str]) -> str:
        """Print choices, and ask until the answer is the letter of one; the first is the default.

        Args:
            choices: what each letter stands for.
            explanation: as for `ask`.

        Raises:
            Aborted: the answer is `q`, or there is none.
        """
        *others, last = choices
        question = f"Type {', '.join(others)} or {last}"
        self.print(*(f"{letter}: {meaning}" for letter, meaning in choices.items()))
        while True:
            answer = self.ask(question, next(iter(choices)), explanation=explanation).lower()
            if answer in choices:
                return answer
            self.print(f"{question}.")

    def ask_hidden(self, question: str) -> Secret:
        """Ask for a secret, perhaps pasted as several lines, with the terminal's echo off.

        Raises:
            Aborted: the answer is `q`, or there is none.
        """
        return self.read_hidden(self._line_of(f"{question}:"))

    def read_hidden(self, prompt: str = "") -> Secret:
        """Read a secret, as `ask_hidden` does.

        Args:
            prompt: what is printed first, once the echo is off: a paste may follow at once.

        Raises:
            Aborted: the answer is `q`, or there is none.
        """
        with self._echo_off(prompt):
            self._write(prompt)
            pasted = self._read_line()
            while self._has_more() and (line := self._read()):
                pasted += line
        return Secret(self._check_quit(pasted.strip()))

    async def wait_for_answer(self, *sentences: str) -> None:
        """Print sentences, and wait until there is an answer to read, with the echo off.

        Args:
            sentences: what else is waited for, and what an answer does.
        """
        is_readable = asyncio.Event()
        loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()
        with self._echo_off("".join(f"{sentence}\n" for sentence in sentences)):
            self.print(*sentences)
            loop.add_reader(terminal, is_readable.set)
            try:
                await is_readable.wait()
            finally:
                loop.remove_reader(terminal)

    def _echo_off(self, prompt: str) -> AbstractContextManager[None]:
        if not self.is_terminal:
            return nullcontext()
        return echo_off(sys.stdin.fileno(), partial(_write_unbuffered, prompt))

    def _check_quit(self, answer: str) -> str:
        if answer.lower() == _STOP_ANSWER:
            raise StoppedByUser
        return answer

    def _read_line(self, hint: str = "") -> str:
        line = self._read()
        if line:
            return line
        if self.is_terminal:
            # Nobody pressed Enter, so the question's line is still open.
            self.print("")
        raise Aborted(f"There is no answer to read. {hint}".rstrip())

    def _read(self) -> str:
        """Return a line with its newline; empty at the end of input, or where reading fails."""
        with suppress(OSError):
            return sys.stdin.readline(_MAX_LINE_LENGTH) if sys.stdin is not None else ""
        return ""

    def _has_more(self) -> bool:
        if not self.is_terminal:
            return False
        ready, _, _ = select.select([sys.stdin], [], [], _PASTE_SECONDS)
        return bool(ready)

    def _line_of(self, question: str) -> str:
        # Where the answer comes from a pipe, nobody presses Enter to end the question's line.
        return f"{self._wrap(question)} " if self.is_terminal else f"{question}\n"

    def _wrap(self, text: str) -> str:
        if not self.is_terminal:
            return text
        # One column is left for the space after a question.
        width = max(1, min(shutil.get_terminal_size().columns, _MAX_WIDTH) - 1)
        return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)

    def _write(self, text: str) -> None:
        if sys.stderr is not None:
            # A closed terminal is reported by the next read instead.
            with suppress(OSError):
                print(text, end="", file=sys.stderr, flush=True)


def _write_unbuffered(text: str) -> None:
    """Write from a signal handler, where print() could re-enter the stream's buffer."""
    if sys.stderr is not None:
        with suppress(OSError):
            os.write(sys.stderr.fileno(), text.encode(sys.stderr.encoding, "replace"))


@contextmanager
def echo_off(terminal: int, ask_again: Callable[[], None]) -> Iterator[None]:
    """Turn the terminal's echo off; only the newline after a line is shown.

    The keys that suspend and quit a program work as usual, and restore the attributes first.

    Args:
        terminal: the terminal's file descriptor.
        ask_again: prints the question again when the suspended program continues. It is called
            in a signal handler, so at any moment.
    """
    original = termios.tcgetattr(terminal)
    without_echo = termios.tcgetattr(terminal)
    without_echo[_LOCAL_FLAGS] = without_echo[_LOCAL_FLAGS] & ~termios.ECHO | termios.ECHONL

    def set_attributes(attributes: list[Any]) -> None:
        # The terminal may have been closed. TCSADRAIN, unlike TCSAFLUSH, keeps pending input: a
        # paste that came early is still read.
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, attributes)

    def turn_off() -> None:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        set_attributes(without_echo)

    def suspend_or_quit(number: int, _frame: object) -> None:
        set_attributes(original)
        signal.signal(number, previous_handlers[number])
        signal.raise_signal(number)
        # In an orphaned process group SIGTSTP does not stop the program, so SIGCONT never comes.
        turn_off()

    def resume(_number: int, _frame: object) -> None:
        turn_off()
        ask_again()

    handlers = {
        signal.SIGTSTP: suspend_or_quit,
        signal.SIGQUIT: suspend_or_quit,
        signal.SIGCONT: resume,
    }
    previous_handlers: dict[int, Any] = {number: signal.getsignal(number) for number in handlers}
    try:
        turn_off()
        yield
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)
        set_attributes(original)
