"""The wizard's services over one file, killed and started again at will, and who uses them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.credentials.store import Store
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.paste import Paste
from gts_wizard.secret import Secret
from gts_wizard.server.connection import Connection
from gts_wizard.services.accounts import Accounts
from gts_wizard.services.sign_in import SignIn
from tests.helpers.browser_user import BrowserUser

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Attempt
    from gts_wizard.practice import PracticeInstance
    from gts_wizard.services.verifying import SignedIn
    from gts_wizard.shelf import Shelf
    from tests.helpers.clocks import ManualClock

BROWSER_PATHS = ("/oauth/authorize", "/auth/sign_in", "/oauth/oob")


class ServicesHarness:
    """The services of one run of the wizard.

    Args:
        path: the credentials file.
        clock: the clock of the attempts.
    """

    def __init__(self, path: Path, clock: ManualClock) -> None:
        self.store = Store(path)
        self.clock = clock
        self._begin()

    def _begin(self) -> None:
        self.connection = Connection()
        self.sign_in = SignIn(self.store, self.connection, self.clock)
        self.accounts = Accounts(self.store, self.connection)

    @property
    def shelf(self) -> Shelf:
        """What the file keeps now."""
        return self.store.load()

    async def restart(self) -> None:
        """Forget all that is in memory, as when the program was killed, and begin anew."""
        await self.connection.aclose()
        self._begin()

    async def linked(self, practice: PracticeInstance, *scopes: str, typed: str = "") -> Attempt:
        """Walk to the link."""
        attempt = await self.sign_in.look_up(typed or practice.address)
        return await self.sign_in.choose(attempt, scopes or ("read",))

    async def signed_in(
        self, practice: PracticeInstance, *scopes: str, who: str = "alice", typed: str = ""
    ) -> SignedIn:
        """Walk all the way."""
        attempt = await self.linked(practice, *scopes, typed=typed)
        redeemed = await self.sign_in.redeem(attempt, await code_for(attempt, who))
        return await self.sign_in.verify(redeemed)


def link_for(attempt: Attempt) -> str:
    """Return the link that the wizard shows for an attempt."""
    return authorize_link(attempt)


async def code_page_for(attempt: Attempt, who: str = "alice") -> str:
    """Let somebody open the link and allow it; return the address of the page with the code."""

    def allow() -> str:
        with BrowserUser(f"{who}@example.org") as person:
            return person.authorize(link_for(attempt))

    return await asyncio.to_thread(allow)


async def code_for(attempt: Attempt, who: str = "alice") -> Paste:
    """Let somebody open the link and allow it; return the bare code as they paste it."""

    def allow() -> str:
        with BrowserUser(f"{who}@example.org") as person:
            return person.get_code(link_for(attempt))

    return Paste(Secret(await asyncio.to_thread(allow)))


def program_requests(practice: PracticeInstance) -> list[str]:
    """Return what was asked by programs, the person's browser left out."""
    return [one for one in practice.requests if one.split()[1] not in BROWSER_PATHS]
