"""`gts-wizard path`: prints the path of the credentials file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.cli.output import print_result
from gts_wizard.storage.paths import credentials_path

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.cli.parser import CommandParser


def configure(parser: CommandParser) -> None:
    """Set up the parser of the command."""
    parser.describe(
        _run,
        description="Print the path of the file that keeps your accounts. It need not exist yet.\n"
        "GTS_WIZARD_CREDENTIALS names another one.",
        example='cp "$(gts-wizard path)" /media/backup/',
    )


def _run(_: Namespace) -> int:
    return print_result(str(credentials_path()))
