"""`gts-wizard sign-in` and `gts-wizard renew`: the journey, on screens or line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.launch import can_show_screens, has_terminal, open_wizard
from gts_wizard.cli.output import USAGE_ERROR, print_error, print_result
from gts_wizard.cli.parser import add_account, add_command, find_account, non_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from gts_wizard.cli.parser import Commands
    from gts_wizard.models import Scopes
    from gts_wizard.prompts.flow import SignInPrompts
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.container import Services
    from gts_wizard.services.sign_in import SignInResult


def add(commands: Commands) -> None:
    """Add the two commands."""
    sign_in = add_command(
        commands,
        "sign-in",
        _sign_in,
        summary="sign in to an account",
        description="Sign in to an account: on the wizard's screens, or as plain questions and\n"
        "answers, a line at a time. With an address and permissions, the plain way asks\n"
        "for the code and nothing else. Answers may come through a pipe.",
        example='gts-wizard sign-in example.org --scopes "read write"',
    )
    sign_in.add_argument(
        "address",
        nargs="?",
        type=non_empty,
        metavar="ADDRESS",
        help="of the server, such as example.org, or a handle; asked for when left out",
    )
    sign_in.add_argument(
        "--scopes",
        metavar="WORDS",
        help="what programs may do, in OAuth's words, such as 'read write:statuses'",
    )
    _add_ways(sign_in)
    renew = add_command(
        commands,
        "renew",
        _renew,
        summary="replace an account's access by a new one",
        description="Replace an account's access by a new one, and end the old one.",
        example="gts-wizard renew @alice@example.org",
    )
    add_account(renew)
    renew.add_argument(
        "--scopes",
        metavar="WORDS",
        help="what programs may do from now on, in OAuth's words; as before when left out",
    )
    _add_ways(renew)


def _add_ways(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--plain",
        action="store_true",
        help="ask line by line; so by itself where the terminal can't show screens",
    )
    parser.add_argument("--no-browser", action="store_true", help="never open a browser")


def _sign_in(options: Namespace) -> int:
    address, scopes = options.address or "", options.scopes
    chosen = _chosen(options)
    if options.plain or not can_show_screens():
        return _sign_in_plainly(address, scopes, options)
    return open_wizard(
        begin=lambda app: app.begin_sign_in(address, chosen), opens_browser=not options.no_browser
    )


def _sign_in_plainly(address: str, scopes: str | None, options: Namespace) -> int:
    from gts_wizard.errors import KeyringEntryMissing, KeyringError  # noqa: PLC0415
    from gts_wizard.services.container import open_services  # noqa: PLC0415

    services = open_services()
    try:
        return _plainly(services, lambda journey: journey.sign_in(address, scopes), options)
    except KeyringError as failure:
        if isinstance(failure, KeyringEntryMissing) or not _keeps_new_in_keyring(services.accounts):
            raise
        print_error(failure)
        print_error("To keep what is new in the file instead, run: gts-wizard secrets file --new")
        return failure.exit_code


def _keeps_new_in_keyring(accounts: AccountManager) -> bool:
    from gts_wizard.secret import SecretStorage  # noqa: PLC0415

    return accounts.load().default_storage is SecretStorage.KEYRING


def _renew(options: Namespace) -> int:
    from gts_wizard.services.container import open_services  # noqa: PLC0415

    services = open_services()
    account = find_account(services.accounts, options.account)
    chosen = _chosen(options)
    if options.plain or not can_show_screens():
        return _plainly(services, lambda journey: journey.renew(account, chosen), options)
    return open_wizard(
        begin=lambda app: app.renew(account, chosen), opens_browser=not options.no_browser
    )


def _chosen(options: Namespace) -> Scopes:
    """Return the permissions that were given; nothing where none were.

    Raises:
        NoScopesChosen: they were given, and there are none in it.
        UnknownScope: one of them is none.
    """
    from gts_wizard.oauth.scopes import read_scopes  # noqa: PLC0415

    return () if options.scopes is None else read_scopes(options.scopes, ())


def _plainly(
    services: Services, way: Callable[[SignInPrompts], SignInResult], options: Namespace
) -> int:
    from gts_wizard.prompts import flow

    signed_in = flow.run_flow(services, way, _opener(options))
    if signed_in is None:
        return USAGE_ERROR
    return print_result(f"You are signed in as {signed_in.account.handle}.")


def _opener(options: Namespace) -> Callable[[str], bool] | None:
    """Return what opens a link in a graphical browser, where there is one and it may."""
    from gts_wizard import browser

    can_open = has_terminal() and not options.no_browser and browser.can_open()
    return browser.open_link if can_open else None
