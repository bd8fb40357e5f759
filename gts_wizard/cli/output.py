"""Prints for the commands: results to standard output, everything else to standard error."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from gts_wizard.errors import (
    AccountError,
    AccountVariableInvalid,
    RegistrationElsewhere,
    RevocationUnsupported,
    WizardError,
)

if TYPE_CHECKING:
    from gts_wizard.services.account_store import AccountStore

DONE = 0
FAILED = 1
USAGE_ERROR = 2


def print_result(result: str) -> int:
    """Print a command's result to standard output; a closed pipe is not a failure.

    Returns:
        The exit code.
    """
    if sys.stdout is None:
        return FAILED
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A display name may have characters that the terminal's encoding lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(result, flush=True)
    except BrokenPipeError:
        code = DONE
    except OSError as error:
        print_error(f"The result couldn't be written: {error.strerror}.")
        code = FAILED
    else:
        return DONE
    # Python flushes standard output again at exit, and would print the error once more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def print_error(message: object) -> None:
    """Print an error, a warning or a note to standard error."""
    if sys.stderr is not None:
        print(_printable(str(message)), file=sys.stderr)


def _printable(text: str) -> str:
    """Replace control characters, which a file name may have, by U+FFFD; keep newlines."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\ufffd"
        for character in text
    )


def replaced_exit_code(error: WizardError | None) -> int:
    """Return the exit code of a sign-in that replaced a token.

    Args:
        error: why that token was not revoked; None where it was, or there was none. What can never
            be revoked is no failure: it can't be waited for.
    """
    is_final = isinstance(error, RegistrationElsewhere | RevocationUnsupported)
    return DONE if error is None or is_final else FAILED


def default_handle(accounts: AccountStore) -> str:
    """Return the account that commands take when none is named; empty where it is in no file."""
    try:
        return accounts.resolve(None).handle
    except AccountError as error:
        if error.variable or isinstance(error, AccountVariableInvalid):
            print_error(error)
        return ""
