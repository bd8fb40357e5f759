"""Ending an access at its server: what that takes, and doing it.

`sign_in` and `accounts` come in; the shelf's secrets are read, and the wire is asked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from gts_wizard.errors import RevocationLost
from gts_wizard.server import api

if TYPE_CHECKING:
    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Account, Attempt, Client, Registration
    from gts_wizard.secret import Secret
    from gts_wizard.server.connection import Connection
    from gts_wizard.shelf import Shelf


class Access(NamedTuple):
    """What ending an access takes (RFC 7009 section 2.1).

    Attributes:
        registration: the wizard's application there.
        client: what proves the wizard to the server.
        token: the access token.
    """

    registration: Registration
    client: Client
    token: Secret


class Ending:
    """Ends accesses.

    Args:
        store: where their secrets are kept.
        connection: the way to servers.
    """

    def __init__(self, store: Store, connection: Connection) -> None:
        self._store = store
        self._connection = connection

    async def access(self, shelf: Shelf, whose: Account | Attempt) -> Access:
        """Return what ending an access takes, to be asked before the shelf forgets it.

        Args:
            shelf: what is kept now.
            whose: who or what has a token.

        Raises:
            RevocationLost: its registration is no longer kept.
            KeyringError: the keyring does not give the secrets.
        """
        registration = shelf.registration(whose.server.origin, whose.client_id)
        if registration is None or whose.token is None:
            raise RevocationLost
        client = await asyncio.to_thread(self._store.client, registration, whose.server)
        return Access(
            registration, client, await asyncio.to_thread(self._store.reveal, whose.token.value)
        )

    async def end(self, access: Access) -> None:
        """End an access.

        Raises:
            CanNotRevoke: the server has no way to do it.
            WireError: the server did not do it.
        """
        await api.revoke(await self._connection.transport(), access.client, access.token)

    async def end_unless_kept(self, shelf: Shelf, attempt: Attempt) -> bool:
        """End the access of an attempt, unless an account has the same token.

        Mastodon gives the same token again to the same application and person.

        Returns:
            Whether it has ended.

        Raises:
            RevocationLost: what revoking needs is no longer on the shelf.
            KeyringError: the keyring does not give the secrets.
            CanNotRevoke: the server has no way to do it.
            WireError: the server did not do it.
        """
        access = await self.access(shelf, attempt)
        for account in shelf.accounts:
            if account.server.origin == attempt.server.origin:
                kept = await asyncio.to_thread(self._store.reveal, account.token.value)
                if kept == access.token:
                    return False
        await self.end(access)
        return True
