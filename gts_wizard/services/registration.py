"""Finds or makes the wizard's OAuth client registration at a server.

A saved registration is reused where it allows the scopes. A new one is returned, not saved.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.api import endpoints
from gts_wizard.errors import KeyringEntryMissing, KeyringError
from gts_wizard.models import ClientRegistration
from gts_wizard.oauth.server_features import (
    needs_registration_per_account,
    registration_covers,
)
from gts_wizard.secret import SecretStorage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import PendingSignIn, Scopes, Server
    from gts_wizard.storage.store import Store


class ClientRegistrar:
    """Finds saved OAuth client registrations and makes new ones.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
        now: returns the current time, UTC.
    """

    def __init__(self, store: Store, http: LazyHttpClient, now: Callable[[], datetime]) -> None:
        self._store = store
        self._http = http
        self._now = now
        self._unsaved: list[ClientRegistration] = []

    async def find_or_register(self, pending: PendingSignIn, scopes: Scopes) -> ClientRegistration:
        """Return a saved registration that allows the scopes, or else a new one.

        Args:
            pending: the sign-in that it is for. Where the secrets of the requested account are
                stored decides whether the keyring is needed.
            scopes: what the authorization link will ask for.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the credentials file can't be read.
            KeyringError: the keyring does not return a saved client secret, and a new one would be
                stored in the keyring too.
        """
        credentials = await asyncio.to_thread(self._store.load)
        server = pending.server
        needs_keyring = credentials.storage_for(pending.requested_handle) is SecretStorage.KEYRING
        taken = (
            _clients_of_others(credentials, pending)
            if needs_registration_per_account(server)
            else frozenset()
        )
        for registration in reversed((*credentials.registrations, *self._unsaved)):
            covers = registration.origin == server.origin and registration_covers(
                server, registration.scopes, scopes
            )
            is_free = registration.client_id not in taken
            if (
                covers
                and is_free
                and await self._secret_available(registration, server, needs_keyring=needs_keyring)
            ):
                return registration
        return await self.register(server, scopes)

    async def register(self, server: Server, scopes: Scopes) -> ClientRegistration:
        """Register the wizard at a server (POST /api/v1/apps).

        Args:
            server: where to register.
            scopes: the scopes that the registration allows.

        Raises:
            ServerError: the server did not register the wizard.
        """
        http = await self._http.get()
        client = await endpoints.register_client(http, server.origin, scopes)
        registration = ClientRegistration(
            origin=client.origin,
            client_id=client.client_id,
            client_secret=client.client_secret,
            scopes=scopes,
            created_at=self._now(),
        )
        # If saving fails, trying again must not register the wizard a second time.
        self._unsaved.append(registration)
        return registration

    async def _secret_available(
        self, registration: ClientRegistration, server: Server, *, needs_keyring: bool
    ) -> bool:
        """Return whether the client secret can be read: the code exchange will need it."""
        try:
            await asyncio.to_thread(self._store.client_credentials, registration, server)
        except KeyringError as error:
            is_missing = isinstance(error, KeyringEntryMissing)
            if needs_keyring and not is_missing and not self._store.new_secrets_in_file:
                raise
            return False
        return True


def _clients_of_others(credentials: Credentials, pending: PendingSignIn) -> frozenset[str]:
    """Return the client identifiers at a server that are not this sign-in's or this account's."""
    origin, handle = pending.server.origin, pending.requested_handle.casefold()
    accounts = (
        account.client_id
        for account in credentials.accounts
        if account.server.origin == origin and account.handle.casefold() != handle
    )
    sign_ins = (
        other.client_id
        for other in credentials.pending_sign_ins
        if other.server.origin == origin and other.journey != pending.journey
    )
    return frozenset((*accounts, *sign_ins))
