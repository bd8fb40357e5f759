"""Finds or makes the wizard's OAuth client registration at a server.

A saved registration is reused where it fits the link: its server, name, scopes and redirect URI,
and at some servers its account. A new one is returned, not saved.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.api import endpoints
from gts_wizard.errors import KeyringEntryMissing, KeyringError
from gts_wizard.loopback.ports import find_port, is_port_free
from gts_wizard.models import OOB_REDIRECT_URI, ClientRegistration
from gts_wizard.oauth.redirect_uri import loopback_port, loopback_redirect_uri
from gts_wizard.oauth.server_features import (
    ignores_loopback_port,
    needs_registration_per_account,
    registration_covers,
    takes_loopback_redirect,
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

    async def find_or_register(
        self, pending: PendingSignIn, scopes: Scopes, *, loopback: bool = False
    ) -> tuple[ClientRegistration, str]:
        """Return a saved registration that fits a link, or else a new one, and its redirect URI.

        Args:
            pending: the sign-in that it is for. Where the secrets of the requested account are
                stored decides whether the keyring is needed.
            scopes: what the authorization link will ask for.
            loopback: whether the link leads back to this program, on a port that is free now.

        Returns:
            The registration, and the redirect URI; that is empty where a new registration can't
            have one of the kind.

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
            fits = (
                (registration.origin, registration.name) == (server.origin, pending.app_name)
                and registration_covers(server, registration.scopes, scopes)
                and registration.client_id not in taken
            )
            redirect_uri = fits and _usable_redirect_uri(server, registration, loopback=loopback)
            if redirect_uri and await self._secret_available(
                registration, server, needs_keyring=needs_keyring
            ):
                return registration, redirect_uri
        registration = await self.register(server, scopes, pending.app_name)
        return registration, _usable_redirect_uri(server, registration, loopback=loopback)

    async def register(self, server: Server, scopes: Scopes, name: str) -> ClientRegistration:
        """Register the wizard at a server (POST /api/v1/apps), with each redirect URI it takes.

        Args:
            server: where to register.
            scopes: the scopes that the registration allows.
            name: the name under which the server will list its tokens.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the credentials file can't be read, or not written.
        """
        await asyncio.to_thread(self._store.check_writable)
        http = await self._http.get()
        redirect_uris: tuple[str, ...] = (OOB_REDIRECT_URI,)
        if takes_loopback_redirect(server) and (port := await self._choose_port(server)):
            redirect_uris += (loopback_redirect_uri(port),)
        client = await endpoints.register_client(http, server.origin, scopes, redirect_uris, name)
        registration = ClientRegistration(
            origin=client.origin,
            client_id=client.client_id,
            client_secret=client.client_secret,
            scopes=scopes,
            created_at=self._now(),
            redirect_uris=redirect_uris,
            name=name,
        )
        # If saving fails, trying again must not register the wizard a second time.
        self._unsaved.append(registration)
        return registration

    async def _choose_port(self, server: Server) -> int:
        """Return a free port, if possible one that an earlier link leads to; 0 where none is.

        A browser in which an earlier link is unfinished still goes there (measured on GoToSocial).
        """
        credentials = await asyncio.to_thread(self._store.load)
        earlier = (
            port
            for registration in reversed(credentials.registrations)
            if registration.origin == server.origin
            for port in map(loopback_port, registration.redirect_uris)
            if port is not None and is_port_free(port)
        )
        return next(earlier, 0) or find_port()

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


def _usable_redirect_uri(
    server: Server, registration: ClientRegistration, *, loopback: bool
) -> str:
    """Return the redirect URI that a link of a registration can have now; empty where none can."""
    if not loopback:
        return OOB_REDIRECT_URI if OOB_REDIRECT_URI in registration.redirect_uris else ""
    ports = [port for uri in registration.redirect_uris if (port := loopback_port(uri))]
    port = next(filter(is_port_free, ports), 0)
    if ports and not port and ignores_loopback_port(server):
        port = find_port()
    return loopback_redirect_uri(port) if port else ""


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
