"""Reads what a terminal sends in whatever encoding; a byte of no sense is shown as that.

The door to the screens comes in once, before they are shown.
"""

import codecs
import sys
from functools import partial


def read_leniently() -> None:
    """Let a byte that is not UTF-8 arrive as U+FFFD.

    Textual ends the program on it, and what is left of a paste would go on to the shell. A terminal
    set to Latin-1 sends such bytes, and so does a paste of anything that is no text.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver  # noqa: PLC0415 - Windows has another

    def lenient(encoding: str) -> partial[codecs.IncrementalDecoder]:
        return partial(codecs.getincrementaldecoder(encoding), "replace")

    # Textual has no setting for it.
    linux_driver.getincrementaldecoder = lenient  # type: ignore[assignment, attr-defined]
