"""Reads what a terminal sends: whatever the encoding, and with nothing pressed that nobody pressed.

The door to the screens comes in once, before they are shown.
"""

from __future__ import annotations

import codecs
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# What `terminal` asks for; over a slow line the answer comes when nobody waits for it any more.
_ANSWER = re.compile(
    r"\x1b\]11;[^\x07\x1b]{0,64}(?:\x07|\x1b\\)|\x1bP>\|[^\x1b]{0,200}\x1b\\|\x1b\[\?[\d;]*c"
)
# What is pasted stands between these (bracketed paste in https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"
_PARTIAL_SEQUENCE = re.compile(
    r"\x1b(?:\](?:1(?:1(?:;[^\x07\x1b]{0,64}\x1b?)?)?)?|P(?:>(?:\|[^\x1b]{0,200}\x1b?)?)?"
    r"|\[\?[\d;]*|\[2(?:0[01]?)?)\Z"
)
_PARTIAL_PASTE_END = re.compile(r"\x1b(?:\[(?:2(?:01?)?)?)?\Z")
# Control characters but for the tab and the ends of lines.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class _InputDecoder(codecs.IncrementalDecoder):
    """Decodes UTF-8, shows a byte of no sense as U+FFFD, and leaves out what would press keys.

    That is what the terminal answers too late, and control characters that are pasted: Textual's
    own reading ends a paste at an escape, and takes the rest for keys.
    """

    def __init__(self) -> None:
        super().__init__()
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._is_pasting = False

    def decode(self, sent: ReadableBuffer, final: bool = False) -> str:
        text = self._held + self._utf8.decode(sent, final)
        read = ""
        while (mark := _PASTED if self._is_pasting else _PASTE) in text:
            part, _, text = text.partition(mark)
            read += self._inert(part) + mark
            self._is_pasting = not self._is_pasting
        begun = (
            None
            if final
            else (_PARTIAL_PASTE_END if self._is_pasting else _PARTIAL_SEQUENCE).search(text)
        )
        text, self._held = (text, "") if begun is None else (text[: begun.start()], begun[0])
        return read + self._inert(text)

    def _inert(self, text: str) -> str:
        # Nothing is taken out of a paste before its end is found: that could make up an end.
        return (_CONTROLS if self._is_pasting else _ANSWER).sub("", text)


def patch_input_decoder() -> None:
    """Let a byte that is not UTF-8 arrive as U+FFFD, and late answers not arrive as keys.

    Textual ends the program on such a byte, and what is left of a paste would go on to the shell. A
    terminal set to Latin-1 sends such bytes, and so does a paste of anything that is no text.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver  # noqa: PLC0415 - Windows has another

    # Textual has no setting for it.
    linux_driver.getincrementaldecoder = lambda _: _InputDecoder  # type: ignore[assignment, attr-defined]
