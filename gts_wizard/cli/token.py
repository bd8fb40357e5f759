"""`gts-wizard token`: prints an account's access token and nothing else, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.output import print_error, print_result
from gts_wizard.cli.parser import add_account
from gts_wizard.services.account_store import open_account_store

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Print the access token of an account and nothing else.",
        example="token=$(gts-wizard token)  # alone on its line, so that set -e stops a script",
    )
    add_account(parser)


def _run(options: Namespace) -> int:
    accounts = open_account_store(on_warning=print_error)
    account = accounts.resolve(options.account)
    return print_result(accounts.usable_token(account).reveal())
