"""The services over one credentials file and one HTTP client, each made when it is first used."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from gts_wizard.services.account_store import AccountStore
from gts_wizard.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.services.account_check import AccountChecker
    from gts_wizard.services.accounts import AccountManager
    from gts_wizard.services.existing_token import ExistingTokenSignIn
    from gts_wizard.services.sign_in import SignInFlow
    from gts_wizard.services.transfer import AccountExporter, AccountImporter

# Each is imported when it is first used: a command needs one of them, and the first screen none.
# ruff: noqa: PLC0415


class Services:
    """The services, which share one credentials file and one HTTP client.

    Args:
        store: the credentials store.
        log: takes a line for each request; None where nothing is logged.

    Attributes:
        saved: read access to the saved accounts.
    """

    def __init__(self, store: Store, log: Callable[[str], None] | None = None) -> None:
        self._store = store
        self._log = log
        self.saved = AccountStore(store)

    @cached_property
    def http(self) -> LazyHttpClient:
        """The shared HTTP client."""
        from gts_wizard.api.session import LazyHttpClient

        return LazyHttpClient(self._log)

    @cached_property
    def sign_in(self) -> SignInFlow:
        """Signs in and renews."""
        from gts_wizard.services.sign_in import SignInFlow

        return SignInFlow(self._store, self.http)

    @cached_property
    def existing_token(self) -> ExistingTokenSignIn:
        """Signs in with a token that exists already."""
        from gts_wizard.services.existing_token import ExistingTokenSignIn

        return ExistingTokenSignIn(self._store, self.http)

    @cached_property
    def accounts(self) -> AccountManager:
        """Reads and changes the saved accounts, and sends requests for them."""
        from gts_wizard.services.accounts import AccountManager

        return AccountManager(self._store, self.http)

    @cached_property
    def checker(self) -> AccountChecker:
        """Checks accounts at their servers."""
        from gts_wizard.services.account_check import AccountChecker

        return AccountChecker(self._store, self.http, lambda: datetime.now(UTC))

    @cached_property
    def exporter(self) -> AccountExporter:
        """Writes accounts in the formats of other tools."""
        from gts_wizard.services.transfer import AccountExporter

        return AccountExporter(self._store, self.http)

    @cached_property
    def importer(self) -> AccountImporter:
        """Takes over accounts from other tools."""
        from gts_wizard.services.transfer import AccountImporter

        return AccountImporter(self._store, self.http)

    async def aclose(self) -> None:
        """Finish running code exchanges, revoke unsaved tokens, and close the HTTP connections.

        It may take two requests and two saves.
        """
        if "sign_in" in self.__dict__:
            await self.sign_in.aclose()
        await self.http.aclose()


def open_services(
    path: Path | None = None,
    log: Callable[[str], None] | None = None,
    on_warning: Callable[[str], object] | None = None,
) -> Services:
    """Return the services; nothing is read or sent yet.

    Args:
        path: the credentials file; the user's own when left out.
        log: takes a line for each request; None where nothing is logged.
        on_warning: called with each warning about the credentials file, as for `Store`.
    """
    return Services(Store(path, on_warning), log)
