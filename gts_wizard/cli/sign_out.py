"""`gts-wizard sign-out`: revokes tokens, removes their accounts, and reports the two separately."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.output import (
    DONE,
    FAILED,
    USAGE_ERROR,
    print_error,
    print_result,
)
from gts_wizard.cli.parser import ACCOUNT_HELP, complete_accounts, non_empty
from gts_wizard.cli.request_log import request_log
from gts_wizard.errors import WizardError
from gts_wizard.messages import (
    IMPORTED_TOKEN_ENDS,
    default_changed,
    forgotten,
    token_state_after,
)
from gts_wizard.models import AccountStatus
from gts_wizard.program import program
from gts_wizard.services.accounts import RemovalPolicy
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.models import Account
    from gts_wizard.services.accounts import AccountManager


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Revoke access to an account, and forget the account on this computer. Your\n"
        "account on the server stays as it is. You can leave out ACCOUNT if only one\n"
        "is signed in.\n"
        "\n"
        "If revoking fails, nothing is forgotten, unless you add --forget. A token\n"
        "that was made elsewhere can't be revoked from here; it's only forgotten.",
        example="gts-wizard sign-out @alice@example.org",
    )
    which_accounts = parser.add_mutually_exclusive_group()
    argument = which_accounts.add_argument(
        "account", nargs="?", type=non_empty, metavar="ACCOUNT", help=ACCOUNT_HELP
    )
    complete_accounts(argument)
    which_accounts.add_argument("--all", action="store_true", help="sign out of all accounts")
    parser.add_argument(
        "--forget",
        action="store_true",
        help="forget the account here even if its access can't be revoked",
    )


def _run(options: Namespace) -> int:
    services = open_services(log=request_log(verbose=options.verbose), on_warning=print_error)
    if options.account is not None:
        selected = [services.accounts.find(options.account)]
    else:
        selected = list(services.accounts.load().accounts)
    if not selected:
        raise services.accounts.no_account
    # Signing out can't be undone: neither GTS_WIZARD_ACCOUNT nor the default, which may have been
    # set long ago and for something else, chooses one of several accounts here.
    if len(selected) > 1 and not options.all:
        handles = ", ".join(account.handle for account in selected)
        print_error(
            f"You are signed in to several accounts: {handles}. Name one of them, or add --all."
        )
        return USAGE_ERROR
    work = _sign_out_each(services.accounts, selected, forget=options.forget)
    return run_with_services(services, work)


async def _sign_out_each(
    accounts: AccountManager, selected: Sequence[Account], *, forget: bool
) -> int:
    """Sign accounts out one after another, whatever fails; return the exit code."""
    code, default = DONE, (await accounts.load_credentials()).default
    for account in selected:
        try:
            code |= await _sign_out(accounts, account, forget=forget)
        except WizardError as error:
            print_error(f"{account.handle}: {error}")
            code = FAILED
    new_default = (await accounts.load_credentials()).default
    if new_default not in {"", default}:
        print_error(default_changed(new_default))
    return code


async def _sign_out(accounts: AccountManager, account: Account, *, forget: bool) -> int:
    handle, was_revoked = account.handle, account.status is AccountStatus.REVOKED

    def report(error: WizardError | None) -> None:
        if error is None:
            print_result(f"Access to {handle} was revoked on {account.server.host}.")
            if account.is_imported:
                print_error(f"{handle}: {IMPORTED_TOKEN_ENDS}")
            return
        # The hint says how to revoke the token, which is useless for one that is revoked already.
        print_error(f"{handle}: {error.full_message if was_revoked else error}")
        if forget and was_revoked:
            print_result(f"Access to {handle} had already ended when it was last checked.")
        elif forget:
            print_result(f"{handle}: {token_state_after(error)}")

    # Without the account the token can't be revoked any more, and a script would not notice: only
    # --forget removes an account whose token is still valid, but for a token that was made outside
    # the wizard: that can't be revoked from here at all.
    policy = RemovalPolicy.ALWAYS if forget else RemovalPolicy.IF_REVOKED
    result = await accounts.sign_out(account, policy, report)
    if result.removed is None:
        print_error(
            f"{handle} is still saved here. To forget it anyway, run: "
            f"{program()} sign-out {shlex.quote(handle)} --forget"
        )
        return FAILED
    return print_result(forgotten(handle))
