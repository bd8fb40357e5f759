"""From a pasted code to a token on the shelf, whoever closes which screen meanwhile.

`sign_in` comes in; the wire is asked and the shelf is written.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gts_wizard.errors import (
    CodeOfAnotherAttempt,
    CodeOfAnotherServer,
    CodeRefused,
    FileError,
    RegistrationGone,
    SignInError,
    WizardError,
)
from gts_wizard.models import Attempt, Step, Token
from gts_wizard.rules.challenge import code_verifier
from gts_wizard.rules.paste import Paste
from gts_wizard.rules.software import tells_codes_apart
from gts_wizard.server import api
from gts_wizard.text import one_line

if TYPE_CHECKING:
    from gts_wizard.credentials.store import Store
    from gts_wizard.server.connection import Connection
    from gts_wizard.services.attempts import Attempts
    from gts_wizard.services.ending import Ending
    from gts_wizard.shelf import Shelf


class _Running(NamedTuple):
    paste: Paste
    task: asyncio.Task[Attempt]


class _Redeemed(NamedTuple):
    attempt: Attempt
    at_hand: Attempt
    shelf: Shelf


class Redeeming:
    """Exchanges codes for tokens.

    Args:
        store: where attempts and registrations are kept.
        connection: the way to servers.
        attempts: the attempts on the shelf.
        ending: ends the accesses that can't be saved.
    """

    def __init__(
        self, store: Store, connection: Connection, attempts: Attempts, ending: Ending
    ) -> None:
        self._store = store
        self._connection = connection
        self._attempts = attempts
        self._ending = ending
        self._running: dict[str, _Running] = {}
        self._unsaved: dict[str, _Redeemed] = {}
        # An access is saved, ended or given up by one at a time.
        self._settling = asyncio.Lock()

    async def redeem(self, attempt: Attempt, paste: Paste) -> Attempt:
        """Exchange a code for a token, and put the token on the shelf; see `SignIn.redeem`."""
        before = self._running.get(attempt.state)
        if before is None or before.task.done() or before.paste != paste:
            task = asyncio.create_task(self._redeem_after(before, attempt, paste))
            task.add_done_callback(_look_at_failure)
            self._running[attempt.state] = _Running(paste, task)
        return await asyncio.shield(self._running[attempt.state].task)

    async def settle(self, attempt: Attempt) -> None:
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

    async def end_unsaved(self) -> list[str]:
        """End the accesses that could not be saved; see `SignIn.end_unsaved`."""
        hosts: list[str] = []
        failure: WizardError | None = None
        async with self._settling:
            for state, one in list(self._unsaved.items()):
                try:
                    shelf = await self._shelf(one)
                    has_ended = await self._ending.end_unless_kept(shelf, one.attempt)
                except WizardError as error:
                    failure = error
                else:
                    self._unsaved.pop(state, None)
                    hosts += [one.attempt.server.host] if has_ended else []
        if failure is not None:
            raise failure
        return hosts

    def give_up(self) -> None:
        """Forget the tokens that could not be saved."""
        self._unsaved.clear()

    def unsaved(self, attempt: Attempt) -> Attempt | None:
        """Return what an attempt led to with its token, where that could not be saved."""
        one = self._unsaved.get(attempt.state)
        return None if one is None else one.attempt

    def forget(self, attempt: Attempt) -> None:
        """Forget the token that an attempt led to, where that could not be saved."""
        self._unsaved.pop(attempt.state, None)

    async def finish(self) -> None:
        """Finish the exchanges under way, and try once more to save what could not be saved."""
        for running in list(self._running.values()):
            await asyncio.wait([running.task])
        for state in list(self._unsaved):
            with contextlib.suppress(WizardError):
                await self._save(state)

    async def _redeem_after(
        self, before: _Running | None, attempt: Attempt, paste: Paste
    ) -> Attempt:
        if before is not None:
            await asyncio.wait([before.task])
        if attempt.state not in self._unsaved:
            shelf = await asyncio.to_thread(self._store.load)
            meant = shelf.attempt(paste.state or attempt.state)
            if meant is not None and meant.token is not None:
                return meant
            redeemed = await self._exchange(shelf, attempt, paste)
            self._unsaved[attempt.state] = _Redeemed(redeemed, attempt, shelf)
        kept = await self._save(attempt.state)
        if kept is None:
            raise CodeRefused(details="its access was ended or given up meanwhile")
        return kept

    async def _shelf(self, one: _Redeemed) -> Shelf:
        """Return what is kept now, or else what was when the code was exchanged.

        The registration may be gone: nobody else needed it, or the file is another one.
        """
        try:
            shelf = await asyncio.to_thread(self._store.load)
        except FileError:
            return one.shelf
        wanted = one.attempt.server.origin, one.attempt.client_id
        return one.shelf if shelf.registration(*wanted) is None else shelf

    async def _save(self, state: str) -> Attempt | None:
        """Put a token on the shelf; None where it was settled in another way meanwhile."""
        async with self._settling:
            if state not in self._unsaved:
                return None
            redeemed, at_hand, _ = self._unsaved[state]
            is_same_server = redeemed.server.origin == at_hand.server.origin
            instead_of = at_hand if is_same_server else None
            kept = await self._attempts.keep(redeemed, instead_of=instead_of)
            self._unsaved.pop(state, None)
            return kept

    async def _exchange(self, shelf: Shelf, attempt: Attempt, paste: Paste) -> Attempt:
        """Return the attempt that the code belonged to, with its token."""
        refusal: SignInError | None = None
        for candidate in _candidates(shelf, attempt, paste):
            try:
                token = await self._token(shelf, candidate, paste)
            except SignInError as failure:
                # The first answer is about the code; later ones may be about a lost registration.
                refusal = refusal or failure
            else:
                return replace(candidate, token=token, step=Step.PROFILE)
            if not isinstance(refusal, CodeOfAnotherAttempt):
                break
        if isinstance(refusal, CodeOfAnotherAttempt) and not tells_codes_apart(attempt.server):
            refusal = CodeRefused(details=refusal.details)
        raise refusal or CodeRefused()

    async def _token(self, shelf: Shelf, attempt: Attempt, paste: Paste) -> Token:
        registration = shelf.registration(attempt.server.origin, attempt.client_id)
        if registration is None:
            raise RegistrationGone(details="the registration is not in the file")
        client = await asyncio.to_thread(self._store.client, registration, attempt.server)
        verifier = code_verifier(client.client_secret, attempt.state) if attempt.challenge else None
        transport = await self._connection.transport()
        return await api.exchange(transport, client, paste.code, verifier)


def _candidates(shelf: Shelf, attempt: Attempt, paste: Paste) -> list[Attempt]:
    """Return the attempts the code may belong to, the likeliest first.

    A `state` names one (RFC 6749 section 10.12), and an address its server, which alone may get
    the code. A bare code is tried for the attempt at hand, and then, if the server says that it is
    another's, for the others of that server: the browser may have given a code for an earlier link.
    """
    named = attempt if paste.state == attempt.state else shelf.attempt(paste.state)
    meant = attempt if named is None else named
    if paste.origin not in {"", meant.server.origin}:
        host = paste.origin.partition("://")[2]
        raise CodeOfAnotherServer(host=one_line(host, 60), expected=meant.server.host)
    if paste.state:
        if named is None or not named.client_id:
            raise CodeOfAnotherAttempt(details="the state in the address is not of the wizard")
        return [named]
    others = {
        (one.client_id, one.challenge): one
        for one in shelf.attempts
        if one.server.origin == attempt.server.origin and one.client_id and one.token is None
    }
    others.pop((attempt.client_id, attempt.challenge), None)
    return [attempt, *reversed(others.values())]


def _look_at_failure(task: asyncio.Task[Attempt]) -> None:
    # When nobody waits any more, asyncio would print the failure over the screen.
    if not task.cancelled():
        task.exception()
