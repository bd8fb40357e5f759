"""What was meant by a command that does not exist; only imported once one was typed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHER_WORDS = {
    "add": ("sign-in",),
    "auth": ("sign-in", "accounts"),
    "exec": ("run",),
    "list": ("accounts",),
    "login": ("sign-in",),
    "logout": ("sign-out",),
    "ls": ("accounts",),
    "refresh": ("renew",),
    "remove": ("sign-out",),
    "revoke": ("sign-out",),
    "status": ("accounts", "check"),
    "switch": ("use",),
    "whoami": ("accounts", "check"),
}
"""Other programs' words for what a command does, such as those of `gh auth`."""
# Below this, words that only share some letters are taken for misspellings of one another.
_SIMILARITY = 0.7


def unknown_command(typed: str, commands: Iterable[str]) -> str:
    """Return the error for a command that does not exist, with what was probably meant.

    Args:
        typed: what was typed; control characters in it are escaped.
        commands: the commands that exist.
    """
    meanings = {**{command: (command,) for command in commands}, **_OTHER_WORDS}
    close = get_close_matches(typed.lower(), meanings, n=1, cutoff=_SIMILARITY)
    # With the program's name in front of it, each can be copied.
    meant = ", or ".join(f"gts-wizard {command}" for word in close for command in meanings[word])
    next_step = f"Did you mean {meant}?" if meant else "gts-wizard --help lists the commands."
    return f"There is no command {typed!r}. {next_step}"
