"""Accounts at the tests' own servers, and one request for them by either client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gts_wizard import open_account
from gts_wizard.credentials.store import Store
from gts_wizard.models import Server
from tests.helpers.sample_accounts import make_account
from tests.helpers.samples import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from gts_wizard import OpenAccount

BEARER = f"Authorization: Bearer {TOKEN}".encode()

Request = Callable[..., Awaitable["httpx.Response"]]


def save_account(
    credentials_path: Path, origin: str, username: str = "alice", token: str = TOKEN
) -> None:
    """Keep an account on the server at `origin`."""
    account = make_account(username, token, Server(origin, "example.org"))
    Store(credentials_path).change(lambda kept: kept.with_account(account))


def open_saved_account(credentials_path: Path, origin: str) -> OpenAccount:
    """Keep an account on the server at `origin`, and open it."""
    save_account(credentials_path, origin)
    return open_account(credentials=credentials_path)


async def request_sync(account: OpenAccount, url: str, **options: Any) -> httpx.Response:
    """Ask by `client`, in a thread, because the servers live in this one."""

    def get() -> httpx.Response:
        with account.client(**options) as client:
            return client.get(url)

    return await asyncio.to_thread(get)


async def request_async(account: OpenAccount, url: str, **options: Any) -> httpx.Response:
    """Ask by `async_client`."""
    async with account.async_client(**options) as client:
        return await client.get(url)
