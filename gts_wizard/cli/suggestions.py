"""What was meant by a command that does not exist; only imported once one was typed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from gts_wizard.program import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    all_commands = f"To see all commands, run: {program()} --help"
    next_step = _did_you_mean(meanings[close[0]]) if close else all_commands
    return f"There is no command {typed!r}. {next_step}"


def _did_you_mean(commands: Sequence[str]) -> str:
    """Return the question whether one of up to two commands was meant, which can be copied."""
    if len(commands) == 1:
        return f"Did you mean {program()} {commands[0]}?"
    return f"Did you mean {program()} {commands[0]}, or {program()} {commands[1]}?"
