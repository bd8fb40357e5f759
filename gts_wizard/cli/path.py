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
        description="Print the path of the credentials file, which holds your accounts. The file\n"
        "may not exist yet. To use another one, set GTS_WIZARD_CREDENTIALS.",
        example='cp "$(gts-wizard path)" ~/gts-wizard-backup.toml',
    )


def _run(_: Namespace) -> int:
    return print_result(str(credentials_path()))
