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
        description="Print the access token of an account, and nothing else. Without ACCOUNT, it\n"
        "uses the one from GTS_WIZARD_TOKEN or GTS_WIZARD_ACCOUNT, or else your\n"
        "default account.\n"
        "\n"
        "In a script, put the example on a line of its own: then set -e stops the\n"
        "script if there is no token.",
        example="token=$(gts-wizard token)",
    )
    add_account(parser)


def _run(options: Namespace) -> int:
    accounts = open_account_store(on_warning=print_error)
    account = accounts.resolve(options.account)
    return print_result(accounts.usable_token(account).reveal())
