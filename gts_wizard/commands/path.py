"""`gts-wizard path`: where the credentials file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.commands.arguments import add_command
from gts_wizard.commands.output import print_result

if TYPE_CHECKING:
    from argparse import Namespace

    from gts_wizard.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    add_command(
        commands,
        "path",
        _run,
        summary="print where the accounts are kept",
        description="Print the path of the file that keeps your accounts. It need not exist yet.\n"
        "GTS_WIZARD_CREDENTIALS names another one.",
        example='cp "$(gts-wizard path)" /media/backup/',
    )


def _run(_: Namespace) -> int:
    from gts_wizard.credentials.paths import credentials_path  # noqa: PLC0415

    return print_result(str(credentials_path().absolute()))
