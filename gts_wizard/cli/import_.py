"""`gts-wizard import`: imports accounts from the files of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.output import DONE, FAILED, print_error, print_result
from gts_wizard.cli.parser import non_empty
from gts_wizard.cli.request_log import request_log
from gts_wizard.formats.registry import READERS
from gts_wizard.services.container import open_services
from gts_wizard.services.transfer import STANDARD_STREAM, read_accounts

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gts_wizard.cli.parser import CommandParser
    from gts_wizard.formats.reader import ImportedAccount
    from gts_wizard.services.transfer import AccountImporter


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _import,
        description="Import accounts from another tool, so you don't have to sign in again. Each\n"
        "one is checked with its server first. json is the format of gts-wizard\n"
        "export json, and the only one that includes the permissions.",
        example="gts-wizard import toot ~/.config/toot/config.json",
    )
    parser.add_argument("tool", choices=tuple(READERS), help="the tool that wrote the file")
    parser.add_argument(
        "file", type=non_empty, metavar="PATH", help="the file; - is standard input"
    )


def _import(options: Namespace) -> int:
    # Reading a pipe may block, so it comes before the event loop, which would delay Ctrl+C.
    accounts = read_accounts(options.tool, options.file, _say_what_is_awaited)
    if not accounts:
        print_error(_no_accounts(options.file))
        return FAILED
    services = open_services(log=request_log(verbose=options.verbose), on_warning=print_error)
    return run_with_services(services, _import_all(services.importer, accounts))


def _say_what_is_awaited() -> None:
    print_error("Paste the text of the file here, then press Ctrl+D on a line of its own.")


def _no_accounts(file: str) -> str:
    if file == STANDARD_STREAM:
        return "Standard input holds no accounts."
    return f"{file} holds no accounts."


async def _import_all(importer: AccountImporter, accounts: Sequence[ImportedAccount]) -> int:
    """Import the accounts one by one, and print each result; return the exit code."""
    code = DONE
    async for result in importer.import_accounts(accounts):
        if result.error is not None:
            print_error(f"{result.name} was not imported. {result.error}")
            code = FAILED
        elif result.account is not None and result.is_new:
            print_result(f"{result.account.handle} is now signed in here.")
        elif result.account is not None:
            print_error(
                f"{result.account.handle} was already signed in here, so nothing was changed."
            )
    return code
