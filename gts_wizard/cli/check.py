"""`gts-wizard check`: checks the accounts' tokens with their servers."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from gts_wizard.cli import formatting, output
from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.parser import add_accounts
from gts_wizard.cli.request_log import request_log
from gts_wizard.environment import TOKEN_VARIABLE
from gts_wizard.errors import (
    AccountMismatch,
    FileError,
    FileReadOnly,
    KeyringError,
    NoAccount,
    RenewalNeeded,
)
from gts_wizard.messages import RESULT_NOT_SAVED, STATUS_LABELS, earlier_tokens, status_hint
from gts_wizard.models import AccountStatus
from gts_wizard.services.container import open_services

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator, Collection, Sequence

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.errors import WizardError
    from gts_wizard.models import Account
    from gts_wizard.services.account_check import AccountChecker, CheckResult
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.container import Services


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Ask the servers whether your accounts still work. Without ACCOUNT, it checks\n"
        "the one from GTS_WIZARD_TOKEN or GTS_WIZARD_ACCOUNT, or else all of them.\n"
        "Old access that couldn't be revoked after a renewal is revoked now, if\n"
        "possible.\n"
        "\n"
        "The exit code is 0 if all is fine, 4 if you need to sign in again, and 1 if\n"
        "anything else is wrong or unknown, such as when a server is down.",
        example="gts-wizard check; [ $? -ne 4 ] || notify-send 'An account needs you'",
    )
    add_accounts(parser)
    parser.add_argument(
        "--json", action="store_true", help="print JSON for programs, without secrets"
    )


def _run(options: Namespace) -> int:
    services = open_services(
        log=request_log(verbose=options.verbose), on_warning=output.print_error
    )
    return run_with_services(services, _check(services, options))


async def _check(services: Services, options: Namespace) -> int:
    try:
        selected = services.accounts.resolve_many(options.accounts, is_all=options.all)
    except NoAccount:
        await _revoke_replaced(services.accounts, None)
        if options.json:
            output.print_result(formatting.as_json([], ""))
        raise
    as_lines = not options.json
    if selected[0].handle:
        is_all = len(selected) == len(services.accounts.handles())
        handles = None if is_all else [account.handle for account in selected]
        revocation_code = await _revoke_replaced(services.accounts, handles)
        results, code = await _print_results(services.checker, selected, as_lines=as_lines)
    else:
        # The environment gives it.
        results = [await services.checker.check_unsaved(selected[0])]
        code, revocation_code = _print_account(results[0], 0, as_line=as_lines), output.DONE
    if options.json:
        # The account that the environment gives is the one that is taken, too.
        is_given = not selected[0].handle
        default = (
            results[0].account.handle if is_given else output.default_handle(services.accounts)
        )
        findings = ((result.found, _problem(result)) for result in results)
        code |= output.print_result(formatting.findings_as_json(findings, default))
    # Signing in again, 4, is for a person to do; all else may pass.
    return max(code, revocation_code, *(_exit_code(result) for result in results))


async def _revoke_replaced(accounts: AccountManager, handles: Collection[str] | None) -> int:
    """Try again to revoke what renewals have replaced; return the exit code."""
    outcomes = await accounts.revoke_replaced_tokens(handles)
    for sentence in earlier_tokens(outcomes):
        output.print_error(sentence)
    # Where nothing can be saved, nothing was tried: it is for the computer with the file.
    has_failed = any(error and not isinstance(error, FileReadOnly) for _, error in outcomes)
    return output.FAILED if has_failed else output.DONE


async def _print_results(
    checker: AccountChecker, accounts: Sequence[Account], *, as_lines: bool
) -> tuple[list[CheckResult], int]:
    """Check accounts and print the results.

    Args:
        checker: the service that checks them.
        accounts: the accounts.
        as_lines: whether to print a line per account to standard output.

    Returns:
        The results, and the exit code of printing them.
    """
    results, width, code = [], formatting.handle_width(accounts), output.DONE
    try:
        async with aclosing(checker.check(accounts)) as unordered:
            async for result in _in_order(unordered, accounts):
                results.append(result)
                code |= _print_account(result, width, as_line=as_lines)
    except (FileError, KeyringError) as error:
        # The last of all: each result is printed already.
        # Where the file is meant to be read only, there is nothing to do about it.
        reason = error.message if isinstance(error, FileReadOnly) else error
        output.print_error(f"{RESULT_NOT_SAVED} {reason}")
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
    account, problem = result.found, _problem(result)
    name, code = account.handle or account.server.host, output.DONE
    if as_line:
        code = output.print_result(f"{name:{width}}  {STATUS_LABELS[account.status]}")
    if problem is not None:
        output.print_error(f"{name}: {' '.join(problem.values())}")
    if result.changes:
        output.print_error(f"{name}: {result.changes}")
    return code


def _exit_code(result: CheckResult) -> int:
    return output.DONE if result.error is None else result.error.exit_code


def _problem(result: CheckResult) -> dict[str, str] | None:
    """Return the sentences on why an account is not fine, by their JSON keys; None where it is."""
    if result.error is None:
        return None
    return {"cause": result.error.full_message, "advice": _advice(result.error, result.found)}


def _advice(error: WizardError, account: Account) -> str:
    if account.status is AccountStatus.UNKNOWN or isinstance(error, AccountMismatch):
        return error.hint
    if account.status in {AccountStatus.REVOKED, AccountStatus.INSUFFICIENT_SCOPE}:
        if not account.handle:
            return f"Set {TOKEN_VARIABLE} to another token."
        return RenewalNeeded(handle=account.handle).hint
    # The first sentence of the hint is the cause, which the error message states more exactly.
    return status_hint(account).partition(". ")[2]
