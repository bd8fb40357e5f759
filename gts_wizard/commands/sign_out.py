"""`gts-wizard sign-out`: ends an access at its server, and forgets it here; told separately."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard.commands.arguments import HOW_TO_NAME, add_command, complete_accounts, some_name
from gts_wizard.commands.finishing import finish
from gts_wizard.commands.output import FAILED, print_result, tell, tell_notices

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.commands.arguments import Commands
    from gts_wizard.models import Account
    from gts_wizard.services.accounts import Accounts


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "sign-out",
        _run,
        summary="end an access at its server, and forget it here",
        description="End the access at the server, and forget it here. The account itself stays\n"
        "as it is. Where the server does not end it, nothing is removed, unless with\n"
        "--forget.",
        example="gts-wizard sign-out @alice@example.org",
    )
    argument = parser.add_argument("account", type=some_name, metavar="ACCOUNT", help=HOW_TO_NAME)
    complete_accounts(argument)
    parser.add_argument(
        "--forget",
        action="store_true",
        help="forget it here even where the server does not end it",
    )


def _run(options: Namespace) -> int:
    from gts_wizard.services.wiring import open_services  # noqa: PLC0415

    services = open_services()
    account = services.accounts.find(options.account)
    work = _sign_out(services.accounts, account, forget=options.forget)
    return finish(services, work)


async def _sign_out(accounts: Accounts, account: Account, *, forget: bool) -> int:
    from gts_wizard.errors import WizardError  # noqa: PLC0415
    from gts_wizard.models import State  # noqa: PLC0415
    from gts_wizard.rules.leaving import has_ended, what_is_left  # noqa: PLC0415

    host, had_ended = account.server.host, account.state is State.ENDED
    try:
        await accounts.revoke(account)
    except WizardError as failure:
        # What helps to end an access is no advice for one that has ended.
        tell(failure.what_happened if had_ended else failure)
        if not forget:
            tell(
                "Nothing was removed. To forget it here all the same, run: "
                f"gts-wizard sign-out {shlex.quote(account.handle)} --forget"
            )
            return FAILED
        ended = (
            f"The access at {host} had ended already when it was last checked."
            if had_ended
            else what_is_left(failure)
        )
    else:
        ended = has_ended(host)
    print_result(ended)
    await accounts.forget(account)
    tell_notices(accounts)
    return print_result(f"This computer has forgotten {account.handle}.")
