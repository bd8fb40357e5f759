"""Pending sign-ins in the credentials file: lists, saves and removes them.

Those without a token are removed a day after they were started, unless there may be one at the
server that nobody knows of.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from gts_wizard.errors import FileError, KeyringError
from gts_wizard.models import OOB_REDIRECT_URI, WizardStep
from gts_wizard.oauth.authorize import code_challenge, code_verifier, new_state
from gts_wizard.secret import Secret
from gts_wizard.services.revocation import TokenChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import ClientRegistration, PendingSignIn, ReplacedToken
    from gts_wizard.storage.store import Store

PENDING_LIFETIME = timedelta(days=1)
"""How long a pending sign-in without a token can be resumed."""
MAX_PENDING = 20
"""How many of these are kept: a script that fails again and again begins one each time."""


class PendingSignIns:
    """The pending sign-ins in the credentials file.

    Args:
        store: the credentials store.
        now: returns the current time, UTC.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def list(self) -> list[PendingSignIn]:
        """Return those that can be resumed, the newest first.

        Of the links of one journey that is the newest out-of-band one; a code may have been sent
        for another. A link that was to renew an account is of no use once that has been done, or
        the account was signed out.

        Raises:
            FileError: the credentials file can't be read.
        """
        credentials = await asyncio.to_thread(self._store.load)
        journeys_sent = {
            pending.journey for pending in credentials.pending_sign_ins if pending.code_sent
        }
        # By state those with a token, by journey the links: both are named after the first state.
        listed: dict[tuple[str, bool], PendingSignIn] = {}
        for pending in reversed(credentials.pending_sign_ins):
            if pending.token is not None:
                listed[pending.state, True] = pending
            elif pending.redirect_uri == OOB_REDIRECT_URI:
                pending = pending._replace(code_sent=pending.journey in journeys_sent)  # noqa: PLW2901
                if not (self._is_stale(pending) or _is_over(credentials, pending)):
                    listed.setdefault((pending.journey, False), pending)
        return list(listed.values())

    async def save(
        self,
        pending: PendingSignIn,
        registration: ClientRegistration | None = None,
        instead_of: PendingSignIn | None = None,
    ) -> PendingSignIn:
        """Save a pending sign-in, and remove stale ones.

        Args:
            pending: what to save.
            registration: the client registration that its link names, where that is new.
            instead_of: a pending sign-in whose journey ends with this one.

        Returns:
            The pending sign-in as it is saved: it may have got its token meanwhile, or have another
            `state` because the saved one has got another token.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not store or return a secret.
        """

        def update(credentials: Credentials) -> Credentials:
            nonlocal pending
            saved = credentials.pending_sign_in(pending.state)
            if saved is not None and saved.renewed_handle and pending.renewed_handle:
                # The account that it renews may have been renamed meanwhile.
                pending = pending._replace(renewed_handle=saved.renewed_handle)
            if pending.renewed_handle and credentials.account(pending.renewed_handle) is None:
                # The account was signed out: there is nothing to renew.
                pending = pending._replace(renewed_handle="")
            if saved is not None and saved.code_sent and pending.token is None:
                # It was noted after this copy was read.
                pending = pending._replace(code_sent=True)
            if _has_other_token(saved, pending):
                # Another window has exchanged another code for the same link: both tokens stay.
                pending = pending.with_state(new_state())
            if registration is not None:
                credentials = credentials.with_registration(registration, pending.requested_handle)
            if instead_of is not None:
                credentials = _without_links(credentials, instead_of.journey)
            return _with_pending(self._without_stale(credentials, pending), pending)

        credentials = await asyncio.to_thread(self._store.update, update)
        return credentials.pending_sign_in(pending.state) or pending

    async def save_link(
        self, pending: PendingSignIn, registration: ClientRegistration, redirect_uri: str
    ) -> PendingSignIn:
        """Save a pending sign-in without a token, with a new link.

        Args:
            pending: the pending sign-in.
            registration: the client registration of the link.
            redirect_uri: the redirect URI of the link.

        Raises:
            FileError: it can't be saved.
            KeyringError: the keyring does not store or return a secret.
        """
        challenge = ""
        if pending.server.metadata.supports_pkce:
            client = await asyncio.to_thread(
                self._store.client_credentials, registration, pending.server
            )
            challenge = code_challenge(code_verifier(client.client_secret, pending.state))
        link = pending._replace(
            step=WizardStep.AUTHORIZE,
            started_at=self._now(),
            client_id=registration.client_id,
            code_challenge=challenge,
            redirect_uri=redirect_uri,
            token=None,
            chosen_scopes=(),
            code_sent=False,
        )
        return await self.save(link, registration)

    async def note_code_sent(self, pending: PendingSignIn, *, sent: bool) -> None:
        """Note in the file that a code is on its way to the server, or that this is settled.

        Whoever goes on with the sign-in after a crash in between is told that a token may exist.
        Where it can't be noted, the code is sent all the same: it would be too old otherwise.

        Args:
            pending: the sign-in whose link the code is of.
            sent: whether it is on its way; otherwise its answer has come for any link of the
                journey, or the user was told that it did not.
        """

        def update(credentials: Credentials) -> Credentials:
            return credentials._replace(
                pending_sign_ins=tuple(
                    saved._replace(code_sent=sent)
                    if saved.token is None
                    and (saved.state == pending.state or not sent)
                    and saved.journey == pending.journey
                    else saved
                    for saved in credentials.pending_sign_ins
                )
            )

        with suppress(FileError, KeyringError):
            await asyncio.to_thread(self._store.update, update)

    async def remove(self, pending: PendingSignIn, replaced: Iterable[ReplacedToken] = ()) -> None:
        """Remove a pending sign-in from the credentials file.

        One without a token takes the other links of its journey along.

        Args:
            pending: what to remove.
            replaced: its tokens, where they are still to be revoked.

        Raises:
            TokenChanged: it has got a token meanwhile.
            FileError: the credentials file can't be read or written.
        """

        def update(credentials: Credentials) -> Credentials:
            saved = credentials.pending_sign_in(pending.state)
            if saved is not None and saved.token is not None and pending.token is None:
                raise TokenChanged
            for token in replaced:
                credentials = credentials.with_replaced(token)
            if pending.token is None:
                credentials = _without_links(credentials, pending.journey)
            return credentials.without_pending(pending.state)

        await asyncio.to_thread(self._store.update, update)

    def _without_stale(self, credentials: Credentials, current: PendingSignIn) -> Credentials:
        """Remove, beside `current`, what is a day old, one of too many, or has no link yet."""
        others = [
            pending
            for pending in credentials.pending_sign_ins
            if pending.token is None and not pending.code_sent and pending.state != current.state
        ]
        for index, pending in enumerate(reversed(others), start=1):
            is_unneeded = self._is_stale(pending) or not pending.client_id
            if is_unneeded or index >= MAX_PENDING:
                credentials = credentials.without_pending(pending.state)
        return credentials

    def _is_stale(self, pending: PendingSignIn) -> bool:
        is_old = self._now() - pending.started_at > PENDING_LIFETIME
        return pending.token is None and not pending.code_sent and is_old


