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
        description="Print a script that makes your shell complete commands, options, permissions\n"
        "and accounts.\n"
        "\n"
        "For bash, add the example to ~/.bashrc. For zsh, add it to ~/.zshrc, with\n"
        "zsh in place of bash. For fish, save the script as\n"
        "~/.config/fish/completions/gts-wizard.fish.",
        example='eval "$(gts-wizard completion bash)"',
    )
    parser.add_argument("shell", choices=SHELLS, help="your shell")


def _run(options: Namespace) -> int:
    return print_result(shellcode(["gts-wizard"], shell=options.shell))
