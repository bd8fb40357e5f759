"""The wizard's application at a server: one that is kept already, or a new one.

`sign_in` comes in; the shelf is read and the wire is asked, nothing is saved.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.errors import KeyringError, KeyringLacks
from gts_wizard.models import Registration
from gts_wizard.rules.software import may_ask
from gts_wizard.secret import Place
from gts_wizard.server import api

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Scopes, Server
    from gts_wizard.server.connection import Connection


class Registering:
    """Registers the wizard where that is still needed.

    Args:
        store: where registrations are kept.
        connection: the way to servers.
        now: the clock, in UTC.
    """

    def __init__(self, store: Store, connection: Connection, now: Callable[[], datetime]) -> None:
        self._store = store
        self._connection = connection
        self._now = now
        self._made: list[Registration] = []

    async def covering(self, server: Server, scopes: Scopes, owner: str = "") -> Registration:
        """Return a registration whose links may ask for the scopes: a kept one if there is one.

        Args:
            server: where it is.
            scopes: what a link will ask for.
            owner: the handle it is for, whose secrets tell whether the keyring is needed.

        Raises:
            WireError: the server did not register the wizard.
            FileError: the shelf can't be read.
            KeyringError: the keyring does not give a kept one's secret, and what is new goes there.
        """
        shelf = await asyncio.to_thread(self._store.load)
        needs_keyring = shelf.place_of(owner) is Place.KEYRING
        for one in reversed((*shelf.registrations, *self._made)):
            is_fit = one.origin == server.origin and may_ask(server, one.scopes, scopes)
            if is_fit and await self._is_at_hand(one, server, needs_keyring=needs_keyring):
                return one
        return await self.fresh(server, scopes)

    async def fresh(self, server: Server, scopes: Scopes) -> Registration:
        """Return a new registration.

        Raises:
            WireError: the server did not register the wizard.
        """
        transport = await self._connection.transport()
        client = await api.register(transport, server.origin, scopes)
        made = Registration(
            origin=client.origin,
            client_id=client.client_id,
            client_secret=client.client_secret,
            scopes=scopes,
            created_at=self._now(),
        )
        # Where saving it fails, trying again must not register once more.
        self._made.append(made)
        return made

    async def _is_at_hand(
        self, registration: Registration, server: Server, *, needs_keyring: bool
    ) -> bool:
        """Tell whether the secret can be had: without it, a link's code would be of no use."""
        try:
            await asyncio.to_thread(self._store.client, registration, server)
        except KeyringError as failure:
            is_gone = isinstance(failure, KeyringLacks)
            if needs_keyring and not is_gone and not self._store.new_secrets_in_file:
                raise
            return False
        return True
