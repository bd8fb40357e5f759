"""Keeps what is typed from being shown, and gives the terminal back whenever the program rests."""

from __future__ import annotations

import signal
import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOCAL_FLAGS = 3


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
