"""Signs in with a token that exists already, such as one made on the server's settings page.

What it takes to revoke it (RFC 7009 section 2.1) stays with the program that it was issued to.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.api import discovery, endpoints
from gts_wizard.errors import KeyringError, ServerError, TokenRefused, TokenRevoked, WrongAccount
from gts_wizard.models import PendingSignIn, Token, WizardStep
from gts_wizard.oauth.authorize import new_state
from gts_wizard.oauth.scopes import grants, normalize
from gts_wizard.oauth.server_scopes import scopes_for
from gts_wizard.services.revocation import Revoker
from gts_wizard.services.verification import TokenVerifier

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.models import Scopes, Server
    from gts_wizard.secret import Secret
    from gts_wizard.services.revocation import TokenOwner
    from gts_wizard.services.verification import SignInResult
    from gts_wizard.storage.store import Store


class ExistingTokenSignIn:
    """Finds out whose token it is, and saves the account.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
    """

    def __init__(self, store: Store, http: LazyHttpClient) -> None:
        self._store = store
        self._http = http
        self._verifier = TokenVerifier(store, http, Revoker(store, http), lambda: datetime.now(UTC))

    async def sign_in(self, typed: str, token: Secret, scopes: Scopes = ()) -> SignInResult:
        """Verify a token at its server, and save the account.

        Args:
            typed: the address of the server, or the handle that the token must be of.
            token: the access token.
            scopes: what it may do; found out where that is possible when left out.

        Raises:
            AddressError: there is no address in `typed`.
            UnknownScope: the server does not know one of the scopes.
            WrongAccount: it is the token of another account than the one that was typed.
            AlreadySignedIn: the account is saved with another token that works.
            TokenRefused: the server does not accept the token.
            ServerError: the server sent no usable response.
            FileError: the account can't be saved.
            KeyringError: the keyring does not store or return the token.
        """
        address = read_address(typed)
        await asyncio.to_thread(self._store.check_writable)
        http = await self._http.get()
        try:
            server = await discovery.find_server(http, address)
        except ServerError as error:
            error.is_typed = True
            raise
        # A word that is no scope there is a slip, and would be kept as what the token may do.
        scopes_for(server, scopes)
        try:
            profile = await endpoints.verify_credentials(http, server.origin, token, scopes)
        except TokenRevoked as error:
            raise TokenRefused(host=server.host, details=error.details) from None
        if address.username and address.username.casefold() != profile.username.casefold():
            domain = server.account_domain
            raise WrongAccount(
                actual=f"@{profile.username}@{domain}", expected=f"@{address.username}@{domain}"
            )
        client_id, known = await self._find_known(server, token)
        scopes = scopes or known.scopes or await _listed_scopes(http, server, token)
        pending = PendingSignIn(
            state=new_state(),
            server=server,
            step=WizardStep.PROFILE,
            started_at=datetime.now(UTC),
            username=address.username,
            client_id=client_id,
            token=known._replace(scopes=scopes),
        )
        return await self._verifier.verify(pending)

    async def _find_known(self, server: Server, token: Secret) -> tuple[str, Token]:
        """Return the token with its client and all else that the file knows of it, if it does.

        Besides an account, an unfinished sign-in may have it, or what is still to be revoked.
        """
        credentials = await asyncio.to_thread(self._store.load)
        owners: tuple[TokenOwner, ...] = (
            *credentials.accounts,
            *credentials.pending_sign_ins,
            *credentials.replaced_tokens,
        )
        for owner in owners:
            if owner.token is None or owner.server.origin != server.origin:
                continue
            with suppress(KeyringError):
                if await asyncio.to_thread(self._store.reveal, owner.token.value) == token:
                    return owner.client_id, owner.token._replace(value=token)
        return "", Token(token, (), datetime.now(UTC))


async def _listed_scopes(http: HttpClient, server: Server, token: Secret) -> Scopes:
    """Return the scopes of a token, where the server's list of tokens leaves no doubt; else none.

    The list does not mark the token that asks for it (measured on GoToSocial 0.19.2 and 0.20): they
    are known where all that can ask, those with `read:accounts`, have the same scopes. An entry
    that does not tell its scopes may be the one, and so may one that the list had no room for.
    """
    try:
        listed = await endpoints.list_authorized_apps(http, server.origin, token)
    except ServerError:
        return ()
    candidates = {
        normalize(app.scopes)
        for app in listed
        if not app.scopes or grants(app.scopes, ("read:accounts",))
    }
    is_whole = len(listed) < endpoints.MAX_TOKENS
    return candidates.pop() if is_whole and len(candidates) == 1 else ()
