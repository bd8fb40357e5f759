"""Many made-up accounts to check, and servers, files and keyrings that are slow or gone."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Self

from gts_wizard.api.http import HttpClient
from gts_wizard.api.session import LazyHttpClient
from gts_wizard.credentials import Credentials
from gts_wizard.models import Account, Server
from gts_wizard.practice import PracticeServer
from gts_wizard.services.account_check import AccountChecker, CheckResult
from gts_wizard.storage.store import Store
from tests.helpers.fake_keyring import FakeKeyring
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    from tests.helpers.harness import ServicesHarness
    from tests.helpers.raw_server import RawRequest, Responder

INSTANCE_V2 = "/api/v2/instance"
VERIFY = "/api/v1/accounts/verify_credentials"
REVOKED = respond(401, b"{}")
ANY_PAGE = respond(200, b"<html>A shop.</html>", Content_Type="text/html")


class ShortTimeoutConnection(LazyHttpClient):
    """An HTTP client for servers whose timeout is short."""

    def __init__(self) -> None:
        super().__init__()
        self._http = HttpClient(deadline=0.5)

    async def get(self) -> HttpClient:
        """Return the HTTP client with the short timeout."""
        return self._http

    async def aclose(self) -> None:
        """Close it."""
        await self._http.aclose()


class ReplacementServer(RawServer):
    """Another server at the port of a practice server, which is stopped."""

    def __init__(self, practice: PracticeServer, script: Responder) -> None:
        super().__init__(script, name="localhost")
        practice.stop()
        self.port = practice.port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        return self


class WaitingRequests:
    """Answers every request with 401 once it may, and counts how many wait at once.

    Attributes:
        may_answer: set to answer the requests.
        waiting: how many wait now.
        most_waiting: how many waited at once at most.
    """

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.waiting = 0
        self.most_waiting = 0
        self._changed = asyncio.Condition()

    async def __call__(self, request: RawRequest) -> None:
        """Wait, and answer a request."""
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        async with self._changed:
            self._changed.notify_all()
        await self.may_answer.wait()
        self.waiting -= 1
        await REVOKED(request)

    async def wait_until_waiting(self, number: int) -> None:
        """Wait until so many requests wait, and then for as long as another would take."""
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: self.waiting >= number)
        await wait_one_request()


class SlowStore(Store):
    """A credentials file that is not written before `may_write` is set."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.changes = 0
        self.is_changing = threading.Event()
        self.may_write = threading.Event()

    def update(self, change: Callable[[Credentials], Credentials]) -> Credentials:
        """Count the change, wait, and write the file."""
        self.changes += 1
        self.is_changing.set()
        assert self.may_write.wait(30)
        return super().update(change)


class CountingKeyring(FakeKeyring):
    """A keyring that counts how often a password is read."""

    reads = 0

    def get_password(self, service: str, username: str) -> str | None:
        """Count, and return the password."""
        self.reads += 1
        return super().get_password(service, username)


async def wait_one_request() -> None:
    """Make one request elsewhere, so that whatever is on its way has arrived meanwhile."""
    async with RawServer(REVOKED) as server, aclosing(HttpClient(deadline=10)) as http:
        await http.get(server.url)


async def wait_for_requests(server: RawServer, number: int) -> None:
    """Wait until a server got so many requests, and the answers have arrived."""
    async with asyncio.timeout(30):
        while len(server.received_requests) < number:
            server.asked.clear()
            await server.asked.wait()
    await wait_one_request()


def checking(
    harness: ServicesHarness, accounts: Sequence[Account]
) -> AsyncGenerator[CheckResult, None]:
    """Begin to check accounts; the results come as they are known."""
    return AccountChecker(harness.store, harness.http, harness.clock).check(accounts)


async def results_by_handle(results: AsyncGenerator[CheckResult, None]) -> dict[str, CheckResult]:
    """Wait for all results of a check."""
    async with aclosing(results):
        return {checked.account.handle: checked async for checked in results}


async def check(harness: ServicesHarness, *accounts: Account) -> dict[str, CheckResult]:
    """Check accounts, and return the results by handle."""
    return await results_by_handle(checking(harness, accounts))


async def check_one(harness: ServicesHarness, account: Account) -> CheckResult:
    """Check one account."""
    (checked,) = (await check(harness, account)).values()
    return checked


def save_accounts(harness: ServicesHarness, *accounts: Account) -> tuple[Account, ...]:
    """Save accounts, and return them."""
    harness.store.update(
        lambda credentials: credentials._replace(accounts=(*credentials.accounts, *accounts))
    )
    return accounts


def accounts_at(origin: str, count: int) -> list[Account]:
    """Return made-up accounts of one server, user0 and so on."""
    server = Server(origin, origin.partition("://")[2], "A server", "gotosocial", "0.19.0")
    return [make_account(f"user{number}", server=server) for number in range(count)]


def documents_for(account: Account, **instance_fields: str) -> dict[str, object]:
    """Return a server's documents about itself and about an account, some fields changed."""
    profile = {"id": account.id, "username": account.username, "display_name": "User0"}
    shown = {"title": "A server", "version": "0.19.0", "domain": account.server.host}
    source = {"source_url": "https://codeberg.org/superseriousbusiness/gotosocial"}
    return {VERIFY: profile, INSTANCE_V2: {**shown, **source, **instance_fields}}


@asynccontextmanager
async def account_that_may_not_verify(harness: ServicesHarness) -> AsyncIterator[Account]:
    """A saved account whose token lacks the scope to ask whose it is."""
    with PracticeServer(granted_scope="write") as practice:
        pending = await harness.to_token(practice)
        assert pending.token is not None
        account = make_account(server=pending.server)
        yield save_accounts(harness, account._replace(token=pending.token))[0]
