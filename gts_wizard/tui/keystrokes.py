"""Reads what a terminal sends: in whatever encoding, and without what it says of itself too late.

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
_BEGUN_ANSWER = re.compile(
    r"\x1b(?:\](?:1(?:1(?:;[^\x07\x1b]{0,64}\x1b?)?)?)?|P(?:>(?:\|[^\x1b]{0,200}\x1b?)?)?|\[\?[\d;]*)\Z"
)


class _Keystrokes(codecs.IncrementalDecoder):
    """Decodes UTF-8, shows a byte of no sense as U+FFFD, and leaves late answers out."""

    def __init__(self) -> None:
        super().__init__()
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def decode(self, sent: ReadableBuffer, final: bool = False) -> str:
        text = _ANSWER.sub("", self._held + self._utf8.decode(sent, final))
        begun = None if final else _BEGUN_ANSWER.search(text)
        text, self._held = (text, "") if begun is None else (text[: begun.start()], begun[0])
        return text


def read_leniently() -> None:
    """Let a byte that is not UTF-8 arrive as U+FFFD, and late answers not arrive as keys.

    Textual ends the program on such a byte, and what is left of a paste would go on to the shell. A
    terminal set to Latin-1 sends such bytes, and so does a paste of anything that is no text.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver  # noqa: PLC0415 - Windows has another

    # Textual has no setting for it.
    linux_driver.getincrementaldecoder = lambda _: _Keystrokes  # type: ignore[assignment, attr-defined]
