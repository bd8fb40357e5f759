"""`gts-wizard secrets`: whether the file or the system's keyring keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.commands.arguments import HOW_TO_NAME, add_command, complete_accounts, some_name
from gts_wizard.commands.output import print_result, tell_notices
from gts_wizard.errors import UnknownAccount

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "secrets",
        _run,
        summary="keep secrets in the file, or in the system's keyring",
        description="Keep the access tokens in the file, or in the system's keyring, which needs\n"
        "the extra gts-wizard[keyring]. Without an account: those of all accounts, and\n"
        "of all that will come.",
        example="gts-wizard secrets keyring @alice@example.org",
    )
    parser.add_argument("place", choices=("file", "keyring"), help="where they are kept")
    whose = parser.add_mutually_exclusive_group()
    argument = whose.add_argument(
        "account",
        nargs="?",
        type=some_name,
        metavar="ACCOUNT",
        help=f"{HOW_TO_NAME}; all accounts when left out",
    )
    complete_accounts(argument)
    whose.add_argument(
        "--new",
        action="store_true",
        help="only accounts that are signed in to from now on; those that are here stay",
    )


def _run(options: Namespace) -> int:
    import asyncio  # noqa: PLC0415

    from gts_wizard.secret import Place  # noqa: PLC0415
    from gts_wizard.services.wiring import open_services  # noqa: PLC0415

    accounts = open_services().accounts
    place = Place(options.place)
    there = {Place.FILE: accounts.path, Place.KEYRING: "the system's keyring"}[place]
    if options.account:
        account = accounts.find(options.account)
        if asyncio.run(accounts.keep_secrets_in(place, account)) is None:
            raise UnknownAccount(name=account.handle)
        told = f"The secrets of {account.handle} are in {there} now."
    elif options.new:
        asyncio.run(accounts.keep_new_secrets_in(place))
        told = f"The secrets of accounts you sign in to from now on go to {there}."
    else:
        asyncio.run(accounts.keep_all_secrets_in(place))
        told = f"All secrets are in {there} now, and those of accounts to come go there too."
    tell_notices(accounts)
    return print_result(told)
