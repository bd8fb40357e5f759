"""What the commands' lines have in common: a help with an example, and names of accounts."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.models import Account
    from gts_wizard.services.account_store import AccountStore

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"

ACCOUNT_VARIABLE = "GTS_WIZARD_ACCOUNT"
ACCOUNT_HELP = "a handle, or a user name or server alone where only one account fits"


class CommandParser(argparse.ArgumentParser):
    """Reads what follows a command.

    Attributes:
        takes_list: whether a list of names is among it. argparse takes a list only in one piece,
            and an option before it for its end, unless it is told to read the options first.
    """

    takes_list = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read it, with options anywhere among the names."""
        if not self.takes_list:
            return super().parse_known_args(args, namespace)
        # Reading the options first comes back here for each of its two rounds.
        self.takes_list = False
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self.takes_list = True

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, with nothing in it that a terminal would obey."""
        super().error(message if message.isprintable() else ascii(message))


def add_command(  # noqa: PLR0913 - each is a part of the help
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    summary: str,
    description: str,
    example: str,
) -> CommandParser:
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


def non_empty(name: str) -> str:
    """Return the name of an account or a server as it was given.

    Raises:
        ArgumentTypeError: it is empty, which is easily a script's mistake.
    """
    if not name.strip():
        raise argparse.ArgumentTypeError("the name is empty; leave it out instead")
    return name


def add_account(parser: argparse.ArgumentParser) -> None:
    """Let a command take an account, or else the one that `find_chosen` finds."""
    argument = parser.add_argument(
        "account",
        nargs="?",
        type=non_empty,
        metavar="ACCOUNT",
        help=f"{ACCOUNT_HELP}; when left out, the one that {ACCOUNT_VARIABLE} names, or else the "
        "default",
    )
    complete_accounts(argument)


def add_accounts(parser: CommandParser, when_left_out: str) -> None:
    """Let a command take any number of accounts.

    Args:
        parser: the command's.
        when_left_out: a clause that says whom it is about then.
    """
    argument = parser.add_argument(
        "accounts",
        nargs="*",
        default=(),
        type=non_empty,
        metavar="ACCOUNT",
        help=f"{ACCOUNT_HELP}; {when_left_out} when left out",
    )
    parser.takes_list = True
    complete_accounts(argument)


def complete_accounts(argument: argparse.Action) -> None:
    """Let a shell complete the handles of the accounts there."""
    argument.completer = _handles  # type: ignore[attr-defined]


def _handles(**_: object) -> list[str]:
    from gts_wizard.errors import WizardError  # noqa: PLC0415
    from gts_wizard.services.account_store import open_account_store  # noqa: PLC0415

    try:
        return open_account_store().handles()
    except WizardError:
        # A shell has no place for a failure.
        return []


def find_account(accounts: AccountStore, named: str | None) -> Account:
    """Return the account that is meant: named, or else named by the environment, or the default.

    Args:
        accounts: where it is looked for.
        named: what the person or the script named; may be nothing.

    Raises:
        AccountError: there is none, or no single one; it says so where the environment named it.
        FileError: the shelf can't be read.
    """
    from gts_wizard.errors import AmbiguousAccount, UnknownAccount  # noqa: PLC0415

    by_variable = os.environ.get(ACCOUNT_VARIABLE, "")
    try:
        return accounts.find(named or by_variable)
    except (AmbiguousAccount, UnknownAccount) as failure:
        if by_variable and not named:
            failure.variable = ACCOUNT_VARIABLE
        raise
