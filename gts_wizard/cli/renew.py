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
        description="Replace an account's access with new access, and revoke the old.",
        example="gts-wizard renew @alice@example.org",
    )
    # A token that the environment gives is not for the wizard to replace.
    add_account(parser, "GTS_WIZARD_ACCOUNT names")
    scopes = parser.add_argument(
        "--scopes",
        metavar="WORDS",
        help="what programs may do from now on, in OAuth's words; as before when left out",
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
        opens_browser=not options.no_browser,
        verbose=options.verbose,
    )
