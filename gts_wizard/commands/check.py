"""`gts-wizard check`: asks the servers how the accounts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.commands.arguments import add_accounts, add_command
from gts_wizard.commands.finishing import finish
from gts_wizard.commands.output import (
    DONE,
    FAILED,
    how_to_renew,
    print_result,
    tell,
    tell_notices,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator, Sequence

    from gts_wizard.commands.arguments import Commands
    from gts_wizard.models import Account
    from gts_wizard.services.accounts import Accounts
    from gts_wizard.services.checking import Checked, Checking
    from gts_wizard.services.wiring import Services
    from gts_wizard.shelf import Shelf


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "check",
        _run,
        summary="ask the servers how the accounts stand",
        description="Ask the servers how the accounts stand, all of them or those that are named.\n"
        "The exit code is 1 unless every one is fine.",
        example="gts-wizard check || notify-send 'An account needs care'",
    )
    add_accounts(parser, "all accounts")
    parser.add_argument(
        "--json", action="store_true", help="a list of objects, for programs; without secrets"
    )


def _run(options: Namespace) -> int:
    from gts_wizard.services.wiring import open_services  # noqa: PLC0415

    services = open_services()
    return finish(services, _check(services, options.accounts, as_json=options.json))


async def _check(services: Services, names: Sequence[str], *, as_json: bool) -> int:
    from gts_wizard.commands import describing  # noqa: PLC0415
    from gts_wizard.errors import NoAccount  # noqa: PLC0415

    shelf = await services.accounts.shelf()
    if not shelf.accounts:
        if as_json:
            print_result(describing.as_json([], ""))
        raise NoAccount
    wanted = _meant(services.accounts, shelf, names)
    checked, code = await _told(services.checking, wanted, is_result=not as_json)
    tell_notices(services.accounts)
    if as_json:
        found = (one.account for one in checked)
        code |= print_result(describing.as_json(found, describing.default_handle(shelf)))
    return FAILED if code or any(one.failure for one in checked) else DONE


def _meant(accounts: Accounts, shelf: Shelf, names: Sequence[str]) -> list[Account]:
    """Return the accounts that are named, each once; all where none is."""
    if not names:
        return list(shelf.accounts)
    found = map(accounts.find, names)
    return list({one.handle: one for one in found}.values())


async def _told(
    checking: Checking, accounts: Sequence[Account], *, is_result: bool
) -> tuple[list[Checked], int]:
    """Tell how accounts stand; return that, and the exit code of telling and saving it."""
    from contextlib import aclosing  # noqa: PLC0415

    from gts_wizard.commands.describing import handle_width  # noqa: PLC0415
    from gts_wizard.errors import FileError  # noqa: PLC0415

    checked, width, code = [], handle_width(accounts), DONE
    try:
        async with aclosing(checking.check(accounts)) as coming:
            async for one in _in_order(coming, accounts):
                checked.append(one)
                code |= _tell(one, width, is_result=is_result)
    except FileError as failure:
        # What was found is told all the same.
        tell(failure)
        return checked, FAILED
    return checked, code


async def _in_order(
    coming: AsyncIterator[Checked], accounts: Sequence[Account]
) -> AsyncIterator[Checked]:
    """Give what was found in the order of the accounts, each once all before it are known."""
    known: dict[str, Checked] = {}
    order = [one.handle.casefold() for one in reversed(accounts)]
    async for one in coming:
        known[one.account.handle.casefold()] = one
        while order and order[-1] in known:
            yield known[order.pop()]


def _tell(checked: Checked, width: int, *, is_result: bool) -> int:
    """Say how an account stands, and what to do about it; return the exit code of saying it."""
    from gts_wizard.rules.states import IN_WORDS  # noqa: PLC0415

    account, failure = checked.account, checked.failure
    code = DONE
    if is_result:
        code = print_result(f"{account.handle:{width}}  {IN_WORDS[account.state]}")
    if failure is not None:
        tell(f"{account.handle}: {failure.what_happened} {_next_step(checked)}")
    if checked.news:
        tell(f"{account.handle}: {checked.news}")
    return code


def _next_step(checked: Checked) -> str:
    from gts_wizard.errors import KeyringError  # noqa: PLC0415
    from gts_wizard.models import State  # noqa: PLC0415
    from gts_wizard.rules.states import NEXT_STEPS  # noqa: PLC0415

    account, failure = checked.account, checked.failure
    if failure is not None and (isinstance(failure, KeyringError) or account.state is State.FINE):
        return failure.what_to_do
    renewed = {State.ENDED, State.TOO_SMALL}
    if account.state in renewed:
        return how_to_renew(account.handle)
    # Its first sentence is the cause, which the failure has told better.
    return NEXT_STEPS[account.state].partition(". ")[2]
