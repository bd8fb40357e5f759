"""What the tests of checking share: crowds of accounts, and servers and shelves that are slow."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.models import Account, Server
from gts_wizard.practice import PracticeInstance
from gts_wizard.server.connection import Connection
from gts_wizard.server.transport import Transport
from gts_wizard.services.checking import Checked, Checking
from gts_wizard.shelf import Shelf
from tests.helpers.fake_keyring import FakeKeyring
from tests.helpers.harness import ServicesHarness, code_for
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    from tests.helpers.raw_server import RawRequest, Responder

CARD = "/api/v2/instance"
VERIFY = "/api/v1/accounts/verify_credentials"
REVOKED = respond(401, b"{}")
ANY_PAGE = respond(200, b"<html>A shop.</html>", Content_Type="text/html")


class ShortTimeoutConnection(Connection):
    """The way to servers, for somebody who soon loses patience."""

    def __init__(self) -> None:
        super().__init__()
        self._transport = Transport(deadline=0.5)

    async def transport(self) -> Transport:
        """Give the one transport."""
        return self._transport

    async def aclose(self) -> None:
        """Close it."""
        await self._transport.aclose()


class ReplacementServer(RawServer):
    """What listens now where a practice instance was."""

    def __init__(self, practice: PracticeInstance, script: Responder) -> None:
        super().__init__(script, name="localhost")
        practice.stop()
        self.port = practice.port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        return self


class WaitingRequests:
    """Holds every request until the gate is opened, and counts how many stand there at once."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.standing = 0
        self.most = 0
        self._changed = asyncio.Condition()

    async def __call__(self, request: RawRequest) -> None:
        """Answer a request, once the gate is open, as if its token were gone."""
        self.standing += 1
        self.most = max(self.most, self.standing)
        async with self._changed:
            self._changed.notify_all()
        await self.gate.wait()
        self.standing -= 1
        await REVOKED(request)

    async def reaches(self, number: int) -> None:
        """Wait until so many stand there, and then for as long as a request takes."""
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: self.standing >= number)
        await wait_one_request()


class SlowStore(Store):
    """A shelf that is slow to write: only once it may."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.changes = 0
        self.is_asked = threading.Event()
        self.may_write = threading.Event()

    def change(self, change: Callable[[Shelf], Shelf]) -> Shelf:
        """Count, wait and change."""
        self.changes += 1
        self.is_asked.set()
        assert self.may_write.wait(30)
        return super().change(change)


class CountingKeyring(FakeKeyring):
    """A keyring that counts the questions."""

    asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        """Count, and give an entry."""
        self.asked += 1
        return super().get_password(service, username)


async def wait_one_request() -> None:
    """Let pass what a request takes, so that whatever is on its way has arrived."""
    async with RawServer(REVOKED) as server, aclosing(Transport(deadline=10)) as transport:
        await transport.get(server.url)


async def wait_for_requests(server: RawServer, number: int) -> None:
    """Wait until a server was asked so often, and the answers are there."""
    async with asyncio.timeout(30):
        while len(server.received_requests) < number:
            server.asked.clear()
            await server.asked.wait()
    await wait_one_request()


def checking(
    harness: ServicesHarness, accounts: Sequence[Account]
) -> AsyncGenerator[Checked, None]:
    return Checking(harness.store, harness.connection, harness.clock).check(accounts)


async def all_of(results: AsyncGenerator[Checked, None]) -> dict[str, Checked]:
    async with aclosing(results):
        return {one.account.handle: one async for one in results}


async def check(harness: ServicesHarness, *accounts: Account) -> dict[str, Checked]:
    return await all_of(checking(harness, accounts))


async def check_one(harness: ServicesHarness, account: Account) -> Checked:
    (checked,) = (await check(harness, account)).values()
    return checked


def save_accounts(harness: ServicesHarness, *accounts: Account) -> tuple[Account, ...]:
    """Put made-up accounts on the shelf."""
    harness.store.change(lambda shelf: replace(shelf, accounts=(*shelf.accounts, *accounts)))
    return accounts


def accounts_at(origin: str, number: int) -> list[Account]:
    """Make up accounts of one server."""
    server = Server(origin, origin.partition("://")[2], "A server", "gotosocial", "0.19.0")
    return [make_account(f"user{one}", server=server) for one in range(number)]


def documents_for(account: Account, **card: str) -> dict[str, object]:
    """Return what a server shows of itself, and of an account."""
    profile = {"id": account.id, "username": account.username, "display_name": "User0"}
    shown = {"title": "A server", "version": "0.19.0", "domain": account.server.host}
    source = {"source_url": "https://codeberg.org/superseriousbusiness/gotosocial"}
    return {VERIFY: profile, CARD: {**shown, **source, **card}}


def fill_disk(patch: pytest.MonkeyPatch) -> None:
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(os, "fsync", no_space)


@asynccontextmanager
async def small_account(harness: ServicesHarness) -> AsyncIterator[Account]:
    """An account whose token may not even ask whose it is."""
    with PracticeInstance(grants="write") as practice:
        attempt = await harness.linked(practice)
        attempt = await harness.sign_in.redeem(attempt, await code_for(attempt))
        assert attempt.token is not None
        account = make_account(server=attempt.server)
        yield save_accounts(harness, replace(account, token=attempt.token))[0]
