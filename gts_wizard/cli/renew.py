"""`gts-wizard renew`: replaces an account's token, with the screens or the prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.launch import can_show_screens, open_wizard
from gts_wizard.cli.output import print_error
from gts_wizard.cli.parser import add_account, complete_scopes
from gts_wizard.cli.request_log import request_log
from gts_wizard.cli.sign_in import add_front_end_options, given_scopes, run_prompts
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _renew,
        description="Get new access to an account, and revoke the old. Without ACCOUNT, it renews\n"
        "the one from GTS_WIZARD_ACCOUNT, or else your default account.",
        example="gts-wizard renew @alice@example.org",
    )
    add_account(parser)
    scopes = parser.add_argument(
        "--scopes",
        metavar="SCOPES",
        help="new permissions as OAuth scopes; without this, they stay the same",
    )
    complete_scopes(scopes)
    add_front_end_options(parser)


def _renew(options: Namespace) -> int:
    services = open_services(log=request_log(verbose=options.verbose), on_warning=print_error)
    account = services.accounts.resolve_saved(options.account)
    chosen, app_name = given_scopes(options), options.app_name
    if options.plain or not can_show_screens():
        return run_prompts(
            services, lambda prompts: prompts.renew(account, chosen, app_name), options
        )
    return open_wizard(
        begin=lambda app: app.renew(account, chosen, app_name),
        may_open_browser=not options.no_browser,
        verbose=options.verbose,
    )
