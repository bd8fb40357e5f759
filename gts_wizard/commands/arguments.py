"""What the commands' lines have in common: a help with an example, and names of accounts."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

ACCOUNT_VARIABLE = "GTS_WIZARD_ACCOUNT"
HOW_TO_NAME = "a handle, or a user name or server alone where only one account fits"


def add_command(  # noqa: PLR0913 - each is a part of the help
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    summary: str,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    """Add a command.

    Args:
        commands: where it is added.
        name: what people type.
        run: does it, and returns the exit code.
        summary: a few words for the list of commands.
        description: whole sentences for its own help, in lines of at most 78 characters.
        example: a line that can be copied.
    """
    parser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def some_name(name: str) -> str:
    """Return the name of an account or a server as it was given.

    Raises:
        ArgumentTypeError: it is empty, which is easily a script's mistake.
    """
    if not name.strip():
        raise argparse.ArgumentTypeError("the name is empty; leave it out instead")
    return name


def add_account(parser: argparse.ArgumentParser) -> None:
    """Let a command take an account, or else the one that `chosen_account` finds."""
    argument = parser.add_argument(
        "account",
        nargs="?",
        type=some_name,
        metavar="ACCOUNT",
        help=f"{HOW_TO_NAME}; when left out, the one that {ACCOUNT_VARIABLE} names, or else the "
        "default",
    )
    complete_accounts(argument)


def complete_accounts(argument: argparse.Action) -> None:
    """Let a shell complete the handles of the accounts there."""
    argument.completer = _handles  # type: ignore[attr-defined]


def _handles(**_: object) -> list[str]:
    from gts_wizard.errors import WizardError  # noqa: PLC0415
    from gts_wizard.services.saved import open_saved  # noqa: PLC0415

    try:
        return open_saved().handles()
    except WizardError:
        # A shell has no place for a failure.
        return []


def chosen_account(options: argparse.Namespace) -> str:
    """Return the name of the account that a command is about; empty for the default one."""
    return options.account or os.environ.get(ACCOUNT_VARIABLE, "")
