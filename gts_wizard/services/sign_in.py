"""One attempt at signing in, from a typed address to a saved and verified account.

The faces come in, a step at a time. Each step is on the shelf before it returns, so that an
attempt goes on from there after a closed terminal; what was done is not done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gts_wizard.errors import (
    CodeOfAnotherAttempt,
    CodeRefused,
    NothingChosen,
    RegistrationGone,
    WizardError,
)
from gts_wizard.models import Account, Attempt, Profile, Registration, Scopes, Step
from gts_wizard.rules.address import Address, read_address
from gts_wizard.rules.oob import Paste, new_state
from gts_wizard.rules.scopes import covers, with_verifying
from gts_wizard.server import api, discovery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Server
    from gts_wizard.server.connection import Connection
    from gts_wizard.shelf import Shelf

ATTEMPT_LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class SignedIn:
    """How an attempt ended well.

    Attributes:
        account: the account, already saved.
        profile: what the server says of it.
        expected: whose handle was typed, if it is not whose account this is; empty otherwise.
    """

    account: Account
    profile: Profile
    expected: str = ""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SignIn:
    """Walks attempts from step to step.

    Args:
        store: where attempts and accounts are kept.
        connection: the way to servers.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: Connection, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._store = store
        self._connection = connection
        self._now = now
        self._redeeming: dict[str, asyncio.Task[Attempt]] = {}
        self._unsaved: dict[str, Attempt] = {}

    async def open_attempts(self) -> list[Attempt]:
        """Return the attempts that can be gone on with, the newest first.

        Raises:
            FileError: the shelf can't be read.
        """
        shelf = await asyncio.to_thread(self._store.load)
        return [one for one in reversed(shelf.attempts) if not self._is_stale(one)]

    async def look_up(self, typed: str) -> Attempt:
        """Find the instance that was typed, and begin an attempt there.

        Raises:
            AddressError: what was typed is no address.
            WireError: there is no instance, or it can't be reached.
            FileError: the attempt can't be saved.
        """
        address = read_address(typed)
        server = await discovery.find_server(await self._connection.transport(), address)
        return await self._begin(server, address)

    async def choose(self, attempt: Attempt, chosen: Iterable[str]) -> Attempt:
        """Settle what tools may do, registering the wizard where that is still needed.

        A link that was given out stays good: choosing the same again changes nothing, and
        choosing something else begins an attempt of its own beside it.

        Raises:
            NothingChosen: no permission was chosen.
            WireError: the server did not register the wizard.
            FileError: the attempt can't be saved.
        """
        wanted = tuple(chosen)
        if not wanted:
            raise NothingChosen
        scopes = with_verifying(wanted)
        if attempt.client_id and attempt.scopes == scopes:
            return await self.stand_at(attempt, Step.AUTHORIZE)
        registration = await self._registration(attempt.server, scopes)
        state = new_state() if attempt.client_id else attempt.state
        return await self._keep(
            replace(
                attempt,
                state=state,
                step=Step.AUTHORIZE,
                started_at=self._now(),
                scopes=scopes,
                client_id=registration.client_id,
            ),
            registration,
        )

    async def fresh(self, attempt: Attempt) -> Attempt:
        """Return an attempt with a new link, of a new registration.

        Servers answer alike to a wrong code and to a registration they no longer have, so the
        old registration is not relied on. The old attempt stays: its code may still come.

        Raises:
            WireError: the server did not register the wizard.
            FileError: the attempt can't be saved.
        """
        registration = await self._register(attempt.server, attempt.scopes)
        return await self._keep(
            replace(
                attempt,
                state=new_state(),
                step=Step.AUTHORIZE,
                started_at=self._now(),
                client_id=registration.client_id,
                token=None,
            ),
            registration,
        )

    async def stand_at(self, attempt: Attempt, step: Step) -> Attempt:
        """Remember how far the person has come.

        Raises:
            FileError: it can't be saved.
        """
        if attempt.step == step:
            return attempt
        return await self._keep(replace(attempt, step=step))

    async def let_go(self, attempt: Attempt) -> None:
        """Forget an attempt that the person does not want to go on with.

        Raises:
            FileError: it can't be saved.
        """
        await asyncio.to_thread(
            self._store.change, lambda shelf: shelf.without_attempt(attempt.state)
        )

    async def redeem(self, attempt: Attempt, paste: Paste) -> Attempt:
        """Exchange a code for a token, and put the token on the shelf before anything else.

        The exchange is never repeated on its own, and goes on to its end when the caller is
        cancelled: a token the server has issued is not lost.

        Returns:
            The attempt the code belonged to, with its token; not always the one passed in.

        Raises:
            SignInError: the server does not take the code.
            WireError: no usable answer came.
            FileError: the token can't be saved; it is kept, and calling again saves it.
        """
        running = self._redeeming.get(attempt.state)
        if running is None or running.done():
            running = asyncio.create_task(self._redeem(attempt, paste))
            running.add_done_callback(_look_at_failure)
            self._redeeming[attempt.state] = running
        return await asyncio.shield(running)

    async def verify(self, attempt: Attempt) -> SignedIn:
        """Ask the server whose token it is, and save the account.

        Raises:
            WireError: the server did not say; the token stays on the shelf, with the attempt.
            FileError: the account can't be saved; the token stays on the shelf.
        """
        if attempt.token is None:
            raise ValueError("an attempt is verified once it has a token")
        transport = await self._connection.transport()
        profile = await api.verify(transport, attempt.server.origin, attempt.token.value)
        account = Account(
            server=attempt.server,
            id=profile.id,
            username=profile.username,
            display_name=profile.display_name,
            token=replace(attempt.token, scopes=attempt.token.scopes or attempt.scopes),
            client_id=attempt.client_id,
            verified_at=self._now(),
        )
        replaced: list[Account] = []

        def change(shelf: Shelf) -> Shelf:
            replaced.extend(filter(None, [shelf.account(account.handle)]))
            return self._ended(shelf, attempt).with_account(account)

        shelf = await asyncio.to_thread(self._store.change, change)
        for old in replaced:
            await self._end(shelf, old, account)
        typed = attempt.username
        expected = typed if typed.casefold() != profile.username.casefold() else ""
        return SignedIn(account, profile, expected)

    async def aclose(self) -> None:
        """Wait for an exchange that is still under way, so that its token is saved."""
        for running in self._redeeming.values():
            with contextlib.suppress(WizardError):
                await running

    async def _end(self, shelf: Shelf, old: Account, new: Account) -> None:
        """End the access that a new one replaced, where the server lets us; nobody needs it."""
        registration = shelf.registration(old.server.origin, old.client_id)
        if registration is None or old.token.value == new.token.value:
            return
        with contextlib.suppress(WizardError):
            transport = await self._connection.transport()
            await api.revoke(transport, registration, old.token.value)

    async def _begin(self, server: Server, address: Address) -> Attempt:
        """Begin an attempt, or return the unfinished one that is just this."""
        for one in await self.open_attempts():
            if (one.server, one.username) == (server, address.username) and one.token is None:
                return one
        return await self._keep(
            Attempt(
                state=new_state(),
                server=server,
                step=Step.PERMISSIONS,
                started_at=self._now(),
                username=address.username,
            )
        )

    async def _registration(self, server: Server, scopes: Scopes) -> Registration:
        """Return a registration that covers the scopes: a saved one, or else a new one."""
        shelf = await asyncio.to_thread(self._store.load)
        for registration in reversed(shelf.registrations):
            if registration.origin == server.origin and covers(registration.scopes, scopes):
                return registration
        return await self._register(server, scopes)

    async def _register(self, server: Server, scopes: Scopes) -> Registration:
        return await api.register(await self._connection.transport(), server.origin, scopes)

    async def _keep(self, attempt: Attempt, registration: Registration | None = None) -> Attempt:
        def change(shelf: Shelf) -> Shelf:
            if registration is not None:
                shelf = shelf.with_registration(registration)
            return self._swept(shelf, attempt).with_attempt(attempt)

        await asyncio.to_thread(self._store.change, change)
        return attempt

    async def _redeem(self, attempt: Attempt, paste: Paste) -> Attempt:
        if attempt.state not in self._unsaved:
            shelf = await asyncio.to_thread(self._store.load)
            kept = shelf.attempt(attempt.state)
            if kept is not None and kept.token is not None:
                return kept
            self._unsaved[attempt.state] = await self._exchange(shelf, attempt, paste)
        redeemed = await self._keep(self._unsaved[attempt.state])
        del self._unsaved[attempt.state]
        return redeemed

    async def _exchange(self, shelf: Shelf, attempt: Attempt, paste: Paste) -> Attempt:
        refusal: WizardError = CodeRefused()
        for candidate in self._candidates(shelf, attempt, paste):
            registration = shelf.registration(candidate.server.origin, candidate.client_id)
            if registration is None:
                refusal = RegistrationGone()
                continue
            transport = await self._connection.transport()
            try:
                token = await api.exchange(transport, registration, paste.code)
            except CodeOfAnotherAttempt as another:
                refusal = another
            else:
                return replace(candidate, token=token, step=Step.PROFILE)
        raise refusal

    def _candidates(self, shelf: Shelf, attempt: Attempt, paste: Paste) -> list[Attempt]:
        """Return the attempts the code may belong to, the likeliest first.

        A `state` names one (RFC 6749 section 10.12). A bare code is tried for the attempt at
        hand, and then, if the server says that it is another's, for the others of that server:
        the browser may have given a code for an earlier link.
        """
        if paste.state and paste.state != attempt.state:
            named = shelf.attempt(paste.state)
            if named is None or not named.client_id:
                raise CodeOfAnotherAttempt(details="the state in the address is another's")
            return [named]
        others = [
            one
            for one in reversed(shelf.attempts)
            if one.server.origin == attempt.server.origin
            and one.client_id not in {"", attempt.client_id}
            and one.token is None
        ]
        return [attempt] if paste.state else [attempt, *others]

    def _ended(self, shelf: Shelf, attempt: Attempt) -> Shelf:
        """Drop the attempt, and those of the same server that it came after."""
        for one in shelf.attempts:
            superseded = one.server.origin == attempt.server.origin and one.token is None
            if one.state == attempt.state or (superseded and one.started_at <= attempt.started_at):
                shelf = shelf.without_attempt(one.state)
        return shelf

    def _swept(self, shelf: Shelf, current: Attempt) -> Shelf:
        """Drop what is a day old, and look-ups that came to nothing before this one."""
        for one in shelf.attempts:
            if one.state != current.state and (self._is_stale(one) or not one.client_id):
                shelf = shelf.without_attempt(one.state)
        return shelf

    def _is_stale(self, attempt: Attempt) -> bool:
        return attempt.token is None and self._now() - attempt.started_at > ATTEMPT_LIFETIME


def _look_at_failure(task: asyncio.Task[Attempt]) -> None:
    # When nobody waits any more, asyncio would print the failure over the screen.
    if not task.cancelled():
        task.exception()
