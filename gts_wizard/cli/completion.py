"""`gts-wizard completion`: prints the script that makes a shell complete commands and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argcomplete.shell_integration import shellcode

from gts_wizard.cli.output import print_result

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser

SHELLS = ("bash", "zsh", "fish")


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Print what makes a shell complete commands, options, permissions, and\n"
        "accounts.",
        example="gts-wizard completion fish > ~/.config/fish/completions/gts-wizard.fish\n"
        '  eval "$(gts-wizard completion bash)"    # in ~/.bashrc',
    )
    parser.add_argument("shell", choices=SHELLS, help="which shell it is for")


def _run(options: Namespace) -> int:
    return print_result(shellcode(["gts-wizard"], shell=options.shell))
