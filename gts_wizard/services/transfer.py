"""Exports accounts to other tools' files, and imports accounts from them.

Importing this does not load httpx.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.api import discovery, endpoints
from gts_wizard.errors import (
    ExportNotSaved,
    ExportUnsupported,
    FileUnreadable,
    ImportUnreadable,
    InvalidImport,
    RedirectedElsewhere,
    RegistrationMissing,
    SaveFailed,
    WizardError,
)
from gts_wizard.models import Account, ClientRegistration, Token
from gts_wizard.storage.files import os_error_text
from gts_wizard.storage.paths import expand_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.formats.export_account import ExportAccount
    from gts_wizard.formats.reader import ImportedAccount
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
        from gts_wizard.storage.files import create_file  # noqa: PLC0415

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


@dataclass(frozen=True)
class ImportResult:
    """What became of one account of another tool.

    Attributes:
        name: what the tool calls it.
        account: the account as it is on the shelf; None where its server did not confirm it.
        is_new: whether it was not on the shelf before; one that was stays as it is.
        failure: why it was not taken over.
    """

    name: str
    account: Account | None = None
    is_new: bool = False
    error: WizardError | None = None


class AccountImporter:
    """Takes over what was found in the files of other tools.

    Args:
        store: where accounts are kept.
        connection: the way to servers.
    """

    def __init__(self, store: Store, connection: LazyHttpClient) -> None:
        self._store = store
        self._connection = connection

    async def import_accounts(
        self, accounts: Iterable[ImportedAccount]
    ) -> AsyncIterator[ImportResult]:
        """Take over the accounts of another tool, and tell what became of each.

        Args:
            accounts: what `read_accounts` found.

        Raises:
            FileError: an account can't be saved.
        """
        for found in accounts:
            yield await self._import_one(found)

    async def _import_one(self, found: ImportedAccount) -> ImportResult:
        name = f"{found.username} at {found.origin.partition('://')[2]}"
        try:
            account = await self._verify(found)
        except WizardError as failure:
            return ImportResult(name, error=failure)
        known = (await asyncio.to_thread(self._store.load)).account(account.handle)
        if known is not None:
            return ImportResult(name, known)
        registration = ClientRegistration(
            origin=account.server.origin,
            client_id=found.client_id,
            client_secret=found.client_secret,
            # What the tool asked for is not known, so no link is made with its registration.
            scopes=(),
            created_at=account.verified_at,
        )

        def change(shelf: Credentials) -> Credentials:
            return shelf.with_registration(registration, account.handle).with_account(account)

        shelf = await asyncio.to_thread(self._store.update, change)
        return ImportResult(name, shelf.account(account.handle), is_new=True)

    async def _verify(self, found: ImportedAccount) -> Account:
        """Return the account that the token belongs to, by its server's word.

        Raises:
            WizardError: the server does not confirm it.
        """
        transport = await self._connection.get()
        address = read_address(found.origin)
        server = await discovery.find_server(transport, address)
        if server.origin != address.origin:
            # A token goes to the server it was issued by, wherever that one leads.
            raise RedirectedElsewhere(host=address.host, other=server.host)
        profile = await endpoints.verify_credentials(transport, server.origin, found.token)
        now = datetime.now(UTC)
        return Account(
            server=server,
            id=profile.id,
            username=profile.username,
            display_name=profile.display_name,
            token=Token(found.token, (), now),
            client_id=found.client_id,
            verified_at=now,
        )


def read_accounts(tool: str, path: str) -> list[ImportedAccount]:
    """Return the accounts in a tool's file. It may be a pipe, which is waited for.

    Args:
        tool: a key of `READERS`.
        path: the tool's file; it may begin with ~.

    Raises:
        ImportUnreadable: the system does not let the file be read.
        InvalidImport: it is not that tool's.
    """
    # What reads TOML and JSON takes time to import.
    from gts_wizard.formats.reader import MAX_FILE_CHARACTERS, InvalidFormat  # noqa: PLC0415
    from gts_wizard.formats.registry import READERS  # noqa: PLC0415

    try:
        file = expand_path(path)
        with file.open("rb") as opened:
            text = opened.read(MAX_FILE_CHARACTERS * 4 + 1).decode()
        return READERS[tool](text)
    except InvalidFormat as trouble:
        reason = str(trouble)
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    except OSError as trouble:
        raise ImportUnreadable(path=path, tool=tool, reason=os_error_text(trouble)) from None
    except FileUnreadable as failure:
        raise ImportUnreadable(path=path, tool=tool, reason=failure.reason) from None
    raise InvalidImport(path=path, tool=tool, reason=reason)