def without_journey(credentials: Credentials, pending: PendingSignIn) -> Credentials:
    """Return the credentials without a finished sign-in and the other links of its journey.

    Another window may be signing somebody else in at the same server: those stay, and so does a
    token that an earlier link of the journey has got.

    Args:
        credentials: the contents of the credentials file.
        pending: the sign-in that has finished.
    """
    return _without_links(credentials, pending.journey).without_pending(pending.state)


def _without_links(credentials: Credentials, journey: str) -> Credentials:
    """Return the credentials without the links of a journey that have led to no token."""
    for pending in credentials.pending_sign_ins:
        if pending.journey == journey and pending.token is None:
            credentials = credentials.without_pending(pending.state)
    return credentials


def _is_over(credentials: Credentials, pending: PendingSignIn) -> bool:
    """Return whether the account that a link was to renew has a newer token, or is gone.

    One whose code was sent is never over: a token may exist that nobody knows of.
    """
    if not pending.renewed_handle or pending.code_sent:
        return False
    account = credentials.account(pending.renewed_handle)
    return account is None or account.token.created_at > pending.started_at


def _has_other_token(saved: PendingSignIn | None, pending: PendingSignIn) -> bool:
    """Return whether `pending` has just got a token, and the saved one has another already."""
    if saved is None or saved.token is None or pending.token is None:
        return False
    # One that was read from the file may be a reference to the keyring, and is never another.
    return isinstance(pending.token.value, Secret) and pending.token.value != saved.token.value


def _with_pending(credentials: Credentials, pending: PendingSignIn) -> Credentials:
    saved = credentials.pending_sign_in(pending.state)
    if saved is not None and saved.token is not None and pending.token is None:
        # Its code was exchanged while the user had gone back a step: keep the token.
        return credentials
    return credentials.with_pending(pending)
