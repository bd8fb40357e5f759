"""How long checking many accounts takes: `python -m tests.benchmarks.checking`.

It prints a Markdown table: 200 accounts on 20 servers, each of which responds after 100 ms, with
one request at a time, and with as many as the wizard sends at once.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from pathlib import Path

from gts_wizard.api.session import LazyHttpClient
from gts_wizard.credentials import Credentials
from gts_wizard.models import Account, AccountStatus, Server
from gts_wizard.services import account_query
from gts_wizard.services.account_check import AccountChecker
from gts_wizard.storage.store import Store
from tests.helpers.raw_responses import http_response, json_bytes
from tests.helpers.raw_server import RawRequest, RawServer
from tests.helpers.sample_accounts import make_account

SERVERS = 20
ACCOUNTS = 200
RESPONSE_SECONDS = 0.1


class SlowServers:
    """Responds for all servers, and counts how many requests are open at once."""

    def __init__(self) -> None:
        self.requests = self.max_open = self.max_at_server = 0
        self._open: Counter[int] = Counter()

    async def __call__(self, request: RawRequest) -> None:
        """Respond to one request, after a while."""
        port = request.server.port
        self._open[port] += 1
        self.requests += 1
        self.max_open = max(self.max_open, self._open.total())
        self.max_at_server = max(self.max_at_server, self._open[port])
        await asyncio.sleep(RESPONSE_SECONDS)
        self._open[port] -= 1
        await request.send(http_response(200, json_bytes(document(request))))


async def main() -> None:
    """Print the table."""
    print_now("| Most at once | Accounts | Requests | Open | At one server | First (s) | All (s) |")
    print_now("|-:|-:|-:|-:|-:|-:|-:|")
    for limit in (1, account_query.MAX_CONCURRENT_CHECKS):
        account_query.MAX_CONCURRENT_CHECKS = limit
        print_now(f"| {limit} | {await measure()} |")


async def measure() -> str:
    """Check all accounts, and return the rest of the table's line."""
    responder = SlowServers()
    async with AsyncExitStack() as stack:
        store = Store(Path(stack.enter_context(tempfile.TemporaryDirectory()), "credentials.toml"))
        servers = [await stack.enter_async_context(RawServer(responder)) for _ in range(SERVERS)]
        accounts = tuple(make_accounts(servers))
        store.update(lambda _: Credentials(accounts))
        http = await stack.enter_async_context(aclosing(LazyHttpClient()))
        # The time to read the system's certificates is not measured.
        await http.get()
        check = AccountChecker(store, http, lambda: datetime.now(UTC)).check(accounts)
        begun = time.perf_counter()
        times = [time.perf_counter() - begun async for _ in check]
        checked = store.load().accounts
        assert all(
            account.status is AccountStatus.FINE and account.checked_at for account in checked
        )
    numbers = (len(times), responder.requests, responder.max_open, responder.max_at_server)
    return " | ".join((*map(str, numbers), f"{times[0]:.2f}", f"{times[-1]:.2f}"))


def make_accounts(servers: list[RawServer]) -> Iterator[Account]:
    """Make the accounts, server by server; the token is the user's name."""
    for number in range(ACCOUNTS):
        raw = servers[number * SERVERS // ACCOUNTS]
        server = Server(raw.origin, raw.host, "Busy", "gotosocial", "0.20.0")
        yield make_account(f"user{number}", token=f"user{number}")._replace(server=server)


def document(request: RawRequest) -> dict[str, str]:
    """Return the instance document, or the account whose token was sent."""
    if request.path == "/api/v2/instance":
        source = "https://codeberg.org/superseriousbusiness/gotosocial"
        domain = request.server.host
        return {"title": "Busy", "version": "0.20.0", "source_url": source, "domain": domain}
    name = request.head.partition(b"Bearer ")[2].split(b"\r\n")[0].decode()
    return {"id": f"01-{name}", "username": name, "display_name": name.title()}


def print_now(line: str) -> None:
    """Print a line without waiting for the next, which may take a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
