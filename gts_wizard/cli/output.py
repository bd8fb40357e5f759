"""What commands print: the one room, beside the door and the plain journey, that does.

A result goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gts_wizard.services.account_store import AccountStore

DONE = 0
FAILED = 1
USAGE_ERROR = 2


def print_result(result: str) -> int:
    """Print what a command was for; a reader that has gone away is no failure.

    Returns:
        The exit code.
    """
    if sys.stdout is None:
        return FAILED
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal has no letters for is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(result, flush=True)
    except BrokenPipeError:
        code = DONE
    except OSError as failure:
        print_error(f"The result could not be written: {failure.strerror}.")
        code = FAILED
    else:
        return DONE
    # Python would try once more to write it when it ends, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def print_error(words: object) -> None:
    """Say on standard error what is no result."""
    if sys.stderr is not None:
        print(_printable(str(words)), file=sys.stderr)


def _printable(text: str) -> str:
    """Return a text in which no control character of a file's name is left."""
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)


def how_to_renew(handle: str) -> str:
    """Return the sentence that ends what is told of an access which is of no more use."""
    return f"To renew it, run: gts-wizard renew {shlex.quote(handle)}"


def print_notices(accounts: AccountStore) -> None:
    """Say what had to be mended about the credentials file."""
    for notice in accounts.pop_warnings():
        print_error(notice)
