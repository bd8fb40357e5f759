"""Ending an access at its server: what that takes, and doing it.

`sign_in` and `accounts` come in; the shelf's secrets are read, and the wire is asked.
"""

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


class RevocationRequest(NamedTuple):
    """What ending an access takes (RFC 7009 section 2.1).

    Attributes:
        registration: the wizard's application there.
        client: what proves the wizard to the server.
        token: the access token.
    """

    registration: ClientRegistration
    client: ClientCredentials
    token: Secret


class Revoker:
    """Ends accesses.

    Args:
        store: where their secrets are kept.
        connection: the way to servers.
    """

    def __init__(self, store: Store, connection: LazyHttpClient) -> None:
        self._store = store
        self._http = connection

    async def request_for(
        self, shelf: Credentials, whose: Account | PendingSignIn
    ) -> RevocationRequest:
        """Return what ending an access takes, to be asked before the shelf forgets it.

        Args:
            shelf: what is kept now.
            whose: who or what has a token.

        Raises:
            RegistrationMissing: its registration is no longer kept.
            KeyringError: the keyring does not give the secrets.
        """
        registration = shelf.registration(whose.server.origin, whose.client_id)
        if registration is None or whose.token is None:
            raise RegistrationMissing
        client = await asyncio.to_thread(self._store.client_credentials, registration, whose.server)
        return RevocationRequest(
            registration, client, await asyncio.to_thread(self._store.reveal, whose.token.value)
        )

    async def revoke(self, access: RevocationRequest) -> None:
        """End an access.

        Raises:
            RevocationUnsupported: the server has no way to do it.
            ServerError: the server did not do it.
        """
        await endpoints.revoke_token(await self._http.get(), access.client, access.token)

    async def revoke_unless_shared(self, shelf: Credentials, attempt: PendingSignIn) -> bool:
        """End the access of an attempt, unless an account has the same token.

        Mastodon gives the same token again to the same application and person.

        Returns:
            Whether it has ended.

        Raises:
            RegistrationMissing: what revoking needs is no longer on the shelf.
            KeyringError: the keyring does not give the secrets.
            RevocationUnsupported: the server has no way to do it.
            ServerError: the server did not do it.
        """
        access = await self.request_for(shelf, attempt)
        for account in shelf.accounts:
            if account.server.origin == attempt.server.origin:
                kept = await asyncio.to_thread(self._store.reveal, account.token.value)
                if kept == access.token:
                    return False
        await self.revoke(access)
        return True
