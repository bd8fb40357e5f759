"""`gts-wizard help`: prints the help of all commands, or of one, as `--help` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.main import COMMANDS, main

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Explain a command. Without COMMAND, list all commands.",
        example="gts-wizard help sign-in",
    )
    argument = parser.add_argument(
        "command", nargs="?", metavar="COMMAND", help="the command to explain"
    )
    # Not as choices: `main` knows better what to say of a command that does not exist.
    argument.completer = lambda **_: COMMANDS  # type: ignore[attr-defined]


def _run(options: Namespace) -> int:
    return main(["--help"] if options.command is None else [options.command, "--help"])
