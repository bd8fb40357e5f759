"""Creates the services over one credentials file and one HTTP client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.api.session import LazyHttpClient
from gts_wizard.services.account_check import AccountChecker
from gts_wizard.services.accounts import AccountManager
from gts_wizard.services.sign_in import SignInFlow
from gts_wizard.services.transfer import AccountExporter, AccountImporter
from gts_wizard.storage.paths import credentials_path
from gts_wizard.storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Services:
    """The services, which share one credentials file and one HTTP client."""

    sign_in: SignInFlow
    accounts: AccountManager
    checker: AccountChecker
    exporter: AccountExporter
    importer: AccountImporter
    http: LazyHttpClient

    async def aclose(self) -> None:
        """Finish running code exchanges, revoke unsaved tokens, and close the HTTP connections.

        It may take two requests and two saves.
        """
        await self.sign_in.aclose()
        await self.http.aclose()


def open_services(path: Path | None = None) -> Services:
    """Return the services; nothing is read or sent yet.

    Args:
        path: the credentials file; the user's own when left out.
    """
    store = Store(path or credentials_path())
    http = LazyHttpClient()
    return Services(
        sign_in=SignInFlow(store, http),
        accounts=AccountManager(store, http),
        checker=AccountChecker(store, http, lambda: datetime.now(UTC)),
        exporter=AccountExporter(store),
        importer=AccountImporter(store, http),
        http=http,
    )
