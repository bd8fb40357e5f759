"""`gts-wizard token`: the bare token, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.output import how_to_renew, print_error, print_notices, print_result
from gts_wizard.cli.parser import add_account, add_command, find_account

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "token",
        _run,
        summary="print an account's access token, for scripts",
        description="Print the access token of an account and nothing else.",
        example="""printf 'Authorization: Bearer %s' "$(gts-wizard token)" |\n"""
        "    curl -H @- https://example.org/api/v1/notifications",
    )
    add_account(parser)


def _run(options: Namespace) -> int:
    from gts_wizard.errors import TokenRevoked  # noqa: PLC0415
    from gts_wizard.models import AccountStatus  # noqa: PLC0415
    from gts_wizard.services.account_store import open_account_store  # noqa: PLC0415

    accounts = open_account_store()
    account = find_account(accounts, options.account)
    print_notices(accounts)
    if account.status is AccountStatus.REVOKED:
        # The server has said so of this very token.
        ended = TokenRevoked(host=account.server.host)
        print_error(f"{ended.message} {how_to_renew(account.handle)}")
        return ended.exit_code
    return print_result(accounts.token(account).reveal())
