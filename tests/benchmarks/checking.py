"""How long checking many accounts takes: `python -m tests.benchmarks.checking`.

It prints a Markdown table: 200 accounts on 20 servers, each of which takes 100 ms for an answer,
with one request at a time, and with as many as the wizard sends at once.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gts_wizard.credentials.store import Store
from gts_wizard.models import Account, Server, State
from gts_wizard.server.connection import Connection
from gts_wizard.services import asking
from gts_wizard.services.checking import Checking
from gts_wizard.shelf import Shelf
from tests.helpers.raw_responses import http_response, json_bytes
from tests.helpers.raw_server import RawRequest, RawServer
from tests.helpers.sample_accounts import make_account

SERVERS = 20
ACCOUNTS = 200
ANSWER_SECONDS = 0.1


class Crowd:
    """Answers for all servers, and counts how many requests are open at once."""

    def __init__(self) -> None:
        self.requests = self.most = self.most_at_one = 0
        self._open: Counter[int] = Counter()

    async def __call__(self, request: RawRequest) -> None:
        """Answer one request, after a while."""
        port = request.server.port
        self._open[port] += 1
        self.requests += 1
        self.most = max(self.most, self._open.total())
        self.most_at_one = max(self.most_at_one, self._open[port])
        await asyncio.sleep(ANSWER_SECONDS)
        self._open[port] -= 1
        await request.send(http_response(200, json_bytes(document(request))))


async def main() -> None:
    """Print the table."""
    say("| Most at once | Accounts | Requests | Open | At one server | First (s) | All (s) |")
    say("|-:|-:|-:|-:|-:|-:|-:|")
    for most in (1, asking.MOST_AT_ONCE):
        asking.MOST_AT_ONCE = most
        say(f"| {most} | {await row()} |")


async def row() -> str:
    """Return the rest of the line of one check of all accounts."""
    crowd = Crowd()
    async with AsyncExitStack() as stack:
        store = Store(Path(stack.enter_context(tempfile.TemporaryDirectory()), "credentials.toml"))
        servers = [await stack.enter_async_context(RawServer(crowd)) for _ in range(SERVERS)]
        accounts = tuple(made_up(servers))
        store.change(lambda _: Shelf(accounts))
        connection = await stack.enter_async_context(aclosing(Connection()))
        # Reading the system's certificates is no part of a check.
        await connection.transport()
        check = Checking(store, connection, lambda: datetime.now(UTC)).check(accounts)
        begun = time.perf_counter()
        times = [time.perf_counter() - begun async for _ in check]
        assert all(one.state is State.FINE and one.checked_at for one in store.load().accounts)
    numbers = (len(times), crowd.requests, crowd.most, crowd.most_at_one)
    return " | ".join((*map(str, numbers), f"{times[0]:.2f}", f"{times[-1]:.2f}"))


def made_up(servers: list[RawServer]) -> Iterator[Account]:
    """Make up the accounts, each server's in a row; a token is its user's name."""
    for number in range(ACCOUNTS):
        at = servers[number * SERVERS // ACCOUNTS]
        server = Server(at.origin, at.host, "Busy", "gotosocial", "0.20.0")
        yield replace(make_account(f"user{number}", token=f"user{number}"), server=server)


def document(request: RawRequest) -> dict[str, str]:
    """Return the server's card, or the account that the token is of."""
    if request.path == "/api/v2/instance":
        source = "https://codeberg.org/superseriousbusiness/gotosocial"
        domain = request.server.host
        return {"title": "Busy", "version": "0.20.0", "source_url": source, "domain": domain}
    name = request.head.partition(b"Bearer ")[2].split(b"\r\n")[0].decode()
    return {"id": f"01-{name}", "username": name, "display_name": name.title()}


def say(line: str) -> None:
    """Print a line at once: some take a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
