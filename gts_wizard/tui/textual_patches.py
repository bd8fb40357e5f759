"""Everything that touches Textual's private parts (measured on 8.2), each with the reason.

- the decoder of terminal input: it must tolerate bytes that are not UTF-8, and remove late answers
  of the terminal and control characters in pastes, which Textual would take for keys;
- the report of a crash: Textual's would show local variables, secrets among them;
- the environment variables with which Textual can't start: it would only tell by such a crash;
- writing to the terminal: pictures are escape sequences, which no widget can write.
"""

from __future__ import annotations

import codecs
import re
import sys
from typing import TYPE_CHECKING

from rich.console import COLOR_SYSTEMS
from rich.text import Text
from textual import constants
from textual.app import App
from textual.css.query import NoMatches

from gts_wizard.crash_report import format_crash_report
from gts_wizard.errors import UnusableVariable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from rich.console import RenderableType
    from textual.driver import Driver

# The answers to the queries in `terminal`; over a slow line they come after its timeout.
_TERMINAL_REPORT = re.compile(
    r"\x1b\]11;[^\x07\x1b]{0,64}(?:\x07|\x1b\\)|\x1bP>\|[^\x1b]{0,200}\x1b\\|\x1b\[\?[\d;]*c"
)
# The marks around a paste (bracketed paste in https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
_PASTE_START, _PASTE_END = "\x1b[200~", "\x1b[201~"
# The start of a report or of a paste mark at the end of the input; the rest has yet to arrive.
_PARTIAL_SEQUENCE = re.compile(
    r"\x1b(?:\](?:1(?:1(?:;[^\x07\x1b]{0,64}\x1b?)?)?)?|P(?:>(?:\|[^\x1b]{0,200}\x1b?)?)?"
    r"|\[\?[\d;]*|\[2(?:0[01]?)?)\Z"
)
_PARTIAL_PASTE_END = re.compile(r"\x1b(?:\[(?:2(?:01?)?)?)?\Z")
# Control characters except tab, line feed and carriage return.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class _InputDecoder(codecs.IncrementalDecoder):
    """Decodes UTF-8, replaces invalid bytes by U+FFFD, and drops what Textual would take for keys.

    Dropped are late answers of the terminal, and control characters in pastes: Textual's parser
    ends a paste at an escape character, and takes the rest for keys.
    """

    def __init__(self) -> None:
        super().__init__()
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._is_pasting = False

    def decode(self, data: ReadableBuffer, final: bool = False) -> str:
        """Decode the next bytes; an incomplete sequence at their end is held back."""
        text = self._held + self._utf8.decode(data, final)
        decoded = ""
        while (mark := _PASTE_END if self._is_pasting else _PASTE_START) in text:
            part, _, text = text.partition(mark)
            decoded += self._clean(part) + mark
            self._is_pasting = not self._is_pasting
        partial = (
            None
            if final
            else (_PARTIAL_PASTE_END if self._is_pasting else _PARTIAL_SEQUENCE).search(text)
        )
        text, self._held = (text, "") if partial is None else (text[: partial.start()], partial[0])
        return decoded + self._clean(text)

    def _clean(self, text: str) -> str:
        # Only after the end of the paste was searched for: removing characters could form one.
        return (_CONTROLS if self._is_pasting else _TERMINAL_REPORT).sub("", text)


def patch_input_decoder() -> None:
    """Make Textual decode terminal input with `_InputDecoder`; does nothing on Windows.

    On a byte that is not UTF-8 Textual crashes, and the rest of a paste would go to the shell. A
    terminal set to Latin-1 sends such bytes, and so does a paste of binary data.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver  # noqa: PLC0415 - Windows has another

    # Textual has no option for this.
    linux_driver.getincrementaldecoder = lambda _: _InputDecoder  # type: ignore[assignment, attr-defined]


class CrashReportApp(App[None]):
    """An app that ends with a report without values after an exception that nothing handled.

    Raises:
        UnusableVariable: Textual can't start with the value of one of its environment variables.
    """

    def __init__(self) -> None:
        # Textual only finds these out by a KeyError.
        systems = ("auto", *COLOR_SYSTEMS)
        if constants.COLOR_SYSTEM not in systems:
            usable = f"{', '.join(systems[:-1])} or {systems[-1]}"
            raise UnusableVariable(variable="TEXTUAL_COLOR_SYSTEM", usable=usable)
        super().__init__()

    def get_driver_class(self) -> type[Driver]:
        """Return the class that talks to the terminal, which TEXTUAL_DRIVER may name."""
        try:
            return super().get_driver_class()
        except Exception:  # noqa: BLE001 - it may name anything at all
            raise UnusableVariable(variable="TEXTUAL_DRIVER") from None

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002
        """Exit after an exception in one of Textual's threads.

        Textual's traceback is not printed: it could hold secrets.
        """
        self._return_code = 1
        self._fatal_error()

    def _handle_exception(self, error: Exception) -> None:
        # After `exit` Textual mounts no widgets any more, so a screen that is just being opened
        # does not find its own.
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print every local variable, and an exception's text may hold what was typed.
        # Only the first exception is reported: the others may have been caused by it.
        if not self._exit_renderables:
            self._exit_renderables.append(Text(format_crash_report()))
        self._close_messages_no_wait()


def write_to_terminal(app: App[object], escape: str) -> None:
    """Write an escape sequence to the terminal of an app; Textual has no public way to do so.

    Args:
        app: the app; without a terminal, nothing is written.
        escape: the sequence.
    """
    if app._driver is not None:
        app._driver.write(escape)
