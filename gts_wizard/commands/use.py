"""`gts-wizard use`: which account scripts get when they name none."""

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
        "use",
        _run,
        summary="choose the account that scripts get when they name none",
        description="Make an account the default: the one that commands take when no account\n"
        "is named.",
        example="gts-wizard use @alice@example.org",
    )
    argument = parser.add_argument("account", type=some_name, metavar="ACCOUNT", help=HOW_TO_NAME)
    complete_accounts(argument)


def _run(options: Namespace) -> int:
    import asyncio  # noqa: PLC0415

    from gts_wizard.rules.states import default_is_now  # noqa: PLC0415
    from gts_wizard.services.wiring import open_services  # noqa: PLC0415

    accounts = open_services().accounts
    account = accounts.find(options.account)
    if not asyncio.run(accounts.use(account)):
        raise UnknownAccount(name=account.handle)
    tell_notices(accounts)
    return print_result(default_is_now(account.handle))
