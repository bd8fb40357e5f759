"""The door: arguments in, exit codes out.

Each command is a module of `commands`, which prints its results; here a failure that ends one is
printed. Everything else is imported where it is needed, so that a fast command loads no screen
and no network.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from gts_wizard import __version__
from gts_wizard.cli import (
    accounts,
    check,
    completion,
    export,
    path,
    practice,
    secrets,
    sign_in,
    sign_out,
    token,
    use,
)
from gts_wizard.cli.output import FAILED, USAGE_ERROR, print_error
from gts_wizard.cli.parser import CommandParser
from gts_wizard.errors import WizardError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (
    sign_in,
    accounts,
    check,
    token,
    use,
    sign_out,
    secrets,
    export,
    path,
    practice,
    completion,
)
_HELP = """\
examples:
  gts-wizard                        the wizard, which leads through everything
  gts-wizard sign-in example.org    sign in to an account there
  gts-wizard practice               try it first, on a pretend instance

exit codes:
  0 done, 1 failed, 2 misused or cancelled, 4 sign-in needed
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command `gts-wizard`.

    Args:
        arguments: the command line without the program's name; the process's own when left out.

    Returns:
        The exit code: 0 done, 1 failed, 2 misused or cancelled, 4 sign-in needed.
    """
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        _complete(parser)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except WizardError as error:
        print_error(error)
        return error.exit_code
    except _interruptions():
        return USAGE_ERROR
    except Exception:  # noqa: BLE001 - its text, and the variables around it, may hold a secret
        from gts_wizard.crash_report import format_crash_report  # noqa: PLC0415

        print_error(format_crash_report())
        return FAILED


def _interruptions() -> tuple[type[BaseException], ...]:
    """Return what a Ctrl+C may come as: the second, just before an event loop begins its work."""
    from asyncio import CancelledError  # noqa: PLC0415

    return KeyboardInterrupt, CancelledError


def _complete(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that wants a word completed, and end."""
    import argcomplete  # noqa: PLC0415

    argcomplete.autocomplete(parser, always_complete_options=False)


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="gts-wizard",
        description="Sign in to a GoToSocial account from a terminal. "
        "Without a command, the wizard starts.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"gts-wizard {__version__}")
    parser.set_defaults(run=_wizard)
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", parser_class=CommandParser
    )
    for command in _COMMANDS:
        command.add(commands)
    return parser


def _wizard(_: argparse.Namespace) -> int:
    from gts_wizard.cli.launch import open_wizard  # noqa: PLC0415

    return open_wizard()
