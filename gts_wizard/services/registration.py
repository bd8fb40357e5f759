"""The wizard's application at a server: one that is kept already, or a new one.

`sign_in` comes in; the shelf is read and the wire is asked, nothing is saved.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.api import endpoints
from gts_wizard.errors import KeyringEntryMissing, KeyringError
from gts_wizard.models import ClientRegistration
from gts_wizard.oauth.server_features import registration_covers
from gts_wizard.secret import SecretStorage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.models import Scopes, Server
    from gts_wizard.storage.store import Store


class ClientRegistrar:
    """Registers the wizard where that is still needed.

    Args:
        store: where registrations are kept.
        connection: the way to servers.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: LazyHttpClient, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._connection = connection
        self._now = now
        self._unsaved: list[ClientRegistration] = []

    async def find_or_register(
        self, server: Server, scopes: Scopes, owner: str = ""
    ) -> ClientRegistration:
        """Return a registration whose links may ask for the scopes: a kept one if there is one.

        Args:
            server: where it is.
            scopes: what a link will ask for.
            owner: the handle it is for, whose secrets tell whether the keyring is needed.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the shelf can't be read.
            KeyringError: the keyring does not give a kept one's secret, and what is new goes there.
        """
        shelf = await asyncio.to_thread(self._store.load)
        needs_keyring = shelf.storage_for(owner) is SecretStorage.KEYRING
        for one in reversed((*shelf.registrations, *self._unsaved)):
            is_fit = one.origin == server.origin and registration_covers(server, one.scopes, scopes)
            if is_fit and await self._secret_available(one, server, needs_keyring=needs_keyring):
                return one
        return await self.register(server, scopes)

    async def register(self, server: Server, scopes: Scopes) -> ClientRegistration:
        """Return a new registration.

        Raises:
            ServerError: the server did not register the wizard.
        """
        transport = await self._connection.get()
        client = await endpoints.register_client(transport, server.origin, scopes)
        made = ClientRegistration(
            origin=client.origin,
            client_id=client.client_id,
            client_secret=client.client_secret,
            scopes=scopes,
            created_at=self._now(),
        )
        # Where saving it fails, trying again must not register once more.
        self._unsaved.append(made)
        return made

    async def _secret_available(
        self, registration: ClientRegistration, server: Server, *, needs_keyring: bool
    ) -> bool:
        """Tell whether the secret can be had: without it, a link's code would be of no use."""
        try:
            await asyncio.to_thread(self._store.client_credentials, registration, server)
        except KeyringError as failure:
            is_gone = isinstance(failure, KeyringEntryMissing)
            if needs_keyring and not is_gone and not self._store.new_secrets_in_file:
                raise
            return False
        return True
