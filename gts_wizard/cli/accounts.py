"""`gts-wizard accounts`: lists the saved accounts with their last known status, offline."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.cli.formatting import as_json, as_lines
from gts_wizard.cli.output import default_handle, print_error, print_result
from gts_wizard.services.account_store import open_account_store

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="List your accounts, and how each was at the last check. No server is asked;\n"
        "gts-wizard check does that.",
        example="""gts-wizard accounts --json | jq -r '.[] | select(.state != "fine").handle'""",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help="print JSON for programs, without secrets"
    )
    form.add_argument(
        "-q", "--quiet", action="store_true", help="print only the handles, one per line"
    )


def _run(options: Namespace) -> int:
    accounts = open_account_store(on_warning=print_error)
    credentials = accounts.load()
    if options.quiet and credentials.accounts:
        return print_result("\n".join(account.handle for account in credentials.accounts))
    default = default_handle(accounts) if credentials.accounts else ""
    if options.json:
        code = print_result(as_json(credentials.accounts, default))
    elif credentials.accounts:
        code = print_result("\n".join(as_lines(credentials.accounts, default, datetime.now(UTC))))
    if not credentials.accounts:
        raise accounts.no_account
    if not options.json and default and len(credentials.accounts) > 1:
        print_error("* marks your default account.")
    return code
