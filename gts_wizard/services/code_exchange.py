"""From a pasted code to a token on the shelf, whoever closes which screen meanwhile.

`sign_in` comes in; the wire is asked and the shelf is written.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gts_wizard.api import endpoints
from gts_wizard.errors import (
    CodeForOtherServer,
    CodeForOtherSignIn,
    CodeRefused,
    FileError,
    RegistrationUnknown,
    SignInError,
    WizardError,
)
from gts_wizard.models import PendingSignIn, Token, WizardStep
from gts_wizard.oauth.authorize import code_verifier
from gts_wizard.oauth.pasted_code import PastedCode
from gts_wizard.oauth.server_features import invalid_grant_is_specific
from gts_wizard.sanitize import sanitize_line

if TYPE_CHECKING:
    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.services.pending import PendingSignIns
    from gts_wizard.services.revocation import Revoker
    from gts_wizard.storage.store import Store


class _RunningExchange(NamedTuple):
    paste: PastedCode
    task: asyncio.Task[PendingSignIn]


class _UnsavedToken(NamedTuple):
    pending: PendingSignIn
    requested: PendingSignIn
    credentials: Credentials


class CodeExchange:
    """Exchanges codes for tokens.

    Args:
        store: where attempts and registrations are kept.
        connection: the way to servers.
        attempts: the attempts on the shelf.
        ending: ends the accesses that can't be saved.
    """

    def __init__(
        self, store: Store, connection: LazyHttpClient, attempts: PendingSignIns, ending: Revoker
    ) -> None:
        self._store = store
        self._connection = connection
        self._pending = attempts
        self._revoker = ending
        self._running: dict[str, _RunningExchange] = {}
        self._unsaved: dict[str, _UnsavedToken] = {}
        # An access is saved, ended or given up by one at a time.
        self._save_lock = asyncio.Lock()

    async def exchange_code(self, attempt: PendingSignIn, paste: PastedCode) -> PendingSignIn:
        """Exchange a code for a token, and put the token on the shelf; see `SignInFlow.redeem`."""
        before = self._running.get(attempt.state)
        if before is None or before.task.done() or before.paste != paste:
            task = asyncio.create_task(self._exchange_after(before, attempt, paste))
            task.add_done_callback(_retrieve_exception)
            self._running[attempt.state] = _RunningExchange(paste, task)
        return await asyncio.shield(self._running[attempt.state].task)

    async def wait_for_exchange(self, attempt: PendingSignIn) -> None:
        """Wait for the exchange of an attempt's code, where one is under way."""
        running = self._running.get(attempt.state)
        if running is not None:
            await asyncio.wait([running.task])

    @property
    def is_running(self) -> bool:
        """Whether an exchange is under way."""
        return any(not one.task.done() for one in self._running.values())

    @property
    def has_unsaved(self) -> bool:
        """Whether there is a token that could not be saved, and is in memory only."""
        return bool(self._unsaved)

    async def revoke_unsaved(self) -> list[str]:
        """End the accesses that could not be saved; see `SignInFlow.end_unsaved`."""
        hosts: list[str] = []
        failure: WizardError | None = None
        async with self._save_lock:
            for state, one in list(self._unsaved.items()):
                try:
                    shelf = await self._credentials(one)
                    has_ended = await self._revoker.revoke_unless_shared(shelf, one.pending)
                except WizardError as error:
                    failure = error
                else:
                    self._unsaved.pop(state, None)
                    hosts += [one.pending.server.host] if has_ended else []
        if failure is not None:
            raise failure
        return hosts

    def discard_unsaved(self) -> None:
        """Forget the tokens that could not be saved."""
        self._unsaved.clear()

    def unsaved(self, attempt: PendingSignIn) -> PendingSignIn | None:
        """Return what an attempt led to with its token, where that could not be saved."""
        one = self._unsaved.get(attempt.state)
        return None if one is None else one.pending

    def forget(self, attempt: PendingSignIn) -> None:
        """Forget the token that an attempt led to, where that could not be saved."""
        self._unsaved.pop(attempt.state, None)

    async def finish(self) -> None:
        """Finish the exchanges under way, and try once more to save what could not be saved."""
        for running in list(self._running.values()):
            await asyncio.wait([running.task])
        for state in list(self._unsaved):
            with contextlib.suppress(WizardError):
                await self._save(state)

    async def _exchange_after(
        self, before: _RunningExchange | None, attempt: PendingSignIn, paste: PastedCode
    ) -> PendingSignIn:
        if before is not None:
            await asyncio.wait([before.task])
        if attempt.state not in self._unsaved:
            shelf = await asyncio.to_thread(self._store.load)
            meant = shelf.pending_sign_in(paste.state or attempt.state)
            if meant is not None and meant.token is not None:
                return meant
            redeemed = await self._exchange(shelf, attempt, paste)
            self._unsaved[attempt.state] = _UnsavedToken(redeemed, attempt, shelf)
        kept = await self._save(attempt.state)
        if kept is None:
            raise CodeRefused(details="its access was ended or given up meanwhile")
        return kept

    async def _credentials(self, one: _UnsavedToken) -> Credentials:
        """Return what is kept now, or else what was when the code was exchanged.

        The registration may be gone: nobody else needed it, or the file is another one.
        """
        try:
            shelf = await asyncio.to_thread(self._store.load)
        except FileError:
            return one.credentials
        wanted = one.pending.server.origin, one.pending.client_id
        return one.credentials if shelf.registration(*wanted) is None else shelf

    async def _save(self, state: str) -> PendingSignIn | None:
        """Put a token on the shelf; None where it was settled in another way meanwhile."""
        async with self._save_lock:
            if state not in self._unsaved:
                return None
            redeemed, at_hand, _ = self._unsaved[state]
            is_same_server = redeemed.server.origin == at_hand.server.origin
            instead_of = at_hand if is_same_server else None
            kept = await self._pending.save(redeemed, instead_of=instead_of)
            self._unsaved.pop(state, None)
            return kept

    async def _exchange(
        self, shelf: Credentials, attempt: PendingSignIn, paste: PastedCode
    ) -> PendingSignIn:
        """Return the attempt that the code belonged to, with its token."""
        refusal: SignInError | None = None
        for candidate in _candidates(shelf, attempt, paste):
            try:
                token = await self._token(shelf, candidate, paste)
            except SignInError as failure:
                # The first answer is about the code; later ones may be about a lost registration.
                refusal = refusal or failure
            else:
                return replace(candidate, token=token, step=WizardStep.PROFILE)
            if not isinstance(refusal, CodeForOtherSignIn):
                break
        if isinstance(refusal, CodeForOtherSignIn) and not invalid_grant_is_specific(
            attempt.server
        ):
            refusal = CodeRefused(details=refusal.details)
        raise refusal or CodeRefused()

    async def _token(self, shelf: Credentials, attempt: PendingSignIn, paste: PastedCode) -> Token:
        registration = shelf.registration(attempt.server.origin, attempt.client_id)
        if registration is None:
            raise RegistrationUnknown(details="the registration is not in the file")
        client = await asyncio.to_thread(
            self._store.client_credentials, registration, attempt.server
        )
        verifier = (
            code_verifier(client.client_secret, attempt.state) if attempt.code_challenge else None
        )
        transport = await self._connection.get()
        return await endpoints.exchange_code(transport, client, paste.code, verifier)


