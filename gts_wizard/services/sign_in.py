"""The sign-in, from a typed address to a verified and saved account.

Each step is saved before it returns, so a sign-in resumes after a closed terminal, and what was
done is not done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.address import read_address
from gts_wizard.api import discovery
from gts_wizard.errors import NoScopesChosen, ServerError, WizardError
from gts_wizard.models import OOB_REDIRECT_URI, PendingSignIn, ReplacedToken, WizardStep
from gts_wizard.oauth.app_name import require_length
from gts_wizard.oauth.authorize import new_state
from gts_wizard.oauth.server_scopes import scopes_for
from gts_wizard.services.code_exchange import CodeExchange
from gts_wizard.services.pending import PendingSignIns
from gts_wizard.services.recovery import can_revoke_later
from gts_wizard.services.redirects import LoopbackRedirects
from gts_wizard.services.registration import ClientRegistrar
from gts_wizard.services.revocation import Revoker, TokenChanged
from gts_wizard.services.verification import TokenVerifier
from gts_wizard.version import APP_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gts_wizard.api.session import LazyHttpClient
    from gts_wizard.models import Account, Scopes
    from gts_wizard.storage.store import Store


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SignInFlow:
    """The steps of a sign-in. Each takes a pending sign-in and returns it as it is saved then.

    Args:
        store: the credentials store.
        http: the shared HTTP client.
        now: returns the current time, UTC.

    Attributes:
        pending_sign_ins: those in the credentials file, which can be resumed.
        redirects: links that lead the browser back to this program.
        code_exchange: the step from a code to a saved token.
        verifier: the last step, from a token to a verified and saved account.
    """

    def __init__(
        self, store: Store, http: LazyHttpClient, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._store = store
        self._http = http
        self._now = now
        self.pending_sign_ins = PendingSignIns(store, now)
        self._registrar = ClientRegistrar(store, http, now)
        self.redirects = LoopbackRedirects(store, self.pending_sign_ins, self._registrar)
        self._revoker = Revoker(store, http)
        self.verifier = TokenVerifier(store, http, self._revoker, now)
        self.code_exchange = CodeExchange(store, http, self.pending_sign_ins, self._revoker, now)

    async def look_up(self, typed: str, earlier: PendingSignIn | None = None) -> PendingSignIn:
        """Find the server of an address, and start a sign-in there.

        Args:
            typed: the address as the user typed it.
            earlier: the pending sign-in from which the user went back to type it. It goes on if
                the address is still its own, and belongs to the same journey otherwise.

        Raises:
            AddressError: it can't be read as an address.
            ServerError: no usable server is there, or it can't be reached.
            FileError: the pending sign-in can't be saved.
        """
        address = read_address(typed)
        await asyncio.to_thread(self._store.check_writable)
        try:
            server = await discovery.find_server(await self._http.get(), address)
        except ServerError as error:
            error.is_typed = True
            raise
        if earlier and (earlier.server, earlier.username) == (server, address.username):
            return earlier
        return await self.pending_sign_ins.save(
            PendingSignIn(
                state=new_state(),
                server=server,
                step=WizardStep.PERMISSIONS,
                started_at=self._now(),
                username=address.username,
                first_state=earlier.journey if earlier else "",
            )
        )

    async def app_name(self, account: Account) -> str:
        """Return the name with which a renewal registers: as before, or the usual one.

        Raises:
            FileError: the credentials file can't be read.
        """
        credentials = await asyncio.to_thread(self._store.load)
        return credentials.app_name(account) or APP_NAME

    async def renew(
        self, account: Account, chosen: Scopes = (), app_name: str | None = None
    ) -> PendingSignIn:
        """Start the renewal of an account's token.

        The server is looked up again: it may have moved or been updated. The result has a link
        already, unless the scopes are still to be chosen: those of an imported token are not known.

        Args:
            account: the account.
            chosen: the scopes of the new token; those of the old one when left out.
            app_name: the name under which the server is to list it; as before when left out.

        Raises:
            UnknownScope: the server does not know one of them.
            AppNameTooLong: the server does not take the name.
            ServerError: the server can't be reached, or does not register the wizard.
            FileError: the pending sign-in can't be saved.
            KeyringError: the keyring does not store or return the client secret.
        """
        await asyncio.to_thread(self._store.check_writable)
        address = read_address(account.handle)
        server = await discovery.find_server(await self._http.get(), address)
        pending = PendingSignIn(
            state=new_state(),
            server=server,
            step=WizardStep.PERMISSIONS,
            started_at=self._now(),
            username=account.username,
            renewed_handle=account.handle,
            app_name=app_name or await self.app_name(account),
        )
        scopes = chosen or account.token.scopes
        if not scopes:
            return await self.pending_sign_ins.save(pending)
        return await self.choose_scopes(pending, scopes)

    async def choose_scopes(
        self, pending: PendingSignIn, chosen: Iterable[str], app_name: str | None = None
    ) -> PendingSignIn:
        """Set the scopes and make the link, registering the wizard where that is needed.

        A link that exists already stays valid: choosing the same again keeps it, and choosing
        other scopes or another name starts a second pending sign-in beside it.

        Args:
            pending: the pending sign-in.
            chosen: the scopes; they are put in the server's terms, and those that verifying needs
                are added.
            app_name: the name to register with; that of the pending sign-in when left out.

        Raises:
            NoScopesChosen: `chosen` is empty.
            UnknownScope: the server does not know one of them.
            AppNameTooLong: the server does not take the name.
            ServerError: the server did not register the wizard.
            FileError: the pending sign-in can't be saved.
            KeyringError: the keyring does not store or return the client secret.
        """
        chosen = tuple(chosen)
        if not chosen:
            raise NoScopesChosen
        scopes = scopes_for(pending.server, chosen)
        wanted = pending._replace(scopes=scopes, app_name=app_name or pending.app_name)
        require_length(wanted.app_name, wanted.server)
        if pending.client_id and wanted == pending:
            return await self.set_step(pending, WizardStep.AUTHORIZE)
        registration, redirect_uri = await self._registrar.find_or_register(wanted, scopes)
        if pending.client_id:
            wanted = wanted.with_state(new_state())
        return await self.pending_sign_ins.save_link(wanted, registration, redirect_uri)

    async def new_link(self, pending: PendingSignIn) -> PendingSignIn:
        """Return a pending sign-in with a new link, of a new registration.

        Servers send the same error for a wrong code and for a registration they no longer have,
        so the old registration is not used again. The old pending sign-in stays: its code may
        still be pasted. It is no longer listened for, so that the new link can have its port.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the pending sign-in can't be saved.
            KeyringError: the keyring does not store or return the client secret.
        """
        await self.redirects.aclose()
        scopes = pending.chosen_scopes or pending.scopes
        registration = await self._registrar.register(pending.server, scopes, pending.app_name)
        return await self.pending_sign_ins.save_link(
            pending.with_state(new_state())._replace(scopes=scopes), registration, OOB_REDIRECT_URI
        )

    async def start_over(self, pending: PendingSignIn) -> PendingSignIn:
        """Replace a pending sign-in, whose token was revoked, by one with a new link.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the pending sign-in can't be saved.
            KeyringError: the keyring does not store or return the client secret.
        """
        replacement = await self.new_link(pending)
        # Its token is revoked already, so removing it leaves no live token behind.
        await self.pending_sign_ins.remove(pending)
        return replacement

    async def back_to_permissions(self, pending: PendingSignIn) -> PendingSignIn:
        """Return a pending sign-in of the same journey for which other scopes are to be chosen.

        Args:
            pending: the pending sign-in whose token, now discarded, allowed too little.

        Raises:
            FileError: it can't be saved.
        """
        return await self.pending_sign_ins.save(
            pending.with_state(new_state())._replace(
                step=WizardStep.PERMISSIONS,
                started_at=self._now(),
                client_id="",
                code_challenge="",
                redirect_uri=OOB_REDIRECT_URI,
                token=None,
                chosen_scopes=(),
            )
        )

    async def set_step(self, pending: PendingSignIn, step: WizardStep) -> PendingSignIn:
        """Save which step the user has reached.

        Raises:
            FileError: it can't be saved.
        """
        if pending.step == step:
            return pending
        return await self.pending_sign_ins.save(pending._replace(step=step))

    async def refresh(self, pending: PendingSignIn) -> PendingSignIn | None:
        """Wait for a running exchange of its code, and load the pending sign-in again.

        Returns:
            The pending sign-in, perhaps with a token now, or the one of another link of its
            journey that has got a token; None where it was finished or discarded.

        Raises:
            FileError: the credentials file can't be read.
        """
        await self.code_exchange.wait_for_exchange(pending)
        credentials = await asyncio.to_thread(self._store.load)
        completed = (
            other
            for other in credentials.pending_sign_ins
            if other.journey == pending.journey and other.token is not None
        )
        return credentials.pending_sign_in(pending.state) or next(completed, None)

    async def discard(self, pending: PendingSignIn) -> WizardError | None:
        """Remove a pending sign-in, and revoke its token if it has one.

        A token that can't be revoked now, but perhaps later, stays in the file for that.

        Returns:
            Why the token was not revoked and stays valid; None where it was revoked, or an
            account has the same one, or there was none.

        Raises:
            FileError: the credentials file can't be read or written.
        """
        await self.code_exchange.wait_for_exchange(pending)
        while True:
            # Another window may exchange a code for it between reading and locking the file.
            with contextlib.suppress(TokenChanged):
                return await self._discard(pending)

    async def _discard(self, pending: PendingSignIn) -> WizardError | None:
        """Remove a pending sign-in with the tokens that it has just now, or not at all.

        Raises:
            TokenChanged: it has got a token meanwhile.
        """
        revocation_error = None
        replaced: list[ReplacedToken] = []
        credentials = await asyncio.to_thread(self._store.load)
        saved = credentials.pending_sign_in(pending.state) or pending
        if saved.token is not None:
            await asyncio.to_thread(self._store.check_writable)
        for owner in (self.code_exchange.unsaved(pending), saved):
            if owner is not None and owner.token is not None:
                try:
                    await self._revoker.revoke_unless_shared(credentials, owner)
                except WizardError as error:
                    revocation_error = error
                    if can_revoke_later(error):
                        handle = owner.requested_handle or owner.server.host
                        token = ReplacedToken(handle, owner.server, owner.client_id, owner.token)
                        replaced.append(token)
        if revocation_error is None:
            self.code_exchange.forget(pending)
        await self.pending_sign_ins.remove(saved, replaced)
        # Not earlier: if removing fails and is tried again, the valid token must be reported again.
        self.code_exchange.forget(pending)
        return revocation_error

    async def aclose(self) -> None:
        """Finish, and revoke what still can't be saved: no record of the token would be left."""
        await self.redirects.aclose()
        await self.code_exchange.finish()
        with contextlib.suppress(WizardError):
            await self.code_exchange.revoke_unsaved_tokens()
