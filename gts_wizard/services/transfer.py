"""Hands accounts to other tools, in the formats of those.

The faces come in; the shelf is read, and a file of its own is written. Importing this does not
load httpx.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.errors import (
    ExportNotSaved,
    ExportUnsupported,
    FileUnreadable,
    RegistrationMissing,
    SaveFailed,
)
from gts_wizard.storage.paths import expand_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gts_wizard.formats.export_account import ExportAccount
    from gts_wizard.models import Account
    from gts_wizard.secret import Secret
    from gts_wizard.storage.store import Store


class AccountExporter:
    """Writes accounts as other tools read them.

    Args:
        store: where the accounts are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def export(self, accounts: Sequence[Account], tool: str) -> Secret:
        """Return the text of a tool's file, secrets included.

        Args:
            accounts: whom it is about.
            tool: a key of `FORMATS`.

        Raises:
            ExportUnsupported: the format can't hold them.
            RegistrationMissing: the registration of one is no longer kept.
            FileError: the shelf can't be read.
            KeyringError: the keyring does not give a secret.
        """
        # What writes TOML and JSON takes time to import.
        from gts_wizard.formats.export_account import NotExportable  # noqa: PLC0415
        from gts_wizard.formats.registry import FORMATS  # noqa: PLC0415

        chosen = FORMATS[tool]
        if not chosen.multiple and len(accounts) != 1:
            raise ExportUnsupported(tool=tool, reason="it is for one account only, so name one")
        try:
            unlocked = [await asyncio.to_thread(self._export_account, one) for one in accounts]
            return chosen.write(unlocked)
        except NotExportable as unfit:
            reason = str(unfit)
        raise ExportUnsupported(tool=tool, reason=reason)

    async def save(self, text: Secret, path: str) -> None:
        """Write an export to a new file, which is its owner's alone.

        Args:
            text: what `export` gave.
            path: where no file is yet; it may begin with ~.

        Raises:
            ExportNotSaved: a file is there already, or it can't be written.
        """
        # The writer takes time to import.
        from gts_wizard.storage.writing import create_file  # noqa: PLC0415

        body = text.reveal().encode()
        try:
            await asyncio.to_thread(create_file, expand_path(path), body)
        except (SaveFailed, FileUnreadable) as failure:
            raise ExportNotSaved(path=failure.path, reason=failure.reason) from None

    def _export_account(self, account: Account) -> ExportAccount:
        from gts_wizard.formats.export_account import ExportAccount  # noqa: PLC0415

        registration = self._store.load().registration(account.server.origin, account.client_id)
        if registration is None:
            raise RegistrationMissing
        client = self._store.client_credentials(registration, account.server)
        return ExportAccount(account, client, self._store.reveal(account.token.value))
