"""Exchanges authorization codes for tokens, and saves the tokens.

An exchange runs in a task of its own, so cancelling the caller, as closing a screen does, can't
lose a token that the server has issued.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gts_wizard import errors
from gts_wizard.api import endpoints
from gts_wizard.models import PendingSignIn, Token, WizardStep
from gts_wizard.oauth.authorize import code_verifier
from gts_wizard.oauth.pasted_code import AuthorizationCode
from gts_wizard.oauth.server_features import can_revoke, enforces_scopes, invalid_grant_is_specific
from gts_wizard.sanitize import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.services.pending import PendingSignIns
    from gts_wizard.services.revocation import Revoker
    from gts_wizard.storage.store import Store


_CODE_LIFETIME = timedelta(minutes=10)


class _RunningExchange(NamedTuple):
    """A running exchange, and the code it was started with."""

    paste: AuthorizationCode
    task: asyncio.Task[PendingSignIn]


class _UnsavedToken(NamedTuple):
    """A token that was issued and is not saved yet.

    Attributes:
        pending: the pending sign-in that the code belonged to, with its token.
        requested: the pending sign-in for which the code was pasted.
        credentials: the contents of the credentials file when the code was exchanged.
    """

    pending: PendingSignIn
    requested: PendingSignIn
    credentials: Credentials


class CodeExchange:
    """Exchanges codes for tokens.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
        pending_sign_ins: the pending sign-ins in the store.
        revoker: revokes the tokens that can't be saved.
        now: returns the current time, UTC.
    """

    def __init__(
        self,
        store: Store,
        http: LazyHttpClient,
        pending_sign_ins: PendingSignIns,
        revoker: Revoker,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._http = http
        self._pending = pending_sign_ins
        self._revoker = revoker
        self._now = now
        self._running: dict[str, _RunningExchange] = {}
        self._unsaved: dict[str, _UnsavedToken] = {}
        self._untold: dict[str, errors.TokenMayExist] = {}
        # By the sign-in for which a code was pasted, the one that its code was last tried for.
        self._sent: dict[str, PendingSignIn] = {}
        # A token must not be saved and revoked at the same time.
        self._save_lock = asyncio.Lock()

    async def exchange(self, pending: PendingSignIn, paste: AuthorizationCode) -> PendingSignIn:
        """Exchange a code for a token, and save the token before anything else is done with it.

        The exchange is never retried automatically, and it continues when the caller is
        cancelled: a token the server has issued is not lost.

        Args:
            pending: the pending sign-in for which the code was pasted.
            paste: the code.

        Returns:
            The pending sign-in that the code belonged to, with its token; not always the one
            passed in.

        Raises:
            SignInError: the server does not accept the code.
            TokenMayExist: there was no answer, now or to an earlier code whose caller went away.
            ServerError: no usable response came.
            FileError: the token can't be saved; it stays in memory, and calling again saves it.
            KeyringError: the keyring does not store the token, which stays in memory as well, or
                does not return the client secret.
        """
        running = self._running.get(pending.state)
        if running is None or running.paste != paste:
            task = asyncio.create_task(self._exchange_after(running, pending, paste))
            running = self._running[pending.state] = _RunningExchange(paste, task)
            task.add_done_callback(partial(self._forget_ended, pending.state))
        try:
            return await asyncio.shield(running.task)
        except errors.TokenMayExist:
            # The caller tells it; one that was cancelled does not get here.
            sent = self._sent.pop(pending.state, pending)
            await self._pending.note_code_sent(sent, sent=False)
            self.pop_untold(pending)
            raise

    async def wait_for_exchange(self, pending: PendingSignIn) -> None:
        """Wait until no exchange is running for a pending sign-in."""
        running = self._running.get(pending.state)
        if running is not None:
            await asyncio.wait([running.task])

    @property
    def is_running(self) -> bool:
        """Whether a code is being exchanged, even if the caller was cancelled."""
        return bool(self._running)

    @property
    def may_have_lost_token(self) -> bool:
        """Whether a code got no answer and nobody was told: a token may exist at the server."""
        return bool(self._untold)

    def pop_untold(self, pending: PendingSignIn) -> errors.TokenMayExist | None:
        """Return, once, the error of an exchange that went on after its caller was cancelled."""
        return self._untold.pop(pending.state, None)

    @property
    def has_unsaved_tokens(self) -> bool:
        """Whether a token that was issued could not be saved, and would be lost on exit."""
        return bool(self._unsaved)

    async def revoke_unsaved_tokens(self) -> list[str]:
        """Revoke the tokens that could not be saved, and forget those that were revoked.

        Returns:
            The hosts where a token was revoked; one that an account has too is only forgotten.

        Raises:
            WizardError: a token could not be revoked; the others were revoked all the same.
        """
        hosts: list[str] = []
        failure: errors.WizardError | None = None
        async with self._save_lock:
            for state, unsaved in list(self._unsaved.items()):
                pending = unsaved.pending
                try:
                    credentials = await self._credentials(unsaved)
                    was_revoked = await self._revoker.revoke_unless_shared(credentials, pending)
                except errors.WizardError as error:
                    failure = error
                else:
                    self._unsaved.pop(state, None)
                    hosts += [pending.server.host] if was_revoked else []
        if failure is not None:
            raise failure
        return hosts

    def discard_unsaved_tokens(self) -> None:
        """Forget the tokens that could not be saved; they stay valid at the server."""
        self._unsaved.clear()

    def unsaved(self, pending: PendingSignIn) -> PendingSignIn | None:
        """Return the unsaved result of a pending sign-in.

        Args:
            pending: the pending sign-in for which the code was pasted.

        Returns:
            The pending sign-in that the code belonged to, with its token; None where no token is
            unsaved.
        """
        unsaved = self._unsaved.get(pending.state)
        return None if unsaved is None else unsaved.pending

    def forget(self, pending: PendingSignIn) -> None:
        """Forget the token of a pending sign-in, where it could not be saved."""
        self._unsaved.pop(pending.state, None)

    async def finish(self) -> None:
        """Wait for running exchanges, and try once more to save what could not be saved."""
        for running in list(self._running.values()):
            await asyncio.wait([running.task])
        for state in list(self._unsaved):
            with contextlib.suppress(errors.WizardError):
                await self._save(state)

    def _forget_ended(self, state: str, task: asyncio.Task[PendingSignIn]) -> None:
        """Keep no code longer than its exchange takes."""
        running = self._running.get(state)
        if running is not None and running.task is task:
            del self._running[state]
        # asyncio prints an exception that nobody retrieved, and that would be over the screen.
        error = None if task.cancelled() else task.exception()
        if isinstance(error, errors.TokenMayExist):
            self._untold[state] = error

    async def _exchange_after(
        self, previous: _RunningExchange | None, pending: PendingSignIn, paste: AuthorizationCode
    ) -> PendingSignIn:
        """Exchange a code and save the token, once the previous exchange has ended.

        Where an earlier token is still unsaved, that one is saved and the code is not sent.
        """
        if previous is not None:
            await asyncio.wait([previous.task])
        untold = self.pop_untold(pending)
        if untold is not None:
            raise untold
        if pending.state not in self._unsaved:
            credentials = await asyncio.to_thread(self._store.load)
            candidate = credentials.pending_sign_in(paste.state or pending.state)
            if candidate is not None and candidate.token is not None:
                return candidate
            await asyncio.to_thread(self._store.check_writable)
            completed = await self._exchange(credentials, pending, paste)
            completed = _with_intent(completed, pending)
            self._unsaved[pending.state] = _UnsavedToken(completed, pending, credentials)
        saved = await self._save(pending.state)
        if saved is None:
            details = "its access was revoked or forgotten in the meantime"
            raise errors.CodeRefused(host=pending.server.host, details=details)
        return saved

    async def _credentials(self, unsaved: _UnsavedToken) -> Credentials:
        """Return the current credentials, or those from when the code was exchanged.

        The latter are used where the registration is no longer in the file: nothing else needed
        it, or another file is used now.
        """
        try:
            credentials = await asyncio.to_thread(self._store.load)
        except errors.FileError:
            return unsaved.credentials
        origin, client_id = unsaved.pending.server.origin, unsaved.pending.client_id
        is_missing = credentials.registration(origin, client_id) is None
        return unsaved.credentials if is_missing else credentials

    async def _save(self, state: str) -> PendingSignIn | None:
        """Save an unsaved token; return None where it was saved, revoked or discarded meanwhile."""
        async with self._save_lock:
            if state not in self._unsaved:
                return None
            completed, requested, _ = self._unsaved[state]
            is_same_server = completed.server.origin == requested.server.origin
            instead_of = requested if is_same_server else None
            saved = await self._pending.save(completed, instead_of=instead_of)
            self._unsaved.pop(state, None)
            return saved

    async def _exchange(
        self, credentials: Credentials, pending: PendingSignIn, paste: AuthorizationCode
    ) -> PendingSignIn:
        """Return the pending sign-in that the code belonged to, with its token."""
        refusal: errors.SignInError | None = None
        for candidate in _candidates(credentials, pending, paste):
            self._sent[pending.state] = candidate
            try:
                token = await self._token(credentials, candidate, paste)
            except errors.SignInError as error:
                # The first error is about the code; later ones may be about a lost registration.
                refusal = refusal or error
            else:
                link = candidate if paste.state else _link_with(credentials, candidate, token)
                return link._replace(token=token, step=WizardStep.PROFILE, code_sent=False)
            if not isinstance(refusal, errors.CodeForOtherSignIn):
                break
        if isinstance(refusal, errors.CodeForOtherSignIn):
            if not invalid_grant_is_specific(pending.server):
                refusal = errors.CodeRefused(host=pending.server.host, details=refusal.details)
            elif self._now() - pending.started_at > _CODE_LIFETIME:
                # GoToSocial says the same of a code that is just too old (measured on 0.19.2).
                refusal = errors.CodeExpired(details=refusal.details)
        raise refusal or errors.CodeRefused(host=pending.server.host)

    async def _token(
        self, credentials: Credentials, pending: PendingSignIn, paste: AuthorizationCode
    ) -> Token:
        registration = credentials.registration(pending.server.origin, pending.client_id)
        if registration is None:
            details = "the registration isn't in the file"
            raise errors.RegistrationUnknown(host=pending.server.host, details=details)
        client = await asyncio.to_thread(
            self._store.client_credentials, registration, pending.server
        )
        verifier = (
            code_verifier(client.client_secret, pending.state) if pending.code_challenge else None
        )
        http = await self._http.get()
        await self._pending.note_code_sent(pending, sent=True)
        try:
            return await endpoints.exchange_code(
                http, client, paste.code, verifier, pending.redirect_uri
            )
        except errors.TokenMayExist as error:
            error.is_listed = can_revoke(pending.server)
            raise
        except errors.WizardError:
            await self._pending.note_code_sent(pending, sent=False)
            raise


def _with_intent(completed: PendingSignIn, requested: PendingSignIn) -> PendingSignIn:
    """Return a pending sign-in whose code came from another link than the one last shown.

    It goes on as what the user wanted, and remembers if its link asked for other scopes.
    """
    if completed.state == requested.state or completed.server.origin != requested.server.origin:
        return completed
    chosen = requested.chosen_scopes or requested.scopes
    is_other = chosen != completed.scopes and enforces_scopes(completed.server)
    return completed._replace(
        username=requested.username,
        renewed_handle=requested.renewed_handle,
        chosen_scopes=chosen if is_other else (),
    )


def _candidates(
    credentials: Credentials, pending: PendingSignIn, paste: AuthorizationCode
) -> list[PendingSignIn]:
    """Return the pending sign-ins that the code may belong to, the likeliest first.

    A `state` in the pasted URL identifies one (RFC 6749 section 10.12). The URL must be of its
    server, or of the page of this program to which its link leads. A bare code is tried for
    `pending` first. If the server says that the code is for another sign-in, the others of that
    server are tried: the code may come from an earlier link.

    Raises:
        CodeForOtherServer: the URL is of another server.
        CodeForOtherSignIn: no pending sign-in has that `state`.
    """
    named = pending if paste.state == pending.state else credentials.pending_sign_in(paste.state)
    candidate = pending if named is None else named
    is_callback = named is not None and named.redirect_uri.startswith(f"{paste.origin}/")
    if not is_callback and paste.origin not in {"", candidate.server.origin}:
        host = paste.origin.partition("://")[2]
        raise errors.CodeForOtherServer(
            host=sanitize_line(host, 60), expected=candidate.server.host
        )
    if paste.state:
        if named is None or not named.client_id:
            raise errors.CodeForOtherSignIn(details="the state in the address isn't the wizard's")
        return [named]
    others = {
        _exchange_key(other): other
        for other in credentials.pending_sign_ins
        if other.server.origin == pending.server.origin and other.client_id and other.token is None
    }
    others.pop(_exchange_key(pending), None)
    return [pending, *reversed(others.values())]


def _exchange_key(pending: PendingSignIn) -> tuple[str, str, str, str]:
    """Return what tells apart links whose codes are exchanged with different requests."""
    return (
        pending.server.origin,
        pending.client_id,
        pending.code_challenge,
        pending.redirect_uri,
    )


def _link_with(credentials: Credentials, candidate: PendingSignIn, token: Token) -> PendingSignIn:
    """Return the pending sign-in whose link gave a bare code, by the scopes of its token.

    Without a code challenge, the codes of all links of a registration are exchanged alike, and
    GoToSocial's browser session may give that of an earlier link.

    Args:
        credentials: the contents of the credentials file.
        candidate: the pending sign-in with whose client the code was exchanged; returned where its
            link asks for these scopes, or none of that client does.
        token: the token.
    """
    exchanged_alike = (
        other
        for other in reversed(credentials.pending_sign_ins)
        if _exchange_key(other) == _exchange_key(candidate) and other.token is None
    )
    granted = set(token.scopes)
    links = (candidate, *exchanged_alike)
    return next((link for link in links if set(link.scopes) == granted), candidate)
