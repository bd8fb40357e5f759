"""The wizard's services over one file, killed and started again at will, and who uses them."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gts_wizard.credentials.store import Store
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.paste import Paste
from gts_wizard.secret import Secret
from gts_wizard.server.connection import Connection
from gts_wizard.services.accounts import Accounts
from gts_wizard.services.sign_in import SignIn
from tests.person import Person

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Attempt
    from gts_wizard.practice import PracticeInstance
    from gts_wizard.services.verifying import SignedIn
    from gts_wizard.shelf import Shelf

BROWSER_PATHS = ("/oauth/authorize", "/auth/sign_in", "/oauth/oob")


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Give the time, in UTC."""
        return self.now

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span


class Gate:
    """The practice instance's clock: while it is shut, a request that came in is not answered."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()
        self._open.set()

    def __call__(self) -> float:
        """Give the time, in Unix seconds, once the gate is open."""
        self._reached.set()
        assert self._open.wait(30)
        return time.time()

    def shut(self) -> None:
        """Hold the next request."""
        self._reached.clear()
        self._open.clear()

    def open(self) -> None:
        """Let requests be answered again."""
        self._open.set()

    async def reached(self) -> None:
        """Wait until a request stands at the gate."""
        assert await asyncio.to_thread(self._reached.wait, 30)


class Wizard:
    """The services of one run of the wizard.

    Args:
        path: the credentials file.
        clock: the clock of the attempts.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
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


def link_of(attempt: Attempt) -> str:
    """Return the link that the wizard shows for an attempt."""
    return authorize_link(attempt)


async def page_of(attempt: Attempt, who: str = "alice") -> str:
    """Let somebody open the link and allow it; return the address of the page with the code."""

    def allow() -> str:
        with Person(f"{who}@example.org") as person:
            return person.allow(link_of(attempt))

    return await asyncio.to_thread(allow)


async def code_for(attempt: Attempt, who: str = "alice") -> Paste:
    """Let somebody open the link and allow it; return the bare code as they paste it."""

    def allow() -> str:
        with Person(f"{who}@example.org") as person:
            return person.get_code(link_of(attempt))

    return Paste(Secret(await asyncio.to_thread(allow)))


def wizard_requests(practice: PracticeInstance) -> list[str]:
    """Return what was asked by programs, the person's browser left out."""
    return [one for one in practice.requests if one.split()[1] not in BROWSER_PATHS]
