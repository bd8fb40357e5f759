"""`gts-wizard token`: the bare token, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.commands.arguments import add_account, add_command, find_chosen
from gts_wizard.commands.output import how_to_renew, print_result, tell, tell_notices

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.commands.arguments import Commands


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
    from gts_wizard.errors import AccessEnded  # noqa: PLC0415
    from gts_wizard.models import State  # noqa: PLC0415
    from gts_wizard.services.saved import open_saved  # noqa: PLC0415

    accounts = open_saved()
    account = find_chosen(accounts, options.account)
    tell_notices(accounts)
    if account.state is State.ENDED:
        # The server has said so of this very token.
        ended = AccessEnded(host=account.server.host)
        tell(f"{ended.what_happened} {how_to_renew(account.handle)}")
        return ended.exit_code
    return print_result(accounts.token(account).reveal())
