"""`gts-wizard accounts`: who is signed in, as the file knows it; no server is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.output import print_error, print_notices, print_result
from gts_wizard.cli.parser import add_command

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "accounts",
        _run,
        summary="list the accounts that are signed in",
        description="List the accounts, and how each stood when it was last checked. No server is\n"
        "asked; gts-wizard check does that.",
        example="gts-wizard accounts --json | jq -r '.[].handle'",
    )
    parser.add_argument(
        "--json", action="store_true", help="a list of objects, for programs; without secrets"
    )


def _run(options: Namespace) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415

    from gts_wizard.cli.formatting import as_json, as_lines, default_handle  # noqa: PLC0415
    from gts_wizard.errors import NoAccount  # noqa: PLC0415
    from gts_wizard.services.account_store import open_account_store  # noqa: PLC0415

    accounts = open_account_store()
    shelf = accounts.load()
    print_notices(accounts)
    default = default_handle(shelf)
    if options.json:
        code = print_result(as_json(shelf.accounts, default))
    elif shelf.accounts:
        code = print_result("\n".join(as_lines(shelf.accounts, default, datetime.now(UTC))))
    if not shelf.accounts:
        raise NoAccount
    if not options.json and default and len(shelf.accounts) > 1:
        print_error("* is the account that commands take when none is named.")
    return code
