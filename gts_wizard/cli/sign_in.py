"""`gts-wizard sign-in`: signs in to an account, with the screens or the prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard import browser
from gts_wizard.cli.launch import can_show_screens, has_terminal, open_wizard
from gts_wizard.cli.output import USAGE_ERROR, print_error, print_result, replaced_exit_code
from gts_wizard.cli.parser import complete_scopes, non_empty
from gts_wizard.cli.request_log import request_log
from gts_wizard.errors import KeyringError
from gts_wizard.oauth.app_name import read_app_name
from gts_wizard.oauth.scopes import split_scopes
from gts_wizard.program import program
from gts_wizard.secret import SecretStorage
from gts_wizard.services.container import open_services
from gts_wizard.services.recovery import Recovery, recovery_options

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.models import Scopes
    from gts_wizard.prompts.flow import SignInPrompts
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.container import Services
    from gts_wizard.services.verification import SignInResult

_ADDRESS_MISSING = "Name the token's server, too: gts-wizard sign-in ADDRESS --with-token"


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _sign_in,
        description="Sign in to an account, on the wizard's screens or line by line. With ADDRESS\n"
        "and --scopes, you go straight to the link. You can pipe the answers in.",
        example='gts-wizard sign-in example.org --scopes "read write"',
    )
    parser.add_argument(
        "address",
        nargs="?",
        type=non_empty,
        metavar="ADDRESS",
        help="your server, such as example.org, or your handle",
    )
    scopes = parser.add_argument(
        "--scopes",
        metavar="SCOPES",
        help="permissions as OAuth scopes, such as 'read write:statuses'",
    )
    complete_scopes(scopes)
    add_front_end_options(parser)
    parser.add_argument(
        "--with-token",
        action="store_true",
        help="read an existing token from standard input; --scopes says what it may do",
    )


def add_front_end_options(parser: CommandParser) -> None:
    """Add the options `--app-name`, `--plain` and `--no-browser`."""
    parser.add_argument(
        "--app-name",
        type=read_app_name,
        metavar="NAME",
        help="the name your server lists the wizard under",
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help="ask line by line, without screens",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="don't open a browser; you paste a code instead"
    )


def given_scopes(options: Namespace) -> Scopes:
    """Return the scopes of the option `--scopes`; empty where it was left out.

    Whether the server knows them is seen once it was asked.

    Raises:
        NoScopesChosen: the option has no scope in it.
    """
    return () if options.scopes is None else split_scopes(options.scopes)


def run_prompts(
    services: Services, start: Callable[[SignInPrompts], SignInResult], options: Namespace
) -> int:
    """Run a sign-in or a renewal by prompts, and print the handle of the account.

    Args:
        services: the services.
        start: starts the sign-in or the renewal.
        options: the options of `add_front_end_options`.

    Returns:
        The exit code.
    """
    from gts_wizard.prompts.flow import run_flow  # noqa: PLC0415 - the screens need none of it

    can_open = has_terminal() and not options.no_browser and browser.can_open()
    result = run_flow(
        services,
        start,
        browser.open_link if can_open else None,
        opens_here=can_open and browser.opens_here(),
    )
    if result is None:
        return USAGE_ERROR
    code = print_result(f"You are signed in as {result.account.handle}.")
    return code or replaced_exit_code(result.replaced_error)


def _sign_in(options: Namespace) -> int:
    address, scopes = options.address or "", options.scopes
    chosen = given_scopes(options)
    if options.with_token:
        if not address:
            print_error(_ADDRESS_MISSING)
            return USAGE_ERROR
        from gts_wizard.cli.existing_token import sign_in_with_token  # noqa: PLC0415

        return sign_in_with_token(address, chosen, verbose=options.verbose)
    if options.plain or not can_show_screens():
        return _sign_in_by_prompts(address, scopes, options)
    return open_wizard(
        begin=lambda app: app.begin_sign_in(address, chosen, options.app_name),
        may_open_browser=not options.no_browser,
        verbose=options.verbose,
    )


def _sign_in_by_prompts(address: str, scopes: str | None, options: Namespace) -> int:
    services = open_services(log=request_log(verbose=options.verbose))
    try:
        return run_prompts(
            services, lambda prompts: prompts.sign_in(address, scopes, options.app_name), options
        )
    except KeyringError as error:
        can_use_file = Recovery.USE_FILE in recovery_options(error)
        if not can_use_file or not _stores_new_in_keyring(services.accounts):
            raise
        print_error(error)
        print_error(
            f"To keep the secrets of new accounts in the file, run: {program()} secrets file --new"
        )
        return error.exit_code


def _stores_new_in_keyring(accounts: AccountManager) -> bool:
    return accounts.load().default_storage is SecretStorage.KEYRING
