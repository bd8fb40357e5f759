"""The argparse parser of the commands, and the arguments that several commands share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

from gts_wizard.cli.output import print_result
from gts_wizard.errors import WizardError

if TYPE_CHECKING:
    from collections.abc import Callable


ACCOUNT_HELP = "a handle, or just its username or server if only one fits"


class CommandParser(argparse.ArgumentParser):
    """Parses the command line, or what follows a command.

    Attributes:
        intermixed: whether the arguments are those of `add_accounts`: options may stand between
            the words of that list. argparse takes a list only in one piece, and ends it at an
            option, unless options are parsed first.
    """

    intermixed = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse arguments; see `intermixed`."""
        if not self.intermixed:
            return super().parse_known_args(args, namespace)
        # parse_known_intermixed_args calls this method again, once for each of its two passes.
        self.intermixed = False
        try:
            options, rest = self.parse_known_intermixed_args(args, namespace)
        finally:
            self.intermixed = True
        # Such a list can't be part of one of argparse's own groups of exclusive arguments.
        if options.all and options.accounts:
            self.error("--all can't be used with ACCOUNT.")
        return options, rest

    def describe(
        self, run: Callable[[argparse.Namespace], int], *, description: str, example: str
    ) -> None:
        """Set the function that runs the command, and the texts of its help.

        Args:
            run: runs the command, and returns the exit code.
            description: whole sentences, in lines of at most 78 characters.
            example: a line that can be copied.
        """
        self.description = description
        self.epilog = f"example:\n  {example}"
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self.set_defaults(run=run)

    def print_help(self, file: Any = None) -> None:
        """Print the help as a result; where it can't be written, exit with the code of that."""
        if file is not None:
            super().print_help(file)
        elif code := print_result(self.format_help().removesuffix("\n")):
            self.exit(code)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse arguments; where some are left over, only options are named in the error."""
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            # Anything else may be a secret, as after --with-token.
            unknown = " ".join(word.partition("=")[0] for word in rest if word.startswith("-"))
            self.error(f"Unknown option: {unknown}" if unknown else "Too many arguments.")
        return options

    def error(self, message: str) -> NoReturn:
        """Print a usage error in plain words and exit; control characters are escaped."""
        # Most command lines have none.
        from gts_wizard.cli.usage_errors import plain_error  # noqa: PLC0415

        message = plain_error(message)
        super().error(message if message.isprintable() else ascii(message))


class PrintAndExit(argparse.Action):
    """Prints its `const` and exits; argparse's own for versions does not tell of a full disk."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it as a result."""
        parser.exit(print_result(self.const))


def add_verbose(parser: argparse.ArgumentParser, **default: Any) -> None:
    """Add the option `--verbose`.

    Args:
        parser: the parser of all commands or of one.
        default: the argument of that name, if it is not False.
    """
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="print a line for each request to a server, without secrets",
        **default,
    )


def non_empty(name: str) -> str:
    """Return the name of an account, a server or a file unchanged; an argparse type.

    Raises:
        ArgumentTypeError: it is empty, as from an unset variable in a script.
    """
    if not name.strip():
        raise argparse.ArgumentTypeError("The name is empty. Is a variable not set?")
    return name


def add_account(parser: argparse.ArgumentParser) -> None:
    """Add the optional argument `account`, to be looked up with `AccountStore.resolve`.

    The description of the command says which account it is when it is left out.
    """
    argument = parser.add_argument(
        "account", nargs="?", type=non_empty, metavar="ACCOUNT", help=ACCOUNT_HELP
    )
    complete_accounts(argument)


def add_accounts(parser: CommandParser) -> None:
    """Add the argument `accounts`, any number of names, and the option `--all`.

    They are for `AccountStore.resolve_many`. The description of the command says which accounts
    are meant when none is named.
    """
    argument = parser.add_argument(
        "accounts",
        nargs="*",
        default=(),
        type=non_empty,
        metavar="ACCOUNT",
        help=ACCOUNT_HELP,
    )
    parser.add_argument(
        "--all", action="store_true", help="all saved accounts, whatever the environment says"
    )
    parser.intermixed = True
    complete_accounts(argument)


def complete_accounts(argument: argparse.Action) -> None:
    """Make a shell complete the handles of the saved accounts for an argument."""
    argument.completer = _handles  # type: ignore[attr-defined]


def complete_scopes(argument: argparse.Action) -> None:
    """Make a shell complete OAuth scopes for an argument, the last of several in quotes."""
    argument.completer = _scopes  # type: ignore[attr-defined]


def _handles(prefix: str, **_: object) -> list[str]:
    # Needed only for completion, and slow to import.
    from gts_wizard.services.account_store import open_account_store  # noqa: PLC0415

    try:
        handles = open_account_store().handles()
    except WizardError:
        # There is nowhere to print an error during completion.
        return []
    # A shell keeps what was typed, with the @ in front or without.
    is_bare = prefix and not prefix.startswith("@")
    return [handle.removeprefix("@") for handle in handles] if is_bare else handles


def _scopes(prefix: str, **_: object) -> dict[str, str]:
    """Return the texts that a text such as `read wri` may become, with the last word's meaning."""
    from gts_wizard.oauth.scopes import MEANINGS, grants  # noqa: PLC0415

    before, space, _last = prefix.rpartition(" ")
    return {
        f"{before}{space}{scope}": meaning
        for scope, meaning in MEANINGS.items()
        if not grants(before.split(), (scope,))
    }
