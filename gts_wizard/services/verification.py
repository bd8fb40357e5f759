"""The last step of a sign-in: from a token to a verified and saved account."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    AlreadySignedIn,
    DifferentAccount,
    KeyringEntryMissing,
    KeyringError,
    OtherScopesGranted,
    WizardError,
)
from gts_wizard.models import Account, PendingSignIn, Profile, ReplacedToken
from gts_wizard.oauth.scopes import describe, grants
from gts_wizard.services.account_changes import describe_rename, describe_replacement
from gts_wizard.services.pending import without_journey
from gts_wizard.services.revocation import Revoker, TokenChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Scopes, Token
    from gts_wizard.secret import Secret
    from gts_wizard.storage.store import Store


@dataclass(frozen=True)
class SignInResult:
    """The result of a finished sign-in.

    Attributes:
        account: the account, already saved.
        profile: the account's profile.
        requested_username: the user name that was typed, where another user signed in; empty
            otherwise.
        missing_scopes: the scopes that its link asked for and the server did not grant.
        is_renewed: whether this was the renewal of the account's token.
        not_renewed: the handle of the account that was to be renewed, where another one signed in
            and both are kept; empty otherwise.
        replaced_error: why the token that the account had before was not revoked; None where it
            was, or there was none.
        changes: what has changed at the server, in whole sentences; empty where nothing has.
    """

    account: Account
    profile: Profile
    requested_username: str = ""
    missing_scopes: Scopes = ()
    is_renewed: bool = False
    not_renewed: str = ""
    replaced_error: WizardError | None = None
    changes: str = ""


class Consent(Enum):
    """What the user agrees to before an account is saved."""

    OTHER_ACCOUNT = auto()
    """Another account signed in than the one to be renewed, which is kept as it is."""
    OTHER_SCOPES = auto()
    """The token has the scopes of an earlier link instead of the chosen ones."""
    REPLACE = auto()
    """The token replaces that of an account that is saved already and still works."""


class TokenVerifier:
    """Finds out whose account a token belongs to, and saves the account.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
        revoker: revokes the tokens that new ones replace.
        now: returns the current time, UTC.
    """

    def __init__(
        self, store: Store, http: LazyHttpClient, revoker: Revoker, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._http = http
        self._revoker = revoker
        self._now = now

    async def verify(
        self,
        pending: PendingSignIn,
        consents: Collection[Consent] = (),
    ) -> SignInResult:
        """Find out whose account the token belongs to, and save the account.

        After an error the pending sign-in stays in the credentials file, with its token.

        Args:
            pending: a pending sign-in with a token.
            consents: what the user has agreed to.

        Raises:
            OtherScopesGranted: the code was of an earlier link with other scopes, without consent.
            DifferentAccount: it is another account than the one to renew, without consent.
            AlreadySignedIn: it is saved already, without consent.
            ServerError: the server sent no usable response.
            FileError: the account can't be saved.
            KeyringError: the keyring does not store or return the token.
        """
        if pending.token is None:
            raise ValueError("a pending sign-in is verified once it has a token")
        token = await asyncio.to_thread(self._store.reveal, pending.token.value)
        scopes = pending.token.scopes or pending.scopes
        profile = await endpoints.verify_credentials(
            await self._http.get(), pending.server.origin, token, scopes
        )
        # Its entry in the keyring is gone once another window discards it or moves the secrets.
        account = self._account(pending, pending.token._replace(value=token), profile)
        credentials = await asyncio.to_thread(self._store.load)
        # A check in another window may have renamed the account that is renewed.
        renewed_handle = (credentials.pending_sign_in(pending.state) or pending).renewed_handle
        # It may be saved under an earlier name.
        saved = credentials.saved_account(account)
        before = saved or account
        is_renewed = _same_name(before.handle, renewed_handle)
        allow_other_account = Consent.OTHER_ACCOUNT in consents
        if renewed_handle and not is_renewed and not allow_other_account:
            raise DifferentAccount(
                expected=renewed_handle,
                actual=account.handle,
                is_saved=saved is not None
                and await self._has_other_token(saved, token)
                and await self._is_alive(saved),
            )
        if Consent.OTHER_SCOPES not in consents:
            _check_scopes(pending, account.token.scopes)
        may_replace = is_renewed or Consent.REPLACE in consents
        replaced_error = await self._save(pending, account, token, may_replace=may_replace)
        is_expected = allow_other_account or any(
            _same_name(pending.username, name) for name in (profile.username, before.username)
        )
        granted = account.token.scopes
        return SignInResult(
            account,
            profile,
            requested_username="" if is_expected else pending.username,
            missing_scopes=tuple(one for one in pending.scopes if not grants(granted, (one,))),
            is_renewed=is_renewed,
            not_renewed="" if is_renewed else renewed_handle,
            replaced_error=replaced_error,
            changes=_rename(before, account),
        )

    async def _save(
        self, pending: PendingSignIn, account: Account, token: Secret, *, may_replace: bool
    ) -> WizardError | None:
        """Save the account, and revoke the token that it had before.

        Returns:
            Why that token was not revoked; None where it was, or there was none.

        Raises:
            AlreadySignedIn: it has another token that works and may not be replaced.
        """
        while True:
            credentials = await asyncio.to_thread(self._store.load)
            old, replaced = credentials.saved_account(account), None
            if old is not None and await self._has_other_token(old, token):
                if not may_replace and await self._is_alive(old):
                    change = describe_replacement(old, account.server, account.token.scopes)
                    change = f"{_rename(old, account)} {change}".strip()
                    raise AlreadySignedIn(handle=old.handle, change=change)
                replaced = ReplacedToken(old.handle, old.server, old.client_id, old.token)
            # Another window may save a token of the same account meanwhile.
            with contextlib.suppress(TokenChanged):
                await self._replace(old, replaced, account, pending)
                break
        return None if replaced is None else await self._revoker.revoke_replaced(replaced)

    async def _has_other_token(self, account: Account, token: Secret) -> bool:
        """Return whether an account has another token: Mastodon issues the same one again."""
        try:
            return await asyncio.to_thread(self._store.reveal, account.token.value) != token
        except KeyringError:
            return True

    async def _is_alive(self, account: Account) -> bool:
        """Return whether the server may still accept the token of an account."""
        try:
            token = await asyncio.to_thread(self._store.reveal, account.token.value)
        except KeyringEntryMissing:
            return False
        except KeyringError:
            return True
        http = await self._http.get()
        return not await endpoints.is_revoked(http, account.server.origin, token)

    async def _replace(
        self,
        old: Account | None,
        replaced: ReplacedToken | None,
        account: Account,
        pending: PendingSignIn,
    ) -> None:
        """Save an account in place of an earlier one, or of none.

        Args:
            old: the account as it was read; None where there was none.
            replaced: its token, if that is another one. It stays in the file until it is revoked.
            account: the account to save.
            pending: the sign-in that ends with it.

        Raises:
            TokenChanged: the file has another token for it than that of `old`.
        """

        def update(credentials: Credentials) -> Credentials:
            saved = credentials.saved_account(account)
            if (saved and saved.token.value) != (old and old.token.value):
                raise TokenChanged
            if replaced is not None:
                credentials = credentials.with_replaced(replaced)
            if saved is not None:
                credentials = credentials.with_username(saved, account.username)
            credentials = without_journey(credentials, pending).with_account(account)
            credentials = credentials.without_renewals(account.handle)
            return credentials.without_unused_registrations(account.server.origin)

        await asyncio.to_thread(self._store.update, update)

    def _account(self, pending: PendingSignIn, token: Token, profile: Profile) -> Account:
        return Account(
            server=pending.server,
            id=profile.id,
            username=profile.username,
            display_name=profile.display_name,
            token=token._replace(scopes=token.scopes or pending.scopes),
            client_id=pending.client_id,
            verified_at=self._now(),
        )


def _check_scopes(pending: PendingSignIn, granted: Scopes) -> None:
    """Raise an error if an earlier link's code granted other scopes than were chosen.

    Raises:
        OtherScopesGranted: it did.
    """
    chosen = pending.chosen_scopes
    is_same = grants(granted, chosen) and grants(chosen, granted)
    if chosen and not is_same:
        raise OtherScopesGranted(
            host=pending.server.host, granted=describe(granted), chosen=describe(chosen)
        )


def _rename(before: Account, now: Account) -> str:
    """Return the sentence that an account has another name now; empty where it has not."""
    is_same = _same_name(before.username, now.username)
    return "" if is_same else describe_rename(before, now.username)


def _same_name(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()
