"""The services over one credentials file, without screens; and a person who allows sign-ins."""

from __future__ import annotations

import asyncio
import errno
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gts_wizard.credentials.store import Store
from gts_wizard.errors import AccessEnded
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.paste import Paste, read_paste
from gts_wizard.secret import Secret
from gts_wizard.server.connection import Connection
from gts_wizard.services.accounts import Accounts
from gts_wizard.services.sign_in import SignIn
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import ManualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from gts_wizard.models import Account, Attempt
    from gts_wizard.practice import PracticeInstance
    from gts_wizard.services.verifying import SignedIn
    from gts_wizard.shelf import Shelf

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
        self.connection = Connection()
        self.sign_in = SignIn(self.store, self.connection, self.clock)
        self.accounts = Accounts(self.store, self.connection)

    @property
    def shelf(self) -> Shelf:
        """What the credentials file holds now."""
        return self.store.load()

    async def restart(self) -> None:
        """Forget what is in memory, as when the program was killed, and open the services anew."""
        await self.connection.aclose()
        self._open()

    async def to_link(self, practice: PracticeInstance, *scopes: str, address: str = "") -> Attempt:
        """Look the server up and choose permissions; return the pending sign-in with its link."""
        attempt = await self.sign_in.look_up(address or practice.address)
        return await self.sign_in.choose(attempt, scopes or ("read",))

    async def to_token(self, practice: PracticeInstance, *scopes: str) -> Attempt:
        """Go on until the code was exchanged; return the pending sign-in with its token."""
        attempt = await self.to_link(practice, *scopes)
        return await self.sign_in.redeem(attempt, await code_for(attempt))

    async def finish(self, attempt: Attempt, username: str = "alice") -> SignedIn:
        """Allow a pending sign-in, exchange its code and verify the token."""
        redeemed = await self.sign_in.redeem(attempt, await code_for(attempt, username))
        return await self.sign_in.verify(redeemed)

    async def signed_in(
        self, practice: PracticeInstance, *scopes: str, username: str = "alice", address: str = ""
    ) -> SignedIn:
        """Sign in from the address to the saved account."""
        return await self.finish(await self.to_link(practice, *scopes, address=address), username)

    async def account(
        self, practice: PracticeInstance, *scopes: str, username: str = "alice"
    ) -> Account:
        """Sign in, and return the saved account."""
        return (await self.signed_in(practice, *scopes, username=username)).account

    async def accepts(self, account: Account) -> bool:
        """Tell whether the server still accepts an account's token."""
        try:
            await self.accounts.profile(account)
        except AccessEnded:
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
        await harness.connection.aclose()


def link_for(attempt: Attempt) -> str:
    """Return the authorize link of a pending sign-in."""
    return authorize_link(attempt)


async def code_page_for(attempt: Attempt, username: str = "alice") -> str:
    """Let a person open the link and allow it; return the address of the page with the code."""

    def allow() -> str:
        with BrowserUser(f"{username}@example.org") as person:
            return person.authorize(link_for(attempt))

    return await asyncio.to_thread(allow)


async def code_for(attempt: Attempt, username: str = "alice") -> Paste:
    """Let a person open the link and allow it; return the bare code as they paste it."""

    def allow() -> str:
        with BrowserUser(f"{username}@example.org") as person:
            return person.get_code(link_for(attempt))

    return Paste(Secret(await asyncio.to_thread(allow)))


async def redeem_paste(harness: ServicesHarness, attempt: Attempt, pasted: str) -> Attempt:
    """Read a paste as the code step does, and redeem the code in it.

    Raises:
        SignInError: it holds no code, or not one that the server takes.
    """
    paste = read_paste(pasted, is_gotosocial=attempt.server.software == "gotosocial")
    return await harness.sign_in.redeem(attempt, paste)


def program_requests(practice: PracticeInstance) -> list[str]:
    """Return what programs requested, the person's browser left out."""
    return [request for request in practice.requests if request.split()[1] not in _BROWSER_PATHS]


def fill_disk(patch: pytest.MonkeyPatch) -> None:
    """Let every write of a file fail, as on a full disk, until the patch is undone."""

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(os, "fsync", no_space)
