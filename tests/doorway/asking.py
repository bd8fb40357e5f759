"""Accounts at the tests' own servers, and one request for them by either client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gts_wizard import open_account
from gts_wizard.credentials.store import Store
from gts_wizard.models import Server
from tests.credentials.builders import make_account
from tests.server.papers import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from gts_wizard import OpenAccount

BEARER = f"Authorization: Bearer {TOKEN}".encode()

Asking = Callable[..., Awaitable["httpx.Response"]]


def keep(shelf: Path, origin: str, username: str = "alice", token: str = TOKEN) -> None:
    """Keep an account on the server at `origin`."""
    account = make_account(username, token, Server(origin, "example.org"))
    Store(shelf).change(lambda kept: kept.with_account(account))


def opened(shelf: Path, origin: str) -> OpenAccount:
    """Keep an account on the server at `origin`, and open it."""
    keep(shelf, origin)
    return open_account(credentials=shelf)


async def in_sequence(account: OpenAccount, url: str, **options: Any) -> httpx.Response:
    """Ask by `client`, in a thread, because the servers live in this one."""

    def get() -> httpx.Response:
        with account.client(**options) as client:
            return client.get(url)

    return await asyncio.to_thread(get)


async def in_turns(account: OpenAccount, url: str, **options: Any) -> httpx.Response:
    """Ask by `async_client`."""
    async with account.async_client(**options) as client:
        return await client.get(url)
