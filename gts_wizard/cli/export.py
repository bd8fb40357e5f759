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
        description="Write accounts, secrets included, as another tool reads them. The tools:\n\n"
        "  env                 lines for a shell\n"
        "  curl                a config for curl -K\n"
        "  mastodon.py         its user-secret file\n"
        "  mastodon.py-client  its client-secret file, which feed2toot reads beside it\n"
        "  feediverse          its config, which you add your feeds to\n"
        "  toot                its config.json\n"
        "  tut                 its accounts.toml\n"
        "  json                everything, for gts-wizard import on another computer",
        example="gts-wizard export env --file ~/secrets/gotosocial.env",
    )
    parser.add_argument("tool", choices=tuple(FORMATS), metavar="TOOL", help="one of these tools")
    add_accounts(parser, "all of them for toot, tut and json, the default one for the others")
    parser.add_argument(
        "--file",
        type=non_empty,
        default=STANDARD_STREAM,
        metavar="PATH",
        help="a new file that only you can read, in place of standard output, which is -",
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
