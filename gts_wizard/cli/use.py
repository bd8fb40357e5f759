"""`gts-wizard use`: sets the default account, which scripts get when they name none."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from gts_wizard.cli.output import print_error, print_result
from gts_wizard.cli.parser import ACCOUNT_HELP, complete_accounts, non_empty
from gts_wizard.environment import ACCOUNT_VARIABLE, TOKEN_VARIABLE
from gts_wizard.errors import UnknownAccount
from gts_wizard.messages import default_changed
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser

_OVERRULED = "While {variable} is set, commands use that account instead."


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Choose the default account, which commands use when you name none.",
        example="gts-wizard use @alice@example.org",
    )
    argument = parser.add_argument("account", type=non_empty, metavar="ACCOUNT", help=ACCOUNT_HELP)
    complete_accounts(argument)


def _run(options: Namespace) -> int:
    accounts = open_services(on_warning=print_error).accounts
    account = accounts.find(options.account)
    if not asyncio.run(accounts.set_default(account)):
        raise UnknownAccount(name=account.handle)
    code = print_result(default_changed(account.handle))
    for variable in (TOKEN_VARIABLE, ACCOUNT_VARIABLE):
        if os.environ.get(variable):
            print_error(_OVERRULED.format(variable=variable))
            break
    return code
