"""`gts-wizard export` and `gts-wizard import`: accounts for other tools, and from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.output import DONE, FAILED, print_error, print_notices, print_result
from gts_wizard.cli.parser import add_accounts, add_command, non_empty

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gts_wizard.cli.parser import Commands
    from gts_wizard.formats.reader import ImportedAccount
    from gts_wizard.models import Account
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.transfer import AccountImporter

# The keys of `formats.registry`, which takes time to import; a test holds the two together.
TOOLS = ("env", "curl", "mastodon.py", "toot", "tut", "json")
READABLE = ("toot", "tut")


def add(commands: Commands) -> None:
    """Add the two commands."""
    export = add_command(
        commands,
        "export",
        _export,
        summary="write accounts as other tools read them",
        description="Write accounts, secrets included, as another tool reads them: env (lines for\n"
        "a shell), curl (a config for curl -K), mastodon.py (its user-secret file),\n"
        "toot (its config.json), tut (its accounts.toml), or json (everything).",
        example="gts-wizard export env --file ~/secrets/gotosocial.env",
    )
    export.add_argument("tool", choices=TOOLS, help="which tool it is for")
    add_accounts(export, "all of them, or for env, curl and mastodon.py the default one,")
    export.add_argument(
        "--file",
        type=non_empty,
        metavar="PATH",
        help="a new file that only you can read, in place of standard output",
    )
    taking = add_command(
        commands,
        "import",
        _import,
        summary="take accounts over from another tool",
        description="Take accounts over from the file of another tool, so that nobody has to sign\n"
        "in again. Each is confirmed by its server first.",
        example="gts-wizard import toot ~/.config/toot/config.json",
    )
    taking.add_argument("tool", choices=READABLE, help="whose file it is")
    taking.add_argument("file", type=non_empty, metavar="PATH", help="the tool's file")


def _export(options: Namespace) -> int:
    import asyncio  # noqa: PLC0415

    from gts_wizard.services.container import open_services  # noqa: PLC0415

    services = open_services()
    chosen = _chosen(services.accounts, options.accounts, options.tool)
    text = asyncio.run(services.exporter.export(chosen, options.tool))
    print_notices(services.accounts)
    if options.file is None:
        return print_result(text.reveal().removesuffix("\n"))
    asyncio.run(services.exporter.save(text, options.file))
    print_error(f"Written to {options.file}. Whoever can read it can act as these accounts.")
    return DONE


def _chosen(accounts: AccountManager, names: Sequence[str], tool: str) -> list[Account]:
    from gts_wizard.formats.registry import FORMATS  # noqa: PLC0415

    if names:
        return [accounts.find(name) for name in names]
    default = accounts.find()
    if not FORMATS[tool].multiple:
        return [default]
    return list(accounts.load().accounts)


def _import(options: Namespace) -> int:
    from gts_wizard.services.container import open_services  # noqa: PLC0415
    from gts_wizard.services.transfer import read_accounts  # noqa: PLC0415

    # Before anything runs that would put a Ctrl+C off: a pipe may keep one waiting.
    found = read_accounts(options.tool, options.file)
    services = open_services()
    return run_with_services(services, _told(services.importer, found))


async def _told(importing: AccountImporter, accounts: Sequence[ImportedAccount]) -> int:
    """Take the accounts over one by one, and tell of each; return the exit code."""
    code = DONE
    async for taken in importing.import_accounts(accounts):
        if taken.error is not None:
            print_error(f"{taken.name} was not taken over. {taken.error}")
            code = FAILED
        elif taken.account is not None and taken.is_new:
            print_result(f"{taken.account.handle} is signed in here now.")
        elif taken.account is not None:
            print_error(f"{taken.account.handle} was signed in here already, and stays as it is.")
    return code
