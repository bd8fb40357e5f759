"""Revokes access tokens at their servers (RFC 7009)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    FileError,
    KeyringEntryMissing,
    KeyringError,
    RegistrationElsewhere,
    RegistrationMissing,
    WizardError,
)
from gts_wizard.models import Account, PendingSignIn, ReplacedToken
from gts_wizard.oauth.server_features import tokens_page
from gts_wizard.services.recovery import can_revoke_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import ClientCredentials, ClientRegistration, Server, Token
    from gts_wizard.secret import Secret
    from gts_wizard.storage.store import Store


TokenOwner = Account | PendingSignIn | ReplacedToken
"""What has a token, with the server and the client that it takes to revoke it."""


class TokenChanged(Exception):
    """An account got another token in the file since it was read, or its token is kept elsewhere.

    Raised under the file's lock, where no secret may be read: whoever changes the file reads it
    again then, and tries once more.
    """


class RevealedToken(NamedTuple):
    """A token with its secrets in plain text, as revoking it needs them (RFC 7009 section 2.1).

    Attributes:
        registration: the client registration that the token was issued to.
        client: the client identifier and secret.
        token: the access token.
    """

    registration: ClientRegistration
    client: ClientCredentials
    token: Secret


class Revoker:
    """Revokes tokens.

    Args:
        store: the credentials store, which returns the secrets.
        http: the shared HTTP client.
    """

    def __init__(self, store: Store, http: LazyHttpClient) -> None:
        self._store = store
        self._http = http

    async def reveal_token(self, credentials: Credentials, owner: TokenOwner) -> RevealedToken:
        """Return a token with its secrets; call it before they are removed from the file.

        Args:
            credentials: the current contents of the credentials file.
            owner: whose token it is.

        Raises:
            RegistrationElsewhere: the token existed before the wizard got it.
            RegistrationMissing: the registration is no longer saved, or there is no token.
            KeyringError: the keyring does not return the secrets.
        """
        registration = credentials.registration(owner.server.origin, owner.client_id)
        if owner.token is not None and not owner.client_id:
            raise registration_elsewhere(owner.server)
        if registration is None or owner.token is None:
            raise RegistrationMissing(host=owner.server.host)
        client = await asyncio.to_thread(self._store.client_credentials, registration, owner.server)
        return RevealedToken(
            registration, client, await asyncio.to_thread(self._store.reveal, owner.token.value)
        )

    async def revoke(self, revealed: RevealedToken) -> None:
        """Revoke a token.

        Raises:
            RevocationUnsupported: the server has no revocation endpoint.
            RevocationRefused: the server no longer accepts the client.
            ServerError: the server did not confirm that it revoked the token.
        """
        await endpoints.revoke_token(await self._http.get(), revealed.client, revealed.token)

    async def revoke_unless_shared(self, credentials: Credentials, owner: TokenOwner) -> bool:
        """Revoke a token that is given up, unless it is that of an account or of another sign-in.

        Mastodon issues the same token again to the same application and user.

        Args:
            credentials: the current contents of the credentials file.
            owner: the pending sign-in or replaced token that is given up.

        Returns:
            Whether the token was revoked.

        Raises:
            RegistrationMissing: the registration is no longer saved, or there is no token.
            KeyringError: the keyring does not return the secrets.
            RevocationUnsupported: the server has no revocation endpoint.
            RevocationRefused: the server no longer accepts the client.
            ServerError: the server did not confirm that it revoked the token.
        """
        revealed = await self.reveal_token(credentials, owner)
        for token in _other_tokens(credentials, owner):
            with suppress(KeyringEntryMissing):
                if await asyncio.to_thread(self._store.reveal, token.value) == revealed.token:
                    return False
        await self.revoke(revealed)
        return True

    async def revoke_replaced(self, replaced: ReplacedToken) -> WizardError | None:
        """Revoke a token that a new one replaced, and remove it from the credentials file.

        It stays there to be tried again later, unless that could not help.

        Returns:
            Why it was not revoked; None where it was, or the server no longer accepted it.
        """
        error: WizardError | None = None
        try:
            await asyncio.to_thread(self._store.check_writable)
            credentials = await asyncio.to_thread(self._store.load)
            await self.revoke_unless_shared(credentials, replaced)
        except WizardError as failure:
            if can_revoke_later(failure):
                return failure
            error = None if await self._has_ended(replaced) else failure
        # One that can't be removed is revoked once more, without harm (RFC 7009 section 2.2).
        with suppress(FileError, KeyringError):
            await asyncio.to_thread(
                self._store.update, lambda credentials: credentials.without_replaced(replaced)
            )
        return error

    async def _has_ended(self, replaced: ReplacedToken) -> bool:
        """Return whether the server says that it no longer accepts a token."""
        with suppress(KeyringError):
            token = await asyncio.to_thread(self._store.reveal, replaced.token.value)
            http = await self._http.get()
            return await endpoints.is_revoked(http, replaced.server.origin, token)
        return False


def registration_elsewhere(server: Server) -> RegistrationElsewhere:
    """Return the error that a token can't be revoked, as it existed before the wizard got it."""
    return RegistrationElsewhere(host=server.host, page=tokens_page(server))


def _other_tokens(credentials: Credentials, owner: TokenOwner) -> Iterator[Token]:
    """Return the tokens of the same client that are in use, and not the owner's own."""
    client = (owner.server.origin, owner.client_id)
    for account in credentials.accounts:
        if (account.server.origin, account.client_id) == client:
            yield account.token
    for pending in credentials.pending_sign_ins:
        is_owner = isinstance(owner, PendingSignIn) and pending.state == owner.state
        is_same_client = (pending.server.origin, pending.client_id) == client
        if pending.token is not None and is_same_client and not is_owner:
            yield pending.token
