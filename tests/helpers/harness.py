"""The services over one credentials file, without screens; and a user who allows sign-ins."""

from __future__ import annotations

import asyncio
import errno
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gts_wizard.api.session import LazyHttpClient
from gts_wizard.errors import TokenRevoked
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import AuthorizationCode, parse_paste
from gts_wizard.secret import Secret
from gts_wizard.services.accounts import AccountManager
from gts_wizard.services.existing_token import ExistingTokenSignIn
from gts_wizard.services.sign_in import SignInFlow
from gts_wizard.services.verification import Consent
from gts_wizard.storage.store import Store
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import ManualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account, PendingSignIn
    from gts_wizard.practice import PracticeServer
    from gts_wizard.services.verification import SignInResult

LOOK_UP = "GET /api/v2/instance"
REGISTER = "POST /api/v1/apps"
EXCHANGE = "POST /oauth/token"
VERIFY = "GET /api/v1/accounts/verify_credentials"
REVOKE = "POST /oauth/revoke"
_BROWSER_PATHS = ("/oauth/authorize", "/auth/sign_in", "/oauth/oob")


class ServicesHarness:
    """The services of one run of the wizard.

    Args:
        path: the credentials file.
        clock: the clock of the pending sign-ins.
    """

    def __init__(self, path: Path, clock: ManualClock) -> None:
        self.store = Store(path)
        self.clock = clock
        self._open()

    def _open(self) -> None:
        self.http = LazyHttpClient()
        self.sign_in = SignInFlow(self.store, self.http, self.clock)
        self.accounts = AccountManager(self.store, self.http)

    @property
    def credentials(self) -> Credentials:
        """What the credentials file holds now."""
        return self.store.load()

    async def restart(self) -> None:
        """Forget what is in memory, as when the program was killed, and open the services anew."""
        await self.sign_in.redirects.aclose()
        await self.http.aclose()
        self._open()

    async def to_link(
        self, practice: PracticeServer, *scopes: str, address: str = ""
    ) -> PendingSignIn:
        """Look the server up and choose permissions; return the pending sign-in with its link."""
        pending = await self.sign_in.look_up(address or practice.address)
        return await self.sign_in.choose_scopes(pending, scopes or ("read",))

    async def to_token(self, practice: PracticeServer, *scopes: str) -> PendingSignIn:
        """Go on until the code was exchanged; return the pending sign-in with its token."""
        pending = await self.to_link(practice, *scopes)
        return await self.sign_in.code_exchange.exchange(pending, await code_for(pending))

    async def finish(
        self, pending: PendingSignIn, username: str = "alice", *, replaces: bool = False
    ) -> SignInResult:
        """Allow a pending sign-in, exchange its code and verify the token.

        Args:
            pending: a pending sign-in with a link.
            username: who allows it.
            replaces: whether it may replace a token that works.
        """
        exchanged = await self.sign_in.code_exchange.exchange(
            pending, await code_for(pending, username)
        )
        return await self.sign_in.verifier.verify(exchanged, {Consent.REPLACE} if replaces else ())

    async def signed_in(
        self,
        practice: PracticeServer,
        *scopes: str,
        username: str = "alice",
        address: str = "",
        replaces: bool = False,
    ) -> SignInResult:
        """Sign in from the address to the saved account."""
        pending = await self.to_link(practice, *scopes, address=address)
        return await self.finish(pending, username, replaces=replaces)

    async def signed_in_with(self, typed: str, token: str, *scopes: str) -> SignInResult:
        """Sign in with a token that exists already."""
        service = ExistingTokenSignIn(self.store, self.http)
        return await service.sign_in(typed, Secret(token), scopes)

    async def account(
        self,
        practice: PracticeServer,
        *scopes: str,
        username: str = "alice",
        replaces: bool = False,
    ) -> Account:
        """Sign in, and return the saved account."""
        result = await self.signed_in(practice, *scopes, username=username, replaces=replaces)
        return result.account

    async def accepts(self, account: Account) -> bool:
        """Tell whether the server still accepts an account's token."""
        try:
            await self.accounts.profile(account)
        except TokenRevoked:
            return False
        return True


@asynccontextmanager
async def open_harness(path: Path) -> AsyncIterator[ServicesHarness]:
    """Open the services over a credentials file, and close them at the end."""
    harness = ServicesHarness(path, ManualClock())
    try:
        yield harness
    finally:
        await harness.sign_in.aclose()
        await harness.http.aclose()


def link_for(pending: PendingSignIn) -> str:
    """Return the authorize link of a pending sign-in."""
    return authorization_url(pending)


async def code_page_for(pending: PendingSignIn, username: str = "alice") -> str:
    """Let a user open the link and allow it; return the address of the page with the code."""

    def allow() -> str:
        with BrowserUser(f"{username}@example.org") as user:
            return user.authorize(link_for(pending))

    return await asyncio.to_thread(allow)


async def code_for(pending: PendingSignIn, username: str = "alice") -> AuthorizationCode:
    """Let a user open the link and allow it; return the bare code as they paste it."""

    def allow() -> str:
        with BrowserUser(f"{username}@example.org") as user:
            return user.get_code(link_for(pending))

    return AuthorizationCode(Secret(await asyncio.to_thread(allow)))


async def exchange_paste(
    harness: ServicesHarness, pending: PendingSignIn, pasted: str
) -> PendingSignIn:
    """Read a paste as the code step does, and exchange the code in it.

    Raises:
        SignInError: it holds no code, or not one that the server takes.
    """
    paste = parse_paste(pasted, is_gotosocial=pending.server.software == "gotosocial")
    return await harness.sign_in.code_exchange.exchange(pending, paste)


def program_requests(practice: PracticeServer) -> list[str]:
    """Return what programs requested, the user's browser left out."""
    return [request for request in practice.requests if request.split()[1] not in _BROWSER_PATHS]


def fill_disk(patch: pytest.MonkeyPatch) -> None:
    """Let every write of a file fail, as on a full disk, until the patch is undone."""

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(os, "fsync", no_space)
