"""`gts-wizard check`: asks the servers how the accounts stand."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from gts_wizard.cli import formatting
from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.output import (
    DONE,
    FAILED,
    how_to_renew,
    print_error,
    print_notices,
    print_result,
)
from gts_wizard.cli.parser import add_accounts
from gts_wizard.errors import FileError, KeyringError, NoAccount
from gts_wizard.messages import STATUS_HINTS, STATUS_LABELS
from gts_wizard.models import AccountStatus
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator, Sequence

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account
    from gts_wizard.services.account_check import AccountChecker, CheckResult
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.container import Services


def configure(parser: CommandParser) -> None:
    """Say what the command takes and does."""
    parser.describe(
        _run,
        description="Ask the servers how the accounts stand, all of them or those that are named.\n"
        "The exit code is 1 unless every one is fine.",
        example="gts-wizard check || notify-send 'An account needs care'",
    )
    add_accounts(parser, "all accounts")
    parser.add_argument(
        "--json", action="store_true", help="a list of objects, for programs; without secrets"
    )


def _run(options: Namespace) -> int:
    services = open_services()
    return run_with_services(services, _check(services, options.accounts, as_json=options.json))


async def _check(services: Services, names: Sequence[str], *, as_json: bool) -> int:

    shelf = await services.accounts.credentials()
    if not shelf.accounts:
        if as_json:
            print_result(formatting.as_json([], ""))
        raise NoAccount
    wanted = _selected(services.accounts, shelf, names)
    checked, code = await _print_results(services.checker, wanted, is_result=not as_json)
    print_notices(services.accounts)
    if as_json:
        found = (one.account for one in checked)
        code |= print_result(formatting.as_json(found, formatting.default_handle(shelf)))
    return FAILED if code or any(one.error for one in checked) else DONE


def _selected(accounts: AccountManager, shelf: Credentials, names: Sequence[str]) -> list[Account]:
    """Return the accounts that are named, each once; all where none is."""
    if not names:
        return list(shelf.accounts)
    found = map(accounts.find, names)
    return list({one.handle: one for one in found}.values())


async def _print_results(
    checking: AccountChecker, accounts: Sequence[Account], *, is_result: bool
) -> tuple[list[CheckResult], int]:
    """Tell how accounts stand; return that, and the exit code of telling and saving it."""
    checked, width, code = [], formatting.handle_width(accounts), DONE
    try:
        async with aclosing(checking.check(accounts)) as coming:
            async for one in _in_order(coming, accounts):
                checked.append(one)
                code |= _print_failure(one, width, is_result=is_result)
    except FileError as failure:
        # What was found is told all the same.
        print_error(failure)
        return checked, FAILED
    return checked, code


async def _in_order(
    coming: AsyncIterator[CheckResult], accounts: Sequence[Account]
) -> AsyncIterator[CheckResult]:
    """Give what was found in the order of the accounts, each once all before it are known."""
    known: dict[str, CheckResult] = {}
    order = [one.handle.casefold() for one in reversed(accounts)]
    async for one in coming:
        known[one.account.handle.casefold()] = one
        while order and order[-1] in known:
            yield known[order.pop()]


def _print_failure(checked: CheckResult, width: int, *, is_result: bool) -> int:
    """Say how an account stands, and what to do about it; return the exit code of saying it."""
    account, failure = checked.account, checked.error
    code = DONE
    if is_result:
        code = print_result(f"{account.handle:{width}}  {STATUS_LABELS[account.status]}")
    if failure is not None:
        print_error(f"{account.handle}: {failure.message} {_next_step(checked)}")
    if checked.changes:
        print_error(f"{account.handle}: {checked.changes}")
    return code


def _next_step(checked: CheckResult) -> str:
    account, failure = checked.account, checked.error
    if failure is not None and (
        isinstance(failure, KeyringError) or account.status is AccountStatus.FINE
    ):
        return failure.hint
    renewed = {AccountStatus.REVOKED, AccountStatus.INSUFFICIENT_SCOPE}
    if account.status in renewed:
        return how_to_renew(account.handle)
    # Its first sentence is the cause, which the failure has told better.
    return STATUS_HINTS[account.status].partition(". ")[2]
