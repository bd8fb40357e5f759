"""`gts-wizard check`: checks the accounts' tokens with their servers."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from gts_wizard.cli import formatting, output
from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.parser import add_accounts
from gts_wizard.cli.request_log import request_log
from gts_wizard.errors import KeyringError, NoAccount, WizardError
from gts_wizard.messages import STATUS_HINTS, STATUS_LABELS, earlier_token
from gts_wizard.models import AccountStatus
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator, Collection, Sequence

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account
    from gts_wizard.services.account_check import AccountChecker, CheckResult
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.container import Services


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Ask the servers how the accounts stand, all of them or those that are named.\n"
        "An earlier access that a renewal could not end is ended now, if that works.\n"
        "The exit code is 1 unless every one is fine.",
        example="gts-wizard check || notify-send 'An account needs care'",
    )
    add_accounts(parser, "all accounts")
    parser.add_argument(
        "--json", action="store_true", help="a list of objects, for programs; without secrets"
    )


def _run(options: Namespace) -> int:
    services = open_services(log=request_log(verbose=options.verbose))
    return run_with_services(services, _check(services, options.accounts, as_json=options.json))


async def _check(services: Services, names: Sequence[str], *, as_json: bool) -> int:
    credentials = await services.accounts.load_credentials()
    selected = _selected(services.accounts, credentials, names) if credentials.accounts else []
    handles = [account.handle for account in selected] if names else None
    revocation_code = await _revoke_replaced(services.accounts, handles)
    if not selected:
        if as_json:
            output.print_result(formatting.as_json([], ""))
        raise NoAccount
    results, code = await _print_results(services.checker, selected, as_lines=not as_json)
    output.print_notices(services.accounts)
    if as_json:
        accounts = (result.account for result in results)
        default = (await services.accounts.load_credentials()).default_handle
        code |= output.print_result(formatting.as_json(accounts, default))
    is_failed = code or revocation_code or any(result.error for result in results)
    return output.FAILED if is_failed else output.DONE


async def _revoke_replaced(accounts: AccountManager, handles: Collection[str] | None) -> int:
    """Try again to revoke what renewals have replaced; return the exit code."""
    code = output.DONE
    for handle, error in await accounts.revoke_replaced_tokens(handles):
        output.print_error(earlier_token(handle, error))
        if error is not None:
            code = output.FAILED
    return code


def _selected(
    accounts: AccountManager, credentials: Credentials, names: Sequence[str]
) -> list[Account]:
    """Return the named accounts, each once; all where none is named."""
    if not names:
        return list(credentials.accounts)
    named = map(accounts.find, names)
    return list({account.handle: account for account in named}.values())


async def _print_results(
    checker: AccountChecker, accounts: Sequence[Account], *, as_lines: bool
) -> tuple[list[CheckResult], int]:
    """Check accounts and print the results.

    Args:
        checker: the service that checks them.
        accounts: the accounts.
        as_lines: whether to print a line per account to standard output.

    Returns:
        The results, and the exit code of printing and saving them.
    """
    results, width, code = [], formatting.handle_width(accounts), output.DONE
    try:
        async with aclosing(checker.check(accounts)) as unordered:
            async for result in _in_order(unordered, accounts):
                results.append(result)
                code |= _print_account(result, width, as_line=as_lines)
    except WizardError as error:
        # The results were not saved, and are printed all the same.
        output.print_error(error)
        return results, output.FAILED
    return results, code


async def _in_order(
    results: AsyncIterator[CheckResult], accounts: Sequence[Account]
) -> AsyncIterator[CheckResult]:
    """Yield the results in the order of the accounts, each as soon as all before it are known."""
    known: dict[str, CheckResult] = {}
    remaining = [account.handle.casefold() for account in reversed(accounts)]
    async for result in results:
        known[result.checked.handle.casefold()] = result
        while remaining and remaining[-1] in known:
            yield known[remaining.pop()]


def _print_account(result: CheckResult, width: int, *, as_line: bool) -> int:
    """Print one account's status, error and changes.

    Args:
        result: the result of the check.
        width: how many columns the handle takes.
        as_line: whether to print the status to standard output.

    Returns:
        The exit code of printing it.
    """
    account, error = result.account, result.error
    code = output.DONE
    if as_line:
        code = output.print_result(f"{account.handle:{width}}  {STATUS_LABELS[account.status]}")
    if error is not None:
        output.print_error(f"{account.handle}: {error.full_message} {_next_step(result)}")
    if result.changes:
        output.print_error(f"{account.handle}: {result.changes}")
    return code


def _next_step(result: CheckResult) -> str:
    account, error = result.account, result.error
    if error is not None and (
        isinstance(error, KeyringError) or account.status is AccountStatus.FINE
    ):
        return error.hint
    if account.status in {AccountStatus.REVOKED, AccountStatus.INSUFFICIENT_SCOPE}:
        return output.how_to_renew(account.handle)
    # The first sentence of the hint is the cause, which the error message states more exactly.
    return STATUS_HINTS[account.status].partition(". ")[2]
