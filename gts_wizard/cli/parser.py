"""What the commands' parsers share: a description with an example, and the names of accounts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

from gts_wizard.errors import WizardError

if TYPE_CHECKING:
    from collections.abc import Callable


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

    def describe(
        self, run: Callable[[argparse.Namespace], int], *, description: str, example: str
    ) -> None:
        """Say what the command does, and what does it.

        Args:
            run: does it, and returns the exit code.
            description: whole sentences for its own help, in lines of at most 78 characters.
            example: a line that can be copied.
        """
        self.description = description
        self.epilog = f"example:\n  {example}"
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self.set_defaults(run=run)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, with nothing in it that a terminal would obey."""
        super().error(message if message.isprintable() else ascii(message))


def non_empty(name: str) -> str:
    """Return the name of an account or a server as it was given.

    Raises:
        ArgumentTypeError: it is empty, which is easily a script's mistake.
    """
    if not name.strip():
        raise argparse.ArgumentTypeError("the name is empty; leave it out instead")
    return name


def add_account(parser: argparse.ArgumentParser) -> None:
    """Let a command take an account, found by `AccountStore.resolve`."""
    argument = parser.add_argument(
        "account",
        nargs="?",
        type=non_empty,
        metavar="ACCOUNT",
        help=f"{ACCOUNT_HELP}; when left out, the one that GTS_WIZARD_ACCOUNT names, or else the "
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
    # Only a shell that completes a name asks.
    from gts_wizard.services.account_store import open_account_store  # noqa: PLC0415

    try:
        return open_account_store().handles()
    except WizardError:
        # A shell has no place for a failure.
        return []
