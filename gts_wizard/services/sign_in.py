"""The sign-in, from a typed address to a verified and saved account.

Each step is saved before it returns, so a sign-in resumes after a closed terminal, and what was
done is not done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.address import Address, read_address
from gts_wizard.api import discovery, endpoints
from gts_wizard.errors import DifferentAccount, NoScopesChosen, WizardError
from gts_wizard.models import Account, ClientRegistration, PendingSignIn, Profile, WizardStep
from gts_wizard.oauth.authorize import code_challenge, code_verifier, new_state
from gts_wizard.oauth.pasted_code import PastedCode
from gts_wizard.oauth.scopes import POST, grants, with_required
from gts_wizard.services.code_exchange import CodeExchange
from gts_wizard.services.pending import PendingSignIns, without_finished
from gts_wizard.services.registration import ClientRegistrar
from gts_wizard.services.revocation import Revoker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.credentials import Credentials
    from gts_wizard.models import PendingSignIn, Scopes, Server, Token
    from gts_wizard.secret import Secret
    from gts_wizard.services.revocation import RevocationRequest, Revoker
    from gts_wizard.storage.store import Store


@dataclass(frozen=True)
class SignInResult:
    """How an attempt ended well.

    Attributes:
        account: the account, already saved.
        profile: what the server says of it.
        expected: whose handle was typed, if it is not whose account this is; empty otherwise.
        withheld: what was asked for and not granted.
        is_renewed: whether it is the account whose access was to be renewed.
    """

    account: Account
    profile: Profile
    requested_handle: str = ""
    missing_scopes: Scopes = ()
    is_renewed: bool = False


class TokenVerifier:
    """Verifies tokens.

    Args:
        store: where attempts and accounts are kept.
        connection: the way to servers.
        ending: ends the accesses that new ones replace.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: LazyHttpClient, ending: Revoker, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._connection = connection
        self._revoker = ending
        self._now = now

    async def verify(self, attempt: PendingSignIn, *, keeps_both: bool) -> SignInResult:
        """Ask the server whose token it is, and save the account; see `SignInFlow.verify`."""
        if attempt.token is None:
            raise ValueError("an attempt is verified once it has a token")
        token = await asyncio.to_thread(self._store.reveal, attempt.token.value)
        transport = await self._connection.get()
        profile = await endpoints.verify_credentials(transport, attempt.server.origin, token)
        account = self._account(attempt, attempt.token, profile)
        is_renewed = _same_name(account.handle, attempt.renewing)
        if attempt.renewing and not is_renewed and not keeps_both:
            raise DifferentAccount(expected=attempt.renewing, came=account.handle)
        await self._save(attempt, account, token)
        typed = attempt.username
        expected = "" if _same_name(typed, profile.username) or keeps_both else typed
        granted = account.token.scopes
        withheld = tuple(one for one in attempt.scopes if not grants(granted, (one,)))
        return SignInResult(account, profile, expected, withheld, is_renewed)

    async def _save(self, attempt: PendingSignIn, account: Account, token: Secret) -> None:
        """Put the account on the shelf, and end the access that it had before."""
        before = await asyncio.to_thread(self._store.load)
        old = before.account(account.handle)
        ended: RevocationRequest | None = None
        if old is not None:
            with contextlib.suppress(WizardError):
                ended = await self._revoker.request_for(before, old)

        def change(shelf: Credentials) -> Credentials:
            shelf = without_finished(shelf, attempt).with_account(account)
            return shelf.without_unused_registrations(account.server.origin)

        await asyncio.to_thread(self._store.update, change)
        # Mastodon gives the same token again to the same application.
        if ended is not None and ended.token != token:
            with contextlib.suppress(WizardError):
                await self._revoker.revoke(ended)

    def _account(self, attempt: PendingSignIn, token: Token, profile: Profile) -> Account:
        return Account(
            server=attempt.server,
            id=profile.id,
            username=profile.username,
            display_name=profile.display_name,
            token=replace(token, scopes=token.scopes or attempt.scopes),
            client_id=attempt.client_id,
            verified_at=self._now(),
        )