def _candidates(
    shelf: Credentials, attempt: PendingSignIn, paste: PastedCode
) -> list[PendingSignIn]:
    """Return the attempts the code may belong to, the likeliest first.

    A `state` names one (RFC 6749 section 10.12), and an address its server, which alone may get
    the code. A bare code is tried for the attempt at hand, and then, if the server says that it is
    another's, for the others of that server: the browser may have given a code for an earlier link.
    """
    named = attempt if paste.state == attempt.state else shelf.pending_sign_in(paste.state)
    meant = attempt if named is None else named
    if paste.origin not in {"", meant.server.origin}:
        host = paste.origin.partition("://")[2]
        raise CodeForOtherServer(host=sanitize_line(host, 60), expected=meant.server.host)
    if paste.state:
        if named is None or not named.client_id:
            raise CodeForOtherSignIn(details="the state in the address is not of the wizard")
        return [named]
    others = {
        (one.client_id, one.code_challenge): one
        for one in shelf.pending_sign_ins
        if one.server.origin == attempt.server.origin and one.client_id and one.token is None
    }
    others.pop((attempt.client_id, attempt.code_challenge), None)
    return [attempt, *reversed(others.values())]


def _retrieve_exception(task: asyncio.Task[PendingSignIn]) -> None:
    # When nobody waits any more, asyncio would print the failure over the screen.
    if not task.cancelled():
        task.exception()
