"""One attempt at signing in, from a typed address to a saved and verified account.

The faces come in, a step at a time. Each step is on the shelf before it returns, so that an
attempt goes on from there after a closed terminal; what was done is not done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.errors import NothingChosen, WizardError
from gts_wizard.models import Account, Attempt, Registration, Step
from gts_wizard.rules.address import Address, read_address
from gts_wizard.rules.challenge import code_challenge, code_verifier
from gts_wizard.rules.oob import new_state
from gts_wizard.rules.paste import Paste
from gts_wizard.rules.scopes import POST, with_verifying
from gts_wizard.server import discovery
from gts_wizard.services.attempts import Attempts
from gts_wizard.services.ending import Ending
from gts_wizard.services.redeeming import Redeeming
from gts_wizard.services.registering import Registering
from gts_wizard.services.verifying import Verifying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Scopes, Server
    from gts_wizard.server.connection import Connection
    from gts_wizard.services.verifying import SignedIn


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
        self._attempts = Attempts(store, now)
        self._registering = Registering(store, connection, now)
        self._ending = Ending(store, connection)
        self._verifying = Verifying(store, connection, self._ending, now)
        self._redeeming = Redeeming(store, connection, self._attempts, self._ending)

    async def open_attempts(self) -> list[Attempt]:
        """Return the attempts that can be gone on with, the newest first.

        Raises:
            FileError: the shelf can't be read.
        """
        return await self._attempts.open()

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

    async def renew(self, account: Account, chosen: Scopes = ()) -> Attempt:
        """Begin an attempt that leads straight to the link, with everything filled in.

        The server is looked up again: it may have moved or been updated.

        Args:
            account: whose access is renewed.
            chosen: what the new access may do; the same as the old one when left out.

        Raises:
            WireError: the server can't be reached, or does not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        address = read_address(account.handle)
        server = await discovery.find_server(await self._connection.transport(), address)
        attempt = Attempt(
            state=new_state(),
            server=server,
            step=Step.PERMISSIONS,
            started_at=self._now(),
            username=account.username,
            renews=account.handle,
        )
        # What an access from another tool may do is not known.
        return await self.choose(attempt, chosen or account.token.scopes or POST.scopes)

    async def choose(self, attempt: Attempt, chosen: Iterable[str]) -> Attempt:
        """Settle what programs may do, registering the wizard where that is still needed.

        A link that was given out stays good: choosing the same again changes nothing, and
        choosing something else begins an attempt of its own beside it.

        Raises:
            NothingChosen: no permission was chosen.
            WireError: the server did not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        wanted = tuple(chosen)
        if not wanted:
            raise NothingChosen
        scopes = with_verifying(wanted)
        if attempt.client_id and attempt.scopes == scopes:
            return await self.stand_at(attempt, Step.AUTHORIZE)
        registration = await self._registering.covering(attempt.server, scopes, attempt.expected)
        state = new_state() if attempt.client_id else attempt.state
        return await self._link(replace(attempt, state=state, scopes=scopes), registration)

    async def fresh(self, attempt: Attempt) -> Attempt:
        """Return an attempt with a new link, of a new registration.

        Servers answer alike to a wrong code and to a registration they no longer have, so the
        old registration is not relied on. The old attempt stays: its code may still come.

        Raises:
            WireError: the server did not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        registration = await self._registering.fresh(attempt.server, attempt.scopes)
        return await self._link(replace(attempt, state=new_state()), registration)

    async def start_over(self, attempt: Attempt) -> Attempt:
        """Return a fresh attempt in the place of one whose access is dead: asking again is vain.

        Raises:
            WireError: the server did not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        fresh = await self.fresh(attempt)
        # There is nothing to end there any more.
        await self._attempts.drop(attempt)
        return fresh

    async def stand_at(self, attempt: Attempt, step: Step) -> Attempt:
        """Remember how far the person has come.

        Raises:
            FileError: it can't be saved.
        """
        if attempt.step == step:
            return attempt
        return await self._attempts.keep(replace(attempt, step=step))

    async def current(self, attempt: Attempt) -> Attempt | None:
        """Return an attempt as it is once an exchange of its code that is under way has ended.

        Returns:
            The attempt, perhaps with a token by now; None where it was finished or forgotten.

        Raises:
            FileError: the shelf can't be read.
        """
        await self._redeeming.settle(attempt)
        shelf = await asyncio.to_thread(self._store.load)
        return shelf.attempt(attempt.state)

    async def let_go(self, attempt: Attempt) -> WizardError | None:
        """Forget an attempt that the person does not want to go on with.

        An access that it led to already is ended too, where the server lets us.

        Returns:
            Why that access was not ended, and stays alive; None where there is none.

        Raises:
            FileError: the shelf can't be read or saved.
        """
        alive = None
        await self._redeeming.settle(attempt)
        shelf = await asyncio.to_thread(self._store.load)
        current = self._redeeming.unsaved(attempt) or shelf.attempt(attempt.state) or attempt
        if current.token is not None:
            try:
                await self._ending.end_unless_kept(shelf, current)
            except WizardError as failure:
                alive = failure
        if alive is None:
            self._redeeming.forget(attempt)
        await self._attempts.drop(attempt)
        # Not before: whoever tries again must be told again that it is alive.
        self._redeeming.forget(attempt)
        return alive

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
        return await self._redeeming.redeem(attempt, paste)

    async def verify(self, attempt: Attempt, *, keeps_both: bool = False) -> SignedIn:
        """Ask the server whose token it is, and save the account.

        Args:
            attempt: one with a token.
            keeps_both: whether it may be another account than the one that is renewed.

        Raises:
            DifferentAccount: it is, and may not be; the token stays on the shelf.
            WireError: the server did not say; the token stays on the shelf, with the attempt.
            FileError: the account can't be saved; the token stays on the shelf.
        """
        return await self._verifying.verify(attempt, keeps_both=keeps_both)

    @property
    def has_unsaved(self) -> bool:
        """Whether a token that was issued could not be saved, and would be lost on leaving."""
        return self._redeeming.has_unsaved

    @property
    def is_exchanging(self) -> bool:
        """Whether a code is being exchanged, perhaps after nobody waits for it any more."""
        return self._redeeming.is_running

    async def end_unsaved(self) -> list[str]:
        """End the accesses whose tokens could not be saved, and forget those that ended.

        Returns:
            The hosts where one has ended; one that an account has as well is only forgotten.

        Raises:
            WizardError: one of them could not be ended; the others were, all the same.
        """
        return await self._redeeming.end_unsaved()

    def leave_unsaved(self) -> None:
        """Forget the accesses whose tokens could not be saved; they stay alive at the server."""
        self._redeeming.give_up()

    async def finish(self) -> None:
        """Wait for an exchange under way, and try once more to save what could not be saved."""
        await self._redeeming.finish()

    async def aclose(self) -> None:
        """Finish, and end what still can't be saved: nobody else would know that it is alive."""
        await self.finish()
        with contextlib.suppress(WizardError):
            await self.end_unsaved()

    async def _begin(self, server: Server, address: Address) -> Attempt:
        """Begin an attempt, or return the unfinished one that is just this."""
        for one in await self.open_attempts():
            if (one.server, one.username) == (server, address.username) and one.token is None:
                return one
        return await self._attempts.keep(
            Attempt(
                state=new_state(),
                server=server,
                step=Step.PERMISSIONS,
                started_at=self._now(),
                username=address.username,
            )
        )

    async def _link(self, attempt: Attempt, registration: Registration) -> Attempt:
        """Keep an attempt that begins anew, with a link that names this registration."""
        challenge = ""
        if attempt.server.metadata.takes_challenge:
            client = await asyncio.to_thread(self._store.client, registration, attempt.server)
            challenge = code_challenge(code_verifier(client.client_secret, attempt.state))
        linked = replace(
            attempt,
            step=Step.AUTHORIZE,
            started_at=self._now(),
            client_id=registration.client_id,
            challenge=challenge,
            token=None,
        )
        return await self._attempts.keep(linked, registration)
