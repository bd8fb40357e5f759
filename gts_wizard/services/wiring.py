"""Puts the services together over one credentials file. The doors come in, and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.credentials.paths import credentials_path
from gts_wizard.credentials.store import Store
from gts_wizard.server.connection import Connection
from gts_wizard.services.accounts import Accounts
from gts_wizard.services.checking import Checking
from gts_wizard.services.exporting import Exporting
from gts_wizard.services.importing import Importing
from gts_wizard.services.sign_in import SignIn

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Services:
    """The services, sharing one shelf and one way to servers."""

    sign_in: SignIn
    accounts: Accounts
    checking: Checking
    exporting: Exporting
    importing: Importing
    connection: Connection

    async def aclose(self) -> None:
        """Finish what must not be lost, end what can't be kept, and close the connections.

        It may take two requests and two saves.
        """
        await self.sign_in.aclose()
        await self.connection.aclose()


def open_services(path: Path | None = None) -> Services:
    """Return the services; nothing is read or sent yet.

    Args:
        path: the credentials file; the person's own when left out.
    """
    store = Store(path or credentials_path())
    connection = Connection()
    return Services(
        sign_in=SignIn(store, connection),
        accounts=Accounts(store, connection),
        checking=Checking(store, connection, lambda: datetime.now(UTC)),
        exporting=Exporting(store),
        importing=Importing(store, connection),
        connection=connection,
    )
