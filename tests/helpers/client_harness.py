"""Accounts opened for scripts, and one request by either kind of client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gts_wizard.account_client import bind_account
from gts_wizard.models import Server
from gts_wizard.secret import Secret
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import make_account
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from gts_wizard import OpenAccount

BEARER = f"Authorization: Bearer {TOKEN}".encode()

SendGet = Callable[..., Awaitable["httpx.Response"]]
"""Takes an account, a URL and options of the client; returns the response."""


def save_account(
    credentials_path: Path, origin: str, username: str = "alice", token: str = TOKEN
) -> None:
    """Save an account on the server at `origin`."""
    account = make_account(username, token, Server(origin, "example.org"))
    Store(credentials_path).update(lambda credentials: credentials.with_account(account))


def account_at(origin: str) -> OpenAccount:
    """Return an open account on the server at `origin`; no file is involved."""
    return bind_account(make_account(server=Server(origin, "example.org")), Secret(TOKEN))


async def get_sync(account: OpenAccount, url: str, **options: Any) -> httpx.Response:
    """Send a GET by `client`, in a thread, because the test's servers run in this one."""

    def get() -> httpx.Response:
        with account.client(**options) as client:
            return client.get(url)

    return await asyncio.to_thread(get)


async def get_async(account: OpenAccount, url: str, **options: Any) -> httpx.Response:
    """Send a GET by `async_client`."""
    async with account.async_client(**options) as client:
        return await client.get(url)