def _same_name(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SignInFlow:
    """Walks attempts from step to step.

    Args:
        store: where attempts and accounts are kept.
        connection: the way to servers.
        now: the clock, in UTC.
    """

    def __init__(
        self, store: Store, connection: LazyHttpClient, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._store = store
        self._connection = connection
        self._now = now
        self._pending = PendingSignIns(store, now)
        self._registrar = ClientRegistrar(store, connection, now)
        self._revoker = Revoker(store, connection)
        self._verifier = TokenVerifier(store, connection, self._revoker, now)
        self._code_exchange = CodeExchange(store, connection, self._pending, self._revoker)

    async def pending_sign_ins(self) -> list[PendingSignIn]:
        """Return the attempts that can be gone on with, the newest first.

        Raises:
            FileError: the shelf can't be read.
        """
        return await self._pending.list()

    async def look_up(self, typed: str) -> PendingSignIn:
        """Find the instance that was typed, and begin an attempt there.

        Raises:
            AddressError: what was typed is no address.
            ServerError: there is no instance, or it can't be reached.
            FileError: the attempt can't be saved.
        """
        address = read_address(typed)
        server = await discovery.find_server(await self._connection.get(), address)
        return await self._begin(server, address)

    async def renew(self, account: Account, chosen: Scopes = ()) -> PendingSignIn:
        """Begin an attempt that leads straight to the link, with everything filled in.

        The server is looked up again: it may have moved or been updated.

        Args:
            account: whose access is renewed.
            chosen: what the new access may do; the same as the old one when left out.

        Raises:
            ServerError: the server can't be reached, or does not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        address = read_address(account.handle)
        server = await discovery.find_server(await self._connection.get(), address)
        attempt = PendingSignIn(
            state=new_state(),
            server=server,
            step=WizardStep.PERMISSIONS,
            started_at=self._now(),
            username=account.username,
            renewing=account.handle,
        )
        # What an access from another tool may do is not known.
        return await self.choose_scopes(attempt, chosen or account.token.scopes or POST.scopes)

    async def choose_scopes(self, attempt: PendingSignIn, chosen: Iterable[str]) -> PendingSignIn:
        """Settle what programs may do, registering the wizard where that is still needed.

        A link that was given out stays good: choosing the same again changes nothing, and
        choosing something else begins an attempt of its own beside it.

        Raises:
            NoScopesChosen: no permission was chosen.
            ServerError: the server did not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        wanted = tuple(chosen)
        if not wanted:
            raise NoScopesChosen
        scopes = with_required(wanted)
        if attempt.client_id and attempt.scopes == scopes:
            return await self.set_step(attempt, WizardStep.AUTHORIZE)
        registration = await self._registrar.find_or_register(
            attempt.server, scopes, attempt.requested_handle
        )
        state = new_state() if attempt.client_id else attempt.state
        return await self._link(replace(attempt, state=state, scopes=scopes), registration)

    async def new_link(self, attempt: PendingSignIn) -> PendingSignIn:
        """Return an attempt with a new link, of a new registration.

        Servers answer alike to a wrong code and to a registration they no longer have, so the
        old registration is not relied on. The old attempt stays: its code may still come.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        registration = await self._registrar.register(attempt.server, attempt.scopes)
        return await self._link(replace(attempt, state=new_state()), registration)

    async def start_over(self, attempt: PendingSignIn) -> PendingSignIn:
        """Return a fresh attempt in the place of one whose access is dead: asking again is vain.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the attempt can't be saved.
            KeyringError: the keyring does not keep or give the wizard's secret.
        """
        fresh = await self.new_link(attempt)
        # There is nothing to end there any more.
        await self._pending.remove(attempt)
        return fresh

    async def set_step(self, attempt: PendingSignIn, step: WizardStep) -> PendingSignIn:
        """Remember how far the person has come.

        Raises:
            FileError: it can't be saved.
        """
        if attempt.step == step:
            return attempt
        return await self._pending.save(replace(attempt, step=step))

    async def refresh(self, attempt: PendingSignIn) -> PendingSignIn | None:
        """Return an attempt as it is once an exchange of its code that is under way has ended.

        Returns:
            The attempt, perhaps with a token by now; None where it was finished or forgotten.

        Raises:
            FileError: the shelf can't be read.
        """
        await self._code_exchange.wait_for_exchange(attempt)
        shelf = await asyncio.to_thread(self._store.load)
        return shelf.pending_sign_in(attempt.state)

    async def discard(self, attempt: PendingSignIn) -> WizardError | None:
        """Forget an attempt that the person does not want to go on with.

        An access that it led to already is ended too, where the server lets us.

        Returns:
            Why that access was not ended, and stays alive; None where there is none.

        Raises:
            FileError: the shelf can't be read or saved.
        """
        alive = None
        await self._code_exchange.wait_for_exchange(attempt)
        shelf = await asyncio.to_thread(self._store.load)
        current = (
            self._code_exchange.unsaved(attempt) or shelf.pending_sign_in(attempt.state) or attempt
        )
        if current.token is not None:
            try:
                await self._revoker.revoke_unless_shared(shelf, current)
            except WizardError as failure:
                alive = failure
        if alive is None:
            self._code_exchange.forget(attempt)
        await self._pending.remove(attempt)
        # Not before: whoever tries again must be told again that it is alive.
        self._code_exchange.forget(attempt)
        return alive

    async def exchange_code(self, attempt: PendingSignIn, paste: PastedCode) -> PendingSignIn:
        """Exchange a code for a token, and put the token on the shelf before anything else.

        The exchange is never repeated on its own, and goes on to its end when the caller is
        cancelled: a token the server has issued is not lost.

        Returns:
            The attempt the code belonged to, with its token; not always the one passed in.

        Raises:
            SignInError: the server does not take the code.
            ServerError: no usable answer came.
            FileError: the token can't be saved; it is kept, and calling again saves it.
        """
        return await self._code_exchange.exchange_code(attempt, paste)

    async def verify(self, attempt: PendingSignIn, *, keeps_both: bool = False) -> SignInResult:
        """Ask the server whose token it is, and save the account.

        Args:
            attempt: one with a token.
            keeps_both: whether it may be another account than the one that is renewed.

        Raises:
            DifferentAccount: it is, and may not be; the token stays on the shelf.
            ServerError: the server did not say; the token stays on the shelf, with the attempt.
            FileError: the account can't be saved; the token stays on the shelf.
        """
        return await self._verifier.verify(attempt, keeps_both=keeps_both)

    @property
    def has_unsaved_tokens(self) -> bool:
        """Whether a token that was issued could not be saved, and would be lost on leaving."""
        return self._code_exchange.has_unsaved

    @property
    def is_exchanging(self) -> bool:
        """Whether a code is being exchanged, perhaps after nobody waits for it any more."""
        return self._code_exchange.is_running

    async def revoke_unsaved_tokens(self) -> list[str]:
        """End the accesses whose tokens could not be saved, and forget those that ended.

        Returns:
            The hosts where one has ended; one that an account has as well is only forgotten.

        Raises:
            WizardError: one of them could not be ended; the others were, all the same.
        """
        return await self._code_exchange.revoke_unsaved()

    def discard_unsaved_tokens(self) -> None:
        """Forget the accesses whose tokens could not be saved; they stay alive at the server."""
        self._code_exchange.discard_unsaved()

    async def finish(self) -> None:
        """Wait for an exchange under way, and try once more to save what could not be saved."""
        await self._code_exchange.finish()

    async def aclose(self) -> None:
        """Finish, and end what still can't be saved: nobody else would know that it is alive."""
        await self.finish()
        with contextlib.suppress(WizardError):
            await self.revoke_unsaved_tokens()

    async def _begin(self, server: Server, address: Address) -> PendingSignIn:
        """Begin an attempt, or return the unfinished one that is just this."""
        for one in await self.pending_sign_ins():
            if (one.server, one.username) == (server, address.username) and one.token is None:
                return one
        return await self._pending.save(
            PendingSignIn(
                state=new_state(),
                server=server,
                step=WizardStep.PERMISSIONS,
                started_at=self._now(),
                username=address.username,
            )
        )

    async def _link(
        self, attempt: PendingSignIn, registration: ClientRegistration
    ) -> PendingSignIn:
        """Keep an attempt that begins anew, with a link that names this registration."""
        challenge = ""
        if attempt.server.metadata.supports_pkce:
            client = await asyncio.to_thread(
                self._store.client_credentials, registration, attempt.server
            )
            challenge = code_challenge(code_verifier(client.client_secret, attempt.state))
        linked = replace(
            attempt,
            step=WizardStep.AUTHORIZE,
            started_at=self._now(),
            client_id=registration.client_id,
            code_challenge=challenge,
            token=None,
        )
        return await self._pending.save(linked, registration)
