"""Manages the saved accounts: profile, notifications, sign-out, default account, secret storage.

Importing this does not load httpx. `account_store` has what only reads the credentials file.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from gts_wizard import errors
from gts_wizard.api import endpoints
from gts_wizard.secret import SecretStorage
from gts_wizard.services.account_store import AccountStore
from gts_wizard.services.revocation import Revoker, TokenChanged
from gts_wizard.storage.paths import absolute_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, AuthorizedApp, Notification, Profile
    from gts_wizard.services.revocation import RevealedToken
    from gts_wizard.storage.store import Store


class RemovalPolicy(Enum):
    """When signing out removes an account from the credentials file.

    One whose token existed before the wizard got it is always removed: nothing else can be done.
    """

    IF_REVOKED = auto()
    IF_REVOKED_OR_UNSUPPORTED = auto()
    """Also where the server has no revocation endpoint."""
    ALWAYS = auto()


@dataclass(frozen=True)
class RemovedAccount:
    """An account that was removed from the credentials file.

    Attributes:
        account: the account.
        token: its token with the registration, which restoring it needs; None where they could not
            be read.
        new_default: the handle of the new default account; empty where that did not change.
    """

    account: Account
    token: RevealedToken | None
    new_default: str = ""


@dataclass(frozen=True)
class SignOutResult:
    """What signing out did, at the server and in the credentials file.

    Attributes:
        error: why the token was not revoked; None where it was.
        removed: what was removed from the file; None where the account stays in it.
    """

    error: errors.WizardError | None
    removed: RemovedAccount | None


class AccountManager(AccountStore):
    """Reads and changes the saved accounts, and sends requests for them.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
    """

    def __init__(self, store: Store, http: LazyHttpClient) -> None:
        super().__init__(store)
        self._http = http
        self._revoker = Revoker(store, http)

    async def remember_theme(self, theme: str) -> None:
        """Save the name of the colour theme.

        Raises:
            FileError: it can't be saved.
        """
        await self._update(lambda credentials: credentials._replace(theme=theme))

    async def load_credentials(self) -> Credentials:
        """Return the contents of the credentials file; its accounts are in the order of adding.

        Raises:
            FileError: the credentials file can't be read.
        """
        return await asyncio.to_thread(self.load)

    async def profile(self, account: Account) -> Profile:
        """Fetch the account's profile (GET /api/v1/accounts/verify_credentials).

        Raises:
            TokenRevoked: the server no longer accepts the token.
            ServerError: the server sent no usable response.
            KeyringError: the keyring does not return the token.
        """
        token = await asyncio.to_thread(self.token, account)
        return await endpoints.verify_credentials(
            await self._http.get(), account.server.origin, token, account.token.scopes
        )

    async def notifications(self, account: Account) -> list[Notification]:
        """Fetch the account's newest notifications.

        Raises:
            InsufficientScope: the token's scopes don't allow it.
            ServerError: the server sent no usable response.
            KeyringError: the keyring does not return the token.
        """
        account = await self._current(account)
        token = await asyncio.to_thread(self.token, account)
        return await endpoints.fetch_notifications(
            await self._http.get(), account.server.origin, token, account.token.scopes
        )

    async def authorized_apps(self, account: Account) -> list[AuthorizedApp]:
        """Fetch the list of apps with access to the account, the newest first.

        Raises:
            NotAnInstance: the server has no such list.
            InsufficientScope: the token's scopes don't allow it.
            ServerError: the server sent no usable response.
            KeyringError: the keyring does not return the token.
        """
        account = await self._current(account)
        token = await asyncio.to_thread(self.token, account)
        return await endpoints.list_authorized_apps(
            await self._http.get(), account.server.origin, token, account.token.scopes
        )

    async def app_name(self, account: Account) -> str:
        """Return the name under which the server lists the account's token; empty if not known.

        Raises:
            FileError: the credentials file can't be read.
        """
        return (await self.load_credentials()).app_name(account)

    async def picture(self, profile: Profile) -> bytes:
        """Fetch the image file of a profile's picture.

        Raises:
            ServerError: the server sent no usable response, or the profile has no picture.
        """
        return await endpoints.fetch_picture(await self._http.get(), profile.picture)

    async def revoke(self, account: Account) -> None:
        """Revoke the account's token at its server; the account stays in the credentials file.

        Raises:
            FileError: the credentials file can't be read.
            RegistrationMissing: the registration is no longer saved.
            KeyringError: the keyring does not return the secrets.
            RevocationUnsupported: the server has no revocation endpoint.
            ServerError: the server did not confirm that it revoked the token.
        """
        await self._revoker.revoke(
            await self._revoker.reveal_token(await self.load_credentials(), account)
        )

    async def revoke_replaced_tokens(
        self, handles: Collection[str] | None = None
    ) -> list[tuple[str, errors.WizardError | None]]:
        """Try again to revoke the tokens that new ones have replaced.

        Args:
            handles: the accounts whose earlier tokens are meant; all when left out.

        Returns:
            For each token the handle of its account, and why it was not revoked; None where it was.

        Raises:
            FileError: the credentials file can't be read.
        """
        return [
            (replaced.handle, await self._revoker.revoke_replaced(replaced))
            for replaced in (await self.load_credentials()).replaced_tokens
            if handles is None or replaced.handle in handles
        ]

    async def set_default(self, account: Account) -> bool:
        """Make an account the default, which scripts get when they name none.

        Returns:
            Whether the account is still saved; one that was signed out meanwhile is not.

        Raises:
            FileError: it can't be saved.
        """
        credentials = await self._update(
            lambda credentials: credentials.with_default(account.handle)
        )
        return credentials.account(account.handle) is not None

    async def sign_out(
        self,
        account: Account,
        policy: RemovalPolicy,
        report: Callable[[errors.WizardError | None], object],
    ) -> SignOutResult:
        """Revoke the token that the account has in the file now, and remove the account.

        Another window may have renewed it since it was read: the newer token is the one to revoke.

        Args:
            account: the account.
            policy: when the account is removed.
            report: called with why the token was not revoked, or None where it was, before
                anything is removed: writing the file may fail.

        Raises:
            RenewedMeanwhile: it got another token while this one was revoked; that stays.
            FileError: the account can't be removed; nothing was revoked where that is known before.
        """
        await asyncio.to_thread(self._store.check_writable)
        account = await self._current(account)
        error: errors.WizardError | None = None
        try:
            await self.revoke(account)
        except errors.WizardError as failure:
            error = failure
        report(error)
        # A token that another program's client was given can't be revoked from here, ever.
        is_done = error is None or isinstance(error, errors.RegistrationElsewhere)
        is_removed = {
            RemovalPolicy.IF_REVOKED: is_done,
            RemovalPolicy.IF_REVOKED_OR_UNSUPPORTED: is_done
            or isinstance(error, errors.RevocationUnsupported),
            RemovalPolicy.ALWAYS: True,
        }[policy]
        return SignOutResult(error, await self.forget(account) if is_removed else None)

    async def forget(self, account: Account) -> RemovedAccount:
        """Remove the account from the file, and its registration if nothing else needs it.

        Args:
            account: the account as it was read; another token is not removed with it.

        Raises:
            RenewedMeanwhile: the account has another token in the file now.
            FileError: the credentials file can't be read or written.
        """
        while True:
            before = await self.load_credentials()
            saved = before.saved_account(account) or account
            if not await self._has_token_of(account, saved):
                raise errors.RenewedMeanwhile(handle=account.handle)
            # Between reading and locking the file, another window may have changed it again, or
            # moved the token to the keyring.
            with suppress(TokenChanged):
                return await self._forget_saved(before, saved)

    async def _forget_saved(self, before: Credentials, account: Account) -> RemovedAccount:
        """Remove an account that is in the file with this very token, or not at all.

        Raises:
            TokenChanged: it is there with another token, or the token is kept elsewhere.
        """
        revealed: RevealedToken | None = None
        with suppress(errors.WizardError):
            revealed = await self._revoker.reveal_token(before, account)

        def update(credentials: Credentials) -> Credentials:
            saved = credentials.saved_account(account) or account
            if saved.token.value != account.token.value:
                raise TokenChanged
            origin = account.server.origin
            return credentials.without_account(saved.handle).without_unused_registrations(origin)

        after = await self._update(update)
        new_default = after.default if after.default != before.default else ""
        return RemovedAccount(account, revealed, new_default)

    async def restore(self, removed: RemovedAccount) -> None:
        """Save an account again that was removed while its token is still valid.

        It is the default again, if it was and no other has been chosen since.

        Args:
            removed: what was removed; without its secrets, nothing is done.

        Raises:
            SignedInAnew: the account was signed in again meanwhile; that is left as it is.
            FileError: it can't be saved.
            KeyringError: the keyring does not store its secrets.
        """
        account, revealed = removed.account, removed.token
        if revealed is None:
            return
        token = account.token._replace(value=revealed.token)
        registration = revealed.registration._replace(client_secret=revealed.client.client_secret)

        def update(credentials: Credentials) -> Credentials:
            if credentials.account(account.handle) is not None:
                raise errors.SignedInAnew(handle=account.handle)
            was_default = bool(removed.new_default) and credentials.default == removed.new_default
            credentials = credentials.with_registration(registration, account.handle)
            credentials = credentials.with_account(account._replace(token=token))
            return credentials.with_default(account.handle) if was_default else credentials

        await self._update(update)

    async def move_secrets(self, storage: SecretStorage, account: Account) -> Account | None:
        """Move the secrets of an account to the file or to the keyring.

        Args:
            storage: where to.
            account: whose secrets.

        Returns:
            The account as it is saved now; None where it was signed out meanwhile.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not store or return them; nothing is changed.
        """
        handle = account.handle
        credentials = await self._update(
            lambda credentials: credentials.with_storage(storage, handle)
        )
        return credentials.account(handle)

    async def move_all_secrets(self, storage: SecretStorage) -> Credentials:
        """Move all secrets to the file or to the keyring, and store new ones there too.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not store or return them; nothing is changed.
        """
        await self._check_keyring(storage)
        return await self._update(lambda credentials: credentials.with_all_storage(storage))

    async def set_default_storage(self, storage: SecretStorage) -> Credentials:
        """Set where the secrets of new accounts are stored; those of the others stay.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring would not store them; nothing is changed.
        """
        await self._check_keyring(storage)
        return await self._update(lambda credentials: credentials._replace(default_storage=storage))

    def use_file_for_new_secrets(self) -> None:
        """Store new secrets in the file, not in the keyring, until this program ends."""
        self._store.new_secrets_in_file = True

    async def save_elsewhere(self, path: str) -> None:
        """Copy the credentials to another file, and use that one until this program ends.

        Args:
            path: a path where no file exists; it may begin with ~.

        Raises:
            FileError: the file exists already, or it can't be written.
        """
        await asyncio.to_thread(self._store.move_to, absolute_path(path))

    async def _current(self, account: Account) -> Account:
        """Return an account as it is saved now: another window may have renewed it."""
        return (await self.load_credentials()).saved_account(account) or account

    async def _has_token_of(self, account: Account, saved: Account) -> bool:
        """Return whether an account in the file has the token of one that was read earlier."""
        if account.token.value == saved.token.value:
            return True
        try:
            token = await asyncio.to_thread(self.token, account)
            return token == await asyncio.to_thread(self.token, saved)
        except errors.KeyringError:
            # Moving the token out of the keyring has removed the entry that was read earlier.
            return (account.client_id, account.token.created_at) == (
                saved.client_id,
                saved.token.created_at,
            )

    async def _check_keyring(self, storage: SecretStorage) -> None:
        """Probe the keyring, if new secrets are to be stored there."""
        if storage is SecretStorage.KEYRING:
            await asyncio.to_thread(self._store.probe_keyring)

    async def _update(self, update: Callable[[Credentials], Credentials]) -> Credentials:
        return await asyncio.to_thread(self._store.update, update)
