"""`gts-wizard completion`: what makes a shell complete commands, flags and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.output import print_result
from gts_wizard.cli.parser import add_command

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import Commands

SHELLS = ("bash", "zsh", "fish")


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "completion",
        _run,
        summary="make your shell complete commands and accounts",
        description="Print what makes a shell complete the commands, their flags, and the names\n"
        "of your accounts.",
        example="gts-wizard completion fish > ~/.config/fish/completions/gts-wizard.fish\n"
        '  eval "$(gts-wizard completion bash)"    # in ~/.bashrc',
    )
    parser.add_argument("shell", choices=SHELLS, help="which shell it is for")


def _run(options: Namespace) -> int:
    from argcomplete.shell_integration import shellcode  # noqa: PLC0415

    return print_result(shellcode(["gts-wizard"], shell=options.shell))
