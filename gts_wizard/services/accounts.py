"""What can be done with the accounts that are signed in.

The faces come in, the fast commands included: importing this does not load httpx.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from gts_wizard.errors import AmbiguousAccount, NoAccount, RevocationLost, UnknownAccount
from gts_wizard.server import api
from gts_wizard.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Account, Notification, Profile
    from gts_wizard.server.connection import Connection
    from gts_wizard.shelf import Shelf


class Accounts:
    """The saved accounts.

    Args:
        store: where they are kept.
        connection: the way to servers.
    """

    def __init__(self, store: Store, connection: Connection) -> None:
        self._store = store
        self._connection = connection

    @property
    def file(self) -> str:
        """Where the accounts are kept, as other programs must be told."""
        return str(self._store.path.absolute())

    @property
    def path(self) -> str:
        """Where the accounts are kept, as a person writes it: with ~ for the home directory."""
        path = self._store.path
        home = Path.home()
        return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)

    async def shelf(self) -> Shelf:
        """Return what is kept: the accounts in the order they were added, and which is the default.

        Raises:
            FileError: the shelf can't be read.
        """
        return await asyncio.to_thread(self._store.load)

    def find(self, name: str = "") -> Account:
        """Return the account that is meant.

        Args:
            name: a handle, or a user name or server alone; the default account when empty.

        Raises:
            NoAccount: there is none at all.
            UnknownAccount: none goes by this name.
            AmbiguousAccount: several do.
            FileError: the shelf can't be read.
        """
        shelf = self._store.load()
        if not shelf.accounts:
            raise NoAccount
        wanted = one_line(name)
        if not wanted:
            return _the_default(shelf)
        account = shelf.account(f"@{wanted.removeprefix('@')}")
        if account is not None:
            return account
        known_as = wanted.casefold().removeprefix("@")
        return _the_only([one for one in shelf.accounts if known_as in _names(one)], wanted)

    async def profile(self, account: Account) -> Profile:
        """Ask the account's server who it is now.

        Raises:
            AccessEnded: the server no longer accepts the token.
            WireError: the server did not say.
        """
        transport = await self._connection.transport()
        return await api.verify(transport, account.server.origin, account.token.value)

    async def notifications(self, account: Account) -> list[Notification]:
        """Return the account's newest notifications.

        Raises:
            NotPermitted: its permissions don't reach that far.
            WireError: the server did not say.
        """
        transport = await self._connection.transport()
        return await api.notifications(transport, account.server.origin, account.token.value)

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
            CanNotRevoke: the server has no way to do it.
            WireError: the server did not do it.
        """
        shelf = await asyncio.to_thread(self._store.load)
        registration = shelf.registration(account.server.origin, account.client_id)
        if registration is None:
            raise RevocationLost
        await api.revoke(await self._connection.transport(), registration, account.token.value)

    async def forget(self, account: Account) -> None:
        """Take the account off the shelf, and its registration if nobody else needs it.

        Raises:
            FileError: it can't be saved.
        """

        def change(shelf: Shelf) -> Shelf:
            origin = account.server.origin
            return shelf.without_account(account.handle).without_idle_registrations(origin)

        await asyncio.to_thread(self._store.change, change)

    def take_notices(self) -> list[str]:
        """Return what had to be mended about the file since this was last asked, in sentences."""
        return self._store.take_notices()


def _the_default(shelf: Shelf) -> Account:
    account = shelf.account(shelf.default)
    # A file edited by hand may name none, or one that is gone.
    return account or _the_only(shelf.accounts, "The default account")


def _the_only(found: Sequence[Account], name: str) -> Account:
    if not found:
        raise UnknownAccount(name=name)
    if len(found) > 1:
        raise AmbiguousAccount(name=name, candidates=", ".join(one.handle for one in found))
    return found[0]


def _names(account: Account) -> set[str]:
    """Return what an account may be called in short: user name, account domain, API host."""
    names = (
        account.username,
        account.server.account_domain,
        account.server.host,
    )
    return {name.casefold() for name in names}
