"""Exports accounts to the files of other tools, and imports accounts from them.

Importing this does not load httpx.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from gts_wizard import errors
from gts_wizard.models import ClientRegistration, Token
from gts_wizard.services.account_store import AccountStore
from gts_wizard.services.token_owner import fetch_owner
from gts_wizard.storage.files import os_error_text
from gts_wizard.storage.paths import expand_path
from gts_wizard.table_reader import InvalidFormat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.formats.export_account import ExportAccount
    from gts_wizard.formats.reader import ImportedAccount
    from gts_wizard.models import Account, ClientCredentials
    from gts_wizard.secret import Secret
    from gts_wizard.storage.store import Store

STANDARD_STREAM = "-"
"""The path that means standard input, or standard output."""


class AccountExporter:
    """Writes accounts in the file formats of other tools.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
    """

    def __init__(self, store: Store, http: LazyHttpClient) -> None:
        self._store = store
        self._http = http
        self._saved = AccountStore(store)

    async def export(self, accounts: Sequence[Account], tool: str) -> Secret:
        """Return the text of a tool's file, secrets included.

        Args:
            accounts: the accounts to export.
            tool: a key of `FORMATS`.

        Raises:
            ExportUnsupported: the format can't hold these accounts.
            RenewalNeeded: the format is for one account, and its token is known to be revoked.
            ExportIncomplete: the registration of an account is no longer saved.
            FileError: the credentials file can't be read.
            KeyringError: the keyring does not return a secret.
            ServerError: the server of an account that has no name yet does not tell it.
        """
        # The TOML and JSON writers are slow to import.
        from gts_wizard.formats.export_account import NotExportable  # noqa: PLC0415
        from gts_wizard.formats.registry import FORMATS  # noqa: PLC0415

        file_format = FORMATS[tool]
        if not file_format.holds_many and len(accounts) != 1:
            raise errors.ExportUnsupported(
                tool=tool, reason="Its file holds only one account, so name one."
            )
        if file_format.holds_many:
            # They are told apart by their names there.
            accounts = [await self._with_name(account) for account in accounts]
        try:
            # One that has ended may be moved along with others, but is of no use alone.
            reveal = self._saved.token if file_format.holds_many else self._saved.usable_token
            export_accounts = [
                await asyncio.to_thread(self._export_account, account, reveal)
                for account in accounts
            ]
            return file_format.write(export_accounts)
        except NotExportable as error:
            reason = str(error)
        raise errors.ExportUnsupported(tool=tool, reason=reason)

    async def save(self, text: Secret, path: str) -> None:
        """Write an export to a new file with mode 0600.

        Args:
            text: what `export` returned.
            path: a path where no file exists; it may begin with ~.

        Raises:
            ExportNotSaved: the file exists already, or it can't be written.
        """
        # The file writer is slow to import.
        from gts_wizard.storage.atomic_write import create_file  # noqa: PLC0415

        body = text.reveal().encode()
        try:
            await asyncio.to_thread(create_file, expand_path(path), body)
        except (errors.SaveFailed, errors.FileUnreadable) as error:
            raise errors.ExportNotSaved(path=error.path, reason=error.reason) from None

    async def _with_name(self, account: Account) -> Account:
        if account.handle:
            return account
        value = self._store.reveal(account.token.value)
        return await fetch_owner(
            await self._http.get(), account.server.origin, account.token, value
        )

    def _export_account(
        self, account: Account, reveal: Callable[[Account], Secret]
    ) -> ExportAccount:
        from gts_wizard.formats.export_account import ExportAccount  # noqa: PLC0415

        token = reveal(account)
        return ExportAccount(account, self._client(account), token)

    def _client(self, account: Account) -> ClientCredentials | None:
        """Return the client of an account; None where its token was not issued to the wizard."""
        if not account.client_id:
            return None
        registration = self._store.load().registration(account.server.origin, account.client_id)
        if registration is None:
            raise errors.ExportIncomplete(handle=account.handle)
        return self._store.client_credentials(registration, account.server)


@dataclass(frozen=True)
class ImportResult:
    """The result of importing one account.

    Attributes:
        name: the user name and host that the tool's file gives.
        account: the account as it is saved; None where its server did not confirm it.
        is_new: whether it was imported; an account that is saved already stays as it is.
        error: why it was not imported; None where it was, or is saved already.
    """

    name: str
    account: Account | None = None
    is_new: bool = False
    error: errors.WizardError | None = None


class AccountImporter:
    """Verifies and saves accounts that were read from the files of other tools.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
    """

    def __init__(self, store: Store, http: LazyHttpClient) -> None:
        self._store = store
        self._http = http

    async def import_accounts(
        self, accounts: Iterable[ImportedAccount]
    ) -> AsyncIterator[ImportResult]:
        """Import the accounts of another tool, and yield the result for each.

        Args:
            accounts: what `read_accounts` returned.

        Raises:
            FileError: an account can't be saved.
            KeyringError: the keyring does not store its secrets.
        """
        await asyncio.to_thread(self._store.check_writable)
        for account in accounts:
            yield await self._import_one(account)

    async def _import_one(self, imported: ImportedAccount) -> ImportResult:
        name = f"{imported.username}@{imported.origin.partition('://')[2]}"
        try:
            account = await self._verify(imported)
        except errors.WizardError as error:
            return ImportResult(name, error=error)
        is_new = True

        def update(credentials: Credentials) -> Credentials:
            nonlocal is_new
            is_new = credentials.saved_account(account) is None
            if not is_new:
                return credentials
            origin = account.server.origin
            is_unknown = credentials.registration(origin, account.client_id) is None
            if imported.client is not None and is_unknown:
                registration = ClientRegistration(
                    origin=origin,
                    client_id=imported.client.client_id,
                    client_secret=imported.client.client_secret,
                    # What it was registered for is unknown, so it is never used for a link.
                    scopes=(),
                    created_at=account.verified_at,
                )
                credentials = credentials.with_registration(registration, account.handle)
            return credentials.with_account(account)

        credentials = await asyncio.to_thread(self._store.update, update)
        return ImportResult(name, credentials.saved_account(account), is_new=is_new)

    async def _verify(self, imported: ImportedAccount) -> Account:
        """Ask the server which account the token belongs to, and return that.

        Raises:
            WizardError: the server does not confirm the token, or says it is another account's.
        """
        created_at = imported.created_at or datetime.now(UTC)
        token = Token(imported.token, imported.scopes, created_at)
        http = await self._http.get()
        account = await fetch_owner(http, imported.origin, token, imported.token)
        if imported.id not in {"", account.id}:
            server = account.server
            expected = f"@{imported.username}@{server.account_domain}"
            raise errors.AccountMismatch(host=server.host, expected=expected)
        return account._replace(client_id=imported.client.client_id if imported.client else "")


def read_accounts(tool: str, path: str, on_terminal: Callable[[], object]) -> list[ImportedAccount]:
    """Return the accounts in a tool's file. Where that is a pipe, this blocks until its end.

    Args:
        tool: a key of `READERS`.
        path: the tool's file; it may begin with ~. `STANDARD_STREAM` is standard input.
        on_terminal: called before reading what somebody is to type.

    Raises:
        ImportUnreadable: the file can't be opened or read.
        InvalidImport: the file is not in the tool's format.
    """
    # The TOML and JSON readers are slow to import.
    from gts_wizard.formats.reader import MAX_FILE_CHARACTERS  # noqa: PLC0415
    from gts_wizard.formats.registry import READERS  # noqa: PLC0415

    name = "standard input" if path == STANDARD_STREAM else path
    try:
        with _open(path) as opened:
            if opened.isatty():
                on_terminal()
            text = opened.read(MAX_FILE_CHARACTERS * 4 + 1).decode()
        return READERS[tool](text)
    except InvalidFormat as error:
        reason = str(error)
    except UnicodeDecodeError:
        reason = "it isn't UTF-8 text"
    except OSError as error:
        raise errors.ImportUnreadable(path=name, reason=os_error_text(error)) from None
    except errors.FileUnreadable as failure:
        raise errors.ImportUnreadable(path=name, reason=failure.reason) from None
    writer = "gts-wizard export json" if tool == "json" else tool
    raise errors.InvalidImport(path=name, tool=writer, reason=reason)


def _open(path: str) -> AbstractContextManager[BinaryIO]:
    """Open a file for reading; standard input is not closed afterwards."""
    if path != STANDARD_STREAM:
        return expand_path(path).open("rb")
    if sys.stdin is None:
        raise errors.FileUnreadable(reason="it is closed")
    return nullcontext(sys.stdin.buffer)
