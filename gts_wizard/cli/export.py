"""`gts-wizard export`: writes accounts in the file formats of other tools."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.cli.launch import run_with_services
from gts_wizard.cli.output import DONE, default_handle, print_error, print_result
from gts_wizard.cli.parser import add_accounts, non_empty
from gts_wizard.cli.request_log import request_log
from gts_wizard.errors import RenewalNeeded
from gts_wizard.formats.registry import FORMATS
from gts_wizard.models import AccountStatus
from gts_wizard.services.container import open_services
from gts_wizard.services.transfer import STANDARD_STREAM

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _export,
        description="Write accounts, secrets included, in the format of another tool:\n\n"
        "  env                 variables for a shell\n"
        "  curl                a config for curl -K\n"
        "  mastodon.py         its user-secret file\n"
        "  mastodon.py-client  its client-secret file; feed2toot needs both of these\n"
        "  feediverse          its config, to which you add your feeds\n"
        "  toot                its config.json\n"
        "  tut                 its accounts.toml\n"
        "  json                everything, for gts-wizard import on another computer\n"
        "\n"
        "Without ACCOUNT, it writes the one from GTS_WIZARD_TOKEN or\n"
        "GTS_WIZARD_ACCOUNT. If neither is set, toot, tut and json get all accounts,\n"
        "and the others your default account.",
        example="gts-wizard export env --file ~/gotosocial.env",
    )
    parser.add_argument(
        "tool", choices=tuple(FORMATS), metavar="TOOL", help="one of the tools above"
    )
    add_accounts(parser)
    parser.add_argument(
        "--file",
        type=non_empty,
        default=STANDARD_STREAM,
        metavar="PATH",
        help="write to a new file that only you can read; - is standard output",
    )


def _export(options: Namespace) -> int:
    services = open_services(log=request_log(verbose=options.verbose), on_warning=print_error)
    if FORMATS[options.tool].holds_many or options.accounts or options.all:
        accounts = services.accounts.resolve_many(options.accounts, is_all=options.all)
        if not options.accounts:
            # Tools take the first for the active one, and so does `import` where there is none yet.
            default = default_handle(services.accounts)
            accounts.sort(key=lambda account: account.handle != default)
    else:
        accounts = [services.accounts.resolve(None)]
    text = run_with_services(services, services.exporter.export(accounts, options.tool))
    for account in accounts:
        if account.status is AccountStatus.REVOKED:
            print_error(RenewalNeeded(handle=account.handle))
    if options.file == STANDARD_STREAM:
        return print_result(text.reveal().removesuffix("\n"))
    asyncio.run(services.exporter.save(text, options.file))
    print_error(f"Written to {options.file}. It holds secrets: keep it to yourself.")
    return DONE
