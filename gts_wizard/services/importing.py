"""Takes accounts over from other tools, once their servers have confirmed them.

The faces come in; a tool's file is read, the wire is asked and the shelf is written.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.credentials.access import reason_of
from gts_wizard.credentials.paths import expanded
from gts_wizard.errors import (
    FileUnreadable,
    ImportNotUnderstood,
    ImportUnreadable,
    LedElsewhere,
    WizardError,
)
from gts_wizard.models import Account, Registration, Token
from gts_wizard.rules.address import read_address
from gts_wizard.server import api, discovery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from gts_wizard.credentials.store import Store
    from gts_wizard.formats.imported import Imported
    from gts_wizard.server.connection import Connection
    from gts_wizard.shelf import Shelf


@dataclass(frozen=True)
class Taken:
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
    failure: WizardError | None = None


class Importing:
    """Takes over what was found in the files of other tools.

    Args:
        store: where accounts are kept.
        connection: the way to servers.
    """

    def __init__(self, store: Store, connection: Connection) -> None:
        self._store = store
        self._connection = connection

    async def take_over(self, accounts: Iterable[Imported]) -> AsyncIterator[Taken]:
        """Take over the accounts of another tool, and tell what became of each.

        Args:
            accounts: what `read_accounts` found.

        Raises:
            FileError: an account can't be saved.
        """
        for found in accounts:
            yield await self._taken(found)

    async def _taken(self, found: Imported) -> Taken:
        name = f"{found.username} at {found.origin.partition('://')[2]}"
        try:
            account = await self._confirmed(found)
        except WizardError as failure:
            return Taken(name, failure=failure)
        known = (await asyncio.to_thread(self._store.load)).account(account.handle)
        if known is not None:
            return Taken(name, known)
        registration = Registration(
            origin=account.server.origin,
            client_id=found.client_id,
            client_secret=found.client_secret,
            # What the tool asked for is not known, so no link is made with its registration.
            scopes=(),
            created_at=account.verified_at,
        )

        def change(shelf: Shelf) -> Shelf:
            return shelf.with_registration(registration, account.handle).with_account(account)

        shelf = await asyncio.to_thread(self._store.change, change)
        return Taken(name, shelf.account(account.handle), is_new=True)

    async def _confirmed(self, found: Imported) -> Account:
        """Return the account that the token belongs to, by its server's word.

        Raises:
            WizardError: the server does not confirm it.
        """
        transport = await self._connection.transport()
        address = read_address(found.origin)
        server = await discovery.find_server(transport, address)
        if server.origin != address.origin:
            # A token goes to the server it was issued by, wherever that one leads.
            raise LedElsewhere(host=address.host, other=server.host)
        profile = await api.verify(transport, server.origin, found.token)
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


def read_accounts(tool: str, path: str) -> list[Imported]:
    """Return the accounts in a tool's file. It may be a pipe, which is waited for.

    Args:
        tool: a key of `READERS`.
        path: the tool's file; it may begin with ~.

    Raises:
        ImportUnreadable: the system does not let the file be read.
        ImportNotUnderstood: it is not that tool's.
    """
    # What reads TOML and JSON takes time to import.
    from gts_wizard.formats.imported import LARGEST_FILE, NotUnderstood  # noqa: PLC0415
    from gts_wizard.formats.registry import READERS  # noqa: PLC0415

    try:
        file = expanded(path)
        with file.open("rb") as opened:
            text = opened.read(LARGEST_FILE * 4 + 1).decode()
        return READERS[tool](text)
    except NotUnderstood as trouble:
        reason = str(trouble)
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    except OSError as trouble:
        raise ImportUnreadable(path=path, tool=tool, reason=reason_of(trouble)) from None
    except FileUnreadable as failure:
        raise ImportUnreadable(path=path, tool=tool, reason=failure.reason) from None
    raise ImportNotUnderstood(path=path, tool=tool, reason=reason)
