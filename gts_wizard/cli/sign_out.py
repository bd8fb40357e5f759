"""`gts-wizard sign-out`: revokes a token, removes its account, and reports the two separately."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.output import FAILED, print_error, print_notices, print_result
from gts_wizard.cli.parser import ACCOUNT_HELP, complete_accounts, non_empty
from gts_wizard.cli.request_log import request_log
from gts_wizard.errors import WizardError
from gts_wizard.messages import (
    IMPORTED_TOKEN_ENDS,
    default_changed,
    forgotten,
    token_revoked,
    token_state_after,
)
from gts_wizard.models import AccountStatus
from gts_wizard.services.accounts import RemovalPolicy
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.models import Account
    from gts_wizard.services.accounts import AccountManager


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="End the access at the server, and forget it here. The account itself stays\n"
        "as it is. Where the server does not end it, nothing is removed, unless with\n"
        "--forget.",
        example="gts-wizard sign-out @alice@example.org",
    )
    argument = parser.add_argument("account", type=non_empty, metavar="ACCOUNT", help=ACCOUNT_HELP)
    complete_accounts(argument)
    parser.add_argument(
        "--forget",
        action="store_true",
        help="forget it here even where the server does not end it",
    )


def _run(options: Namespace) -> int:
    services = open_services(log=request_log(verbose=options.verbose))
    account = services.accounts.find(options.account)
    work = _sign_out(services.accounts, account, forget=options.forget)
    return run_with_services(services, work)


async def _sign_out(accounts: AccountManager, account: Account, *, forget: bool) -> int:
    host, was_revoked = account.server.host, account.status is AccountStatus.REVOKED

    def report(error: WizardError | None) -> None:
        if error is None:
            print_result(token_revoked(host))
            if account.is_imported:
                print_error(IMPORTED_TOKEN_ENDS)
            return
        # The hint says how to revoke the token, which is useless for one that is revoked already.
        print_error(error.full_message if was_revoked else error)
        if forget and was_revoked:
            print_result(f"The access at {host} had ended already when it was last checked.")
        elif forget:
            print_result(token_state_after(error))

    # Without the account the token can't be revoked any more, and a script would not notice: only
    # --forget removes an account whose token is still valid.
    policy = RemovalPolicy.ALWAYS if forget else RemovalPolicy.IF_REVOKED
    result = await accounts.sign_out(account, policy, report)
    print_notices(accounts)
    if result.removed is None:
        print_error(
            "Nothing was removed. To forget it here all the same, run: "
            f"gts-wizard sign-out {shlex.quote(account.handle)} --forget"
        )
        return FAILED
    if result.removed.new_default:
        print_error(default_changed(result.removed.new_default))
    return print_result(forgotten(account.handle))
