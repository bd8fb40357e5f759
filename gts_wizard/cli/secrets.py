"""`gts-wizard secrets`: moves secrets to the credentials file or to the system's keyring."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.cli.output import print_error, print_result
from gts_wizard.cli.parser import ACCOUNT_HELP, complete_accounts, non_empty
from gts_wizard.errors import UnknownAccount
from gts_wizard.secret import SecretStorage
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser

_MOVED = {
    SecretStorage.FILE: "The secrets of {handle} are now in {path}.",
    SecretStorage.KEYRING: "The secrets of {handle} are now in the system's keyring.",
}
_MOVED_ALL = {
    SecretStorage.FILE: "All secrets are now in {path}. Those of accounts you add go there too.",
    SecretStorage.KEYRING: (
        "All secrets are now in the system's keyring. Those of accounts you add go there too."
    ),
}
_NEW_ONLY = {
    SecretStorage.FILE: "The secrets of accounts you add from now on go to {path}.",
    SecretStorage.KEYRING: (
        "The secrets of accounts you add from now on go to the system's keyring."
    ),
}


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Keep secrets in the credentials file, or in the system's keyring, which\n"
        "needs the extra gts-wizard[keyring]. Without ACCOUNT, it moves the secrets\n"
        "of all accounts, and those of accounts you add later go there too.",
        example="gts-wizard secrets keyring @alice@example.org",
    )
    parser.add_argument("place", choices=("file", "keyring"), help="where to keep them")
    which_accounts = parser.add_mutually_exclusive_group()
    argument = which_accounts.add_argument(
        "account", nargs="?", type=non_empty, metavar="ACCOUNT", help=ACCOUNT_HELP
    )
    complete_accounts(argument)
    which_accounts.add_argument(
        "--new",
        action="store_true",
        help="only for accounts you add later; the others stay as they are",
    )


def _run(options: Namespace) -> int:
    accounts = open_services(on_warning=print_error).accounts
    storage = SecretStorage(options.place)
    if options.account:
        account = accounts.find(options.account)
        if asyncio.run(accounts.move_secrets(storage, account)) is None:
            raise UnknownAccount(name=account.handle)
        message = _MOVED[storage].format(handle=account.handle, path=accounts.display_path)
    elif options.new:
        asyncio.run(accounts.set_default_storage(storage))
        message = _NEW_ONLY[storage].format(path=accounts.display_path)
    else:
        asyncio.run(accounts.move_all_secrets(storage))
        message = _MOVED_ALL[storage].format(path=accounts.display_path)
    return print_result(message)
