"""Revokes access tokens at their servers (RFC 7009)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from gts_wizard.api import endpoints
from gts_wizard.errors import RegistrationMissing

if TYPE_CHECKING:
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, ClientCredentials, ClientRegistration, PendingSignIn
    from gts_wizard.secret import Secret
    from gts_wizard.storage.store import Store


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

    async def reveal_token(
        self, credentials: Credentials, owner: Account | PendingSignIn
    ) -> RevealedToken:
        """Return a token with its secrets; call it before they are removed from the file.

        Args:
            credentials: the current contents of the credentials file.
            owner: the account or pending sign-in whose token it is.

        Raises:
            RegistrationMissing: the registration is no longer saved, or there is no token.
            KeyringError: the keyring does not return the secrets.
        """
        registration = credentials.registration(owner.server.origin, owner.client_id)
        if registration is None or owner.token is None:
            raise RegistrationMissing
        client = await asyncio.to_thread(self._store.client_credentials, registration, owner.server)
        return RevealedToken(
            registration, client, await asyncio.to_thread(self._store.reveal, owner.token.value)
        )

    async def revoke(self, revealed: RevealedToken) -> None:
        """Revoke a token.

        Raises:
            RevocationUnsupported: the server has no revocation endpoint.
            ServerError: the server did not confirm that it revoked the token.
        """
        await endpoints.revoke_token(await self._http.get(), revealed.client, revealed.token)

    async def revoke_unless_shared(self, credentials: Credentials, pending: PendingSignIn) -> bool:
        """Revoke the token of a pending sign-in, unless a saved account has the same token.

        Mastodon issues the same token again to the same application and user.

        Args:
            credentials: the current contents of the credentials file.
            pending: a pending sign-in with a token.

        Returns:
            Whether the token was revoked.

        Raises:
            RegistrationMissing: the registration is no longer saved, or there is no token.
            KeyringError: the keyring does not return the secrets.
            RevocationUnsupported: the server has no revocation endpoint.
            ServerError: the server did not confirm that it revoked the token.
        """
        revealed = await self.reveal_token(credentials, pending)
        for account in credentials.accounts:
            if account.server.origin == pending.server.origin:
                saved_token = await asyncio.to_thread(self._store.reveal, account.token.value)
                if saved_token == revealed.token:
                    return False
        await self.revoke(revealed)
        return True
