"""What can be done with the accounts that are signed in: asking their servers, changing the shelf.

The faces come in. Importing this does not load httpx; what only reads is in `saved`, lighter still.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from gts_wizard.api import endpoints
from gts_wizard.errors import RevocationUnsupported, WizardError
from gts_wizard.secret import SecretStorage
from gts_wizard.services.account_store import AccountStore
from gts_wizard.services.revocation import Revoker
from gts_wizard.storage.paths import expand_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, AuthorizedApp, Notification, Profile
    from gts_wizard.services.revocation import RevocationRequest
    from gts_wizard.storage.store import Store


class Forget(Enum):
    """When signing out takes an account out of the credentials file."""

    IF_REVOKED = auto()
    IF_REVOKED_OR_UNSUPPORTED = auto()
    """Also where the server has no way to revoke."""
    ALWAYS = auto()


@dataclass(frozen=True)
class RemovedAccount:
    """An account that was taken out of the credentials file.

    Attributes:
        account: the account.
        request: its secrets, which restoring takes; None where the keyring did not give them.
        new_default: the handle that is the default now; empty where that did not change.
    """

    account: Account
    request: RevocationRequest | None
    new_default: str = ""


@dataclass(frozen=True)
class SignOutResult:
    """What signing out did, at the server and here.

    Attributes:
        error: why the token was not revoked; None where it was.
        removed: what was taken out of the file; None where the account stays in it.
    """

    error: WizardError | None
    removed: RemovedAccount | None


class AccountManager(AccountStore):
    """The saved accounts.

    Args:
        store: where they are kept.
        connection: the way to servers.
    """

    def __init__(self, store: Store, connection: LazyHttpClient) -> None:
        super().__init__(store)
        self._http = connection
        self._revoker = Revoker(store, connection)

    async def remember_theme(self, theme: str) -> None:
        """Remember the colours that were chosen for the screens.

        Raises:
            FileError: it can't be saved.
        """
        await self._update(lambda shelf: replace(shelf, theme=theme))

    async def credentials(self) -> Credentials:
        """Return what is kept: the accounts in the order they were added, and which is the default.

        Raises:
            FileError: the shelf can't be read.
        """
        return await asyncio.to_thread(self.load)

    async def profile(self, account: Account) -> Profile:
        """Ask the account's server who it is now.

        Raises:
            TokenRevoked: the server no longer accepts the token.
            ServerError: the server did not say.
        """
        token = await asyncio.to_thread(self.token, account)
        return await endpoints.verify_credentials(
            await self._http.get(), account.server.origin, token
        )

    async def notifications(self, account: Account) -> list[Notification]:
        """Return the account's newest notifications.

        Raises:
            InsufficientScope: its permissions don't reach that far.
            ServerError: the server did not say.
        """
        token = await asyncio.to_thread(self.token, account)
        transport = await self._http.get()
        return await endpoints.fetch_notifications(transport, account.server.origin, token)

    async def authorized_apps(self, account: Account) -> list[AuthorizedApp]:
        """Return the accesses to the account that its server lists, newest first.

        Raises:
            NotAnInstance: the server has no such list.
            InsufficientScope: the account's permissions don't reach that far.
            ServerError: the server did not say.
            KeyringError: the keyring does not give the token.
        """
        token = await asyncio.to_thread(self.token, account)
        return await endpoints.list_authorized_apps(
            await self._http.get(), account.server.origin, token
        )

    async def picture(self, profile: Profile) -> bytes:
        """Return the file of an account's picture.

        Raises:
            ServerError: it can't be had, or there is none.
        """
        return await endpoints.fetch_picture(await self._http.get(), profile.picture)

    async def revoke(self, account: Account) -> None:
        """End the account's access at its server; it stays on the shelf.

        Raises:
            RegistrationMissing: what revoking needs is no longer on the shelf.
            KeyringError: the keyring does not give it.
            RevocationUnsupported: the server has no way to do it.
            ServerError: the server did not do it.
        """
        await self._revoker.revoke(
            await self._revoker.request_for(await self.credentials(), account)
        )

    async def use(self, account: Account) -> bool:
        """Make an account the one that scripts get when they name none.

        Returns:
            Whether it is; one that was signed out meanwhile can't be.

        Raises:
            FileError: it can't be saved.
        """
        shelf = await self._update(lambda shelf: shelf.with_default(account.handle))
        return shelf.account(account.handle) is not None

    async def sign_out(
        self,
        account: Account,
        forget: Forget,
        report: Callable[[WizardError | None], object],
    ) -> SignOutResult:
        """Revoke the account's token, and take the account out of the credentials file.

        Args:
            account: which account.
            forget: when it is taken out.
            report: told why the token was not revoked, or None, before anything is taken out:
                the file may be one that can't be written.

        Raises:
            FileError: it can't be saved.
        """
        error: WizardError | None = None
        try:
            await self.revoke(account)
        except WizardError as failure:
            error = failure
        report(error)
        is_forgotten = {
            Forget.IF_REVOKED: error is None,
            Forget.IF_REVOKED_OR_UNSUPPORTED: error is None
            or isinstance(error, RevocationUnsupported),
            Forget.ALWAYS: True,
        }[forget]
        return SignOutResult(error, await self.forget(account) if is_forgotten else None)

    async def forget(self, account: Account) -> RemovedAccount:
        """Take the account out of the file, and its registration if nobody else needs it.

        Raises:
            FileError: it can't be saved.
        """
        before = await self.credentials()
        request: RevocationRequest | None = None
        with suppress(WizardError):
            request = await self._revoker.request_for(before, account)

        def change(shelf: Credentials) -> Credentials:
            origin = account.server.origin
            return shelf.without_account(account.handle).without_unused_registrations(origin)

        after = await self._update(change)
        new_default = after.default if after.default != before.default else ""
        return RemovedAccount(account, request, new_default)

    async def restore(self, account: Account, request: RevocationRequest) -> None:
        """Put an account back that was forgotten while its token is valid.

        Args:
            account: as it was removed.
            request: its secrets, as they were removed.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not keep its secrets.
        """
        token = replace(account.token, value=request.token)
        registration = replace(request.registration, client_secret=request.client.client_secret)

        def change(shelf: Credentials) -> Credentials:
            shelf = shelf.with_registration(registration, account.handle)
            return shelf.with_account(replace(account, token=token))

        await self._update(change)

    async def move_secrets(self, place: SecretStorage, account: Account) -> Account | None:
        """Keep the secrets of an account somewhere else.

        Returns:
            The account as it is now; None where it was signed out meanwhile.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not take or give them; nothing is changed.
        """
        handle = account.handle
        shelf = await self._update(lambda shelf: shelf.with_storage(place, handle))
        return shelf.account(handle)

    async def move_all_secrets(self, place: SecretStorage) -> Credentials:
        """Keep the secrets of all accounts somewhere else, and of all that will come.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not take or give them; nothing is changed.
        """
        await self._check_keyring(place)
        return await self._update(lambda shelf: shelf.with_all_storage(place))

    async def set_default_storage(self, place: SecretStorage) -> Credentials:
        """Keep the secrets of what is signed in to from now on there; the others stay.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring would not take them; nothing is changed.
        """
        await self._check_keyring(place)
        return await self._update(lambda shelf: replace(shelf, default_storage=place))

    def use_file_for_new_secrets(self) -> None:
        """Do without the keyring for what is new, until this program ends."""
        self._store.new_secrets_in_file = True

    async def save_elsewhere(self, path: str) -> None:
        """Use another file from now on, with all that is kept in it.

        Args:
            path: where no file is yet; it may begin with ~.

        Raises:
            FileError: a file is there already, or it can't be written.
        """
        await asyncio.to_thread(self._store.move_to, expand_path(path).absolute())

    async def _check_keyring(self, place: SecretStorage) -> None:
        """Make sure that secrets which are still to come could be kept there."""
        if place is SecretStorage.KEYRING:
            await asyncio.to_thread(self._store.probe_keyring)

    async def _update(self, change: Callable[[Credentials], Credentials]) -> Credentials:
        return await asyncio.to_thread(self._store.update, change)
