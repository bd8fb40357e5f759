"""Sign-in links that lead the browser back to this program, which then has the code.

Such a link is a pending sign-in of its own, beside the out-of-band link of the same journey.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gts_wizard.errors import (
    AuthorizationDenied,
    CodeExpired,
    CodeForOtherSignIn,
    CodeRefused,
    RedirectedCodeRefused,
    WizardError,
)
from gts_wizard.loopback.listener import LoopbackListener, Outcome
from gts_wizard.loopback.ports import find_port
from gts_wizard.models import OOB_REDIRECT_URI
from gts_wizard.oauth.authorize import new_state
from gts_wizard.oauth.pasted_code import AuthorizationCode
from gts_wizard.oauth.redirect_uri import loopback_port
from gts_wizard.oauth.server_features import takes_loopback_redirect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import PendingSignIn
    from gts_wizard.services.pending import PendingSignIns
    from gts_wizard.services.registration import ClientRegistrar
    from gts_wizard.storage.store import Store


class LoopbackRedirect:
    """A link that leads back to this program, and the listener that waits for its code.

    Args:
        pending: the pending sign-in with the link.
        listener: the listener, which has been started.
    """

    def __init__(self, pending: PendingSignIn, listener: LoopbackListener) -> None:
        self.pending = pending
        self._listener = listener

    async def receive(self) -> AuthorizationCode | None:
        """Wait for the code that the browser brings, and return it.

        Returns:
            None where it is no longer listened for.

        Raises:
            AuthorizationDenied: it brought an error instead.
        """
        response = await self._listener.wait()
        if response is None:
            return None
        if response.code is None:
            raise AuthorizationDenied(reason=response.reason, error=response.error)
        return AuthorizationCode(response.code, response.state)

    @contextmanager
    def show_outcome(self) -> Iterator[None]:
        """Show in the browser whether what is done with the code succeeds.

        The listener closes by itself, soon after the browser has shown it.

        Raises:
            RedirectedCodeRefused: the code is not accepted; nobody can copy it better.
        """
        try:
            yield
        except (CodeExpired, CodeForOtherSignIn, CodeRefused) as error:
            self._listener.show(Outcome.FAILED)
            raise RedirectedCodeRefused(
                host=self.pending.server.host, details=error.details
            ) from None
        except WizardError:
            self._listener.show(Outcome.FAILED)
            raise
        # Where it is cancelled, nobody knows: an exchange goes on.
        self._listener.show(Outcome.CONNECTED)

    async def wait_until_shown(self) -> None:
        """Wait until the browser has shown what became of the code, for two seconds at most."""
        await self._listener.wait_until_shown()

    async def aclose(self) -> None:
        """Stop listening."""
        await self._listener.aclose()


class LoopbackRedirects:
    """Makes links that lead back to this program. One at a time is listened for.

    Args:
        store: the credentials store.
        pending_sign_ins: the pending sign-ins in the store.
        registrar: finds or makes the registration of a link.
    """

    def __init__(
        self, store: Store, pending_sign_ins: PendingSignIns, registrar: ClientRegistrar
    ) -> None:
        self._store = store
        self._pending = pending_sign_ins
        self._registrar = registrar
        self._current: LoopbackRedirect | None = None

    async def open(self, pending: PendingSignIn) -> LoopbackRedirect | None:
        """Make a link, or take the saved one of the same journey, and listen for its code.

        Args:
            pending: the pending sign-in with the out-of-band link.

        Returns:
            None where the server is not known to take such a link, or no port can be had.

        Raises:
            ServerError: the server did not register the wizard.
            FileError: the pending sign-in can't be saved.
            KeyringError: the keyring does not store or return the client secret.
        """
        # Without a port to be had, each call would register the wizard anew.
        if not takes_loopback_redirect(pending.server) or not find_port():
            return None
        redirect = await self.resume(pending)
        if redirect is not None:
            return redirect
        registration, redirect_uri = await self._registrar.find_or_register(
            pending, pending.scopes, loopback=True
        )
        if not redirect_uri:
            return None
        link = await self._pending.save_link(
            pending.with_state(new_state()), registration, redirect_uri
        )
        return await self._listen(await asyncio.to_thread(self._store.load), link)

    async def resume(self, pending: PendingSignIn) -> LoopbackRedirect | None:
        """Listen again for the code of the saved link of the same journey, where there is one.

        Args:
            pending: the pending sign-in with the out-of-band link.

        Returns:
            None where there is none, or another program has its port.

        Raises:
            FileError: the credentials file can't be read.
        """
        await self.aclose()
        credentials = await asyncio.to_thread(self._store.load)
        for link in reversed(credentials.pending_sign_ins):
            if (
                link.journey == pending.journey
                and link.server.origin == pending.server.origin
                and link.redirect_uri != OOB_REDIRECT_URI
                and link.token is None
                and (link.scopes, link.app_name) == (pending.scopes, pending.app_name)
                # A fresh link leaves the earlier ones, and their registration, behind.
                and link.started_at >= pending.started_at
            ):
                return await self._listen(credentials, link)
        return None

    async def aclose(self) -> None:
        """Stop listening."""
        current, self._current = self._current, None
        if current is not None:
            await current.aclose()

    async def _listen(
        self, credentials: Credentials, link: PendingSignIn
    ) -> LoopbackRedirect | None:
        # A browser in which an earlier link of this server is unfinished brings that one's code.
        states = {
            other.state
            for other in credentials.pending_sign_ins
            if other.server.origin == link.server.origin
            and other.redirect_uri != OOB_REDIRECT_URI
            and other.token is None
        }
        port = loopback_port(link.redirect_uri)
        if port is None:
            return None
        listener = LoopbackListener(port, states)
        try:
            await listener.start()
        except OSError:
            return None
        self._current = LoopbackRedirect(link, listener)
        return self._current
