"""What can be done with the accounts that are signed in: asking their servers, changing the shelf.

The faces come in. Importing this does not load httpx; what only reads is in `saved`, lighter still.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gts_wizard.credentials.paths import expanded
from gts_wizard.errors import WizardError
from gts_wizard.rules.states import default_is_now
from gts_wizard.secret import Place
from gts_wizard.server import api
from gts_wizard.services.ending import Ending
from gts_wizard.services.saved import SavedAccounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Account, IssuedToken, Notification, Profile
    from gts_wizard.server.connection import Connection
    from gts_wizard.services.ending import Access
    from gts_wizard.shelf import Shelf


class Forgotten(NamedTuple):
    """An account that was taken off the shelf, and what its access takes."""

    account: Account
    access: Access


class Accounts(SavedAccounts):
    """The saved accounts.

    Args:
        store: where they are kept.
        connection: the way to servers.
    """

    def __init__(self, store: Store, connection: Connection) -> None:
        super().__init__(store)
        self._connection = connection
        self._ending = Ending(store, connection)

    async def remember_theme(self, theme: str) -> None:
        """Remember the colours that were chosen for the screens.

        Raises:
            FileError: it can't be saved.
        """
        await self._change(lambda shelf: replace(shelf, theme=theme))

    async def shelf(self) -> Shelf:
        """Return what is kept: the accounts in the order they were added, and which is the default.

        Raises:
            FileError: the shelf can't be read.
        """
        return await asyncio.to_thread(self.load)

    async def profile(self, account: Account) -> Profile:
        """Ask the account's server who it is now.

        Raises:
            AccessEnded: the server no longer accepts the token.
            WireError: the server did not say.
        """
        token = await asyncio.to_thread(self.token, account)
        return await api.verify(await self._connection.transport(), account.server.origin, token)

    async def notifications(self, account: Account) -> list[Notification]:
        """Return the account's newest notifications.

        Raises:
            NotPermitted: its permissions don't reach that far.
            WireError: the server did not say.
        """
        token = await asyncio.to_thread(self.token, account)
        transport = await self._connection.transport()
        return await api.notifications(transport, account.server.origin, token)

    async def tokens(self, account: Account) -> list[IssuedToken]:
        """Return the accesses to the account that its server lists, newest first.

        Raises:
            NotAnInstance: the server has no such list.
            NotPermitted: the account's permissions don't reach that far.
            WireError: the server did not say.
            KeyringError: the keyring does not give the token.
        """
        token = await asyncio.to_thread(self.token, account)
        return await api.tokens(await self._connection.transport(), account.server.origin, token)

    async def picture(self, profile: Profile) -> bytes:
        """Return the file of an account's picture.

        Raises:
            WireError: it can't be had, or there is none.
        """
        return await api.picture(await self._connection.transport(), profile.picture)

    async def revoke(self, account: Account) -> None:
        """End the account's access at its server; it stays on the shelf.

        Raises:
            RevocationLost: what revoking needs is no longer on the shelf.
            KeyringError: the keyring does not give it.
            CanNotRevoke: the server has no way to do it.
            WireError: the server did not do it.
        """
        await self._ending.end(await self._ending.access(await self.shelf(), account))

    async def use(self, account: Account) -> bool:
        """Make an account the one that scripts get when they name none.

        Returns:
            Whether it is; one that was signed out meanwhile can't be.

        Raises:
            FileError: it can't be saved.
        """
        shelf = await self._change(lambda shelf: shelf.with_default(account.handle))
        return shelf.account(account.handle) is not None

    async def forget(self, account: Account) -> Forgotten | None:
        """Take the account off the shelf, and its registration if nobody else needs it.

        Returns:
            What `restore` takes; None where the keyring did not give the secrets.

        Raises:
            FileError: it can't be saved.
        """
        forgotten: Forgotten | None = None
        before = await self.shelf()
        with suppress(WizardError):
            access = await self._ending.access(before, account)
            forgotten = Forgotten(account, access)

        def change(shelf: Shelf) -> Shelf:
            origin = account.server.origin
            return shelf.without_account(account.handle).without_idle_registrations(origin)

        after = await self._change(change)
        if after.default and after.default != before.default:
            self._notices.append(default_is_now(after.default))
        return forgotten

    async def restore(self, forgotten: Forgotten) -> None:
        """Put an account back that was forgotten while its access is alive.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not keep its secrets.
        """
        account, access = forgotten
        token = replace(account.token, value=access.token)
        registration = replace(access.registration, client_secret=access.client.client_secret)

        def change(shelf: Shelf) -> Shelf:
            shelf = shelf.with_registration(registration, account.handle)
            return shelf.with_account(replace(account, token=token))

        await self._change(change)

    async def keep_secrets_in(self, place: Place, account: Account) -> Account | None:
        """Keep the secrets of an account somewhere else.

        Returns:
            The account as it is now; None where it was signed out meanwhile.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not take or give them; nothing is changed.
        """
        handle = account.handle
        shelf = await self._change(lambda shelf: shelf.with_secrets_in(place, handle))
        return shelf.account(handle)

    async def keep_all_secrets_in(self, place: Place) -> Shelf:
        """Keep the secrets of all accounts somewhere else, and of all that will come.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not take or give them; nothing is changed.
        """
        await self._promise(place)
        return await self._change(lambda shelf: shelf.with_all_secrets_in(place))

    async def keep_new_secrets_in(self, place: Place) -> Shelf:
        """Keep the secrets of what is signed in to from now on there; the others stay.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring would not take them; nothing is changed.
        """
        await self._promise(place)
        return await self._change(lambda shelf: replace(shelf, secrets_in=place))

    def do_without_keyring(self) -> None:
        """Do without the keyring for what is new, until this program ends."""
        self._store.new_secrets_in_file = True

    async def save_elsewhere(self, path: str) -> None:
        """Use another file from now on, with all that is kept in it.

        Args:
            path: where no file is yet; it may begin with ~.

        Raises:
            FileError: a file is there already, or it can't be written.
        """
        await asyncio.to_thread(self._store.move_to, expanded(path).absolute())

    async def _promise(self, place: Place) -> None:
        """Make sure that secrets which are still to come could be kept there."""
        if place is Place.KEYRING:
            await asyncio.to_thread(self._store.try_keyring)

    async def _change(self, change: Callable[[Shelf], Shelf]) -> Shelf:
        return await asyncio.to_thread(self._store.change, change)
