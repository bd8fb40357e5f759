"""A listener on a port of its own, and a browser that comes to it."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import pytest

from gts_wizard.loopback.listener import LoopbackListener
from gts_wizard.loopback.ports import find_port
from tests.loopback.raw_browser import PATIENCE_SECONDS, RawBrowser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def listener(
    browser: RawBrowser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[LoopbackListener]:
    """A listener for two links; whatever is sent to it, nothing may be logged over the screens."""
    # What should happen for another reason must not pass a test because some time is up.
    for name in ("_REQUEST_SECONDS", "_HOLD_SECONDS", "_MAX_LINGER_SECONDS"):
        monkeypatch.setattr(f"gts_wizard.loopback.listener.{name}", 2 * PATIENCE_SECONDS)
    listener = LoopbackListener(browser.port, {"first-state", "second-state"})
    await listener.start()
    yield listener
    async with asyncio.timeout(PATIENCE_SECONDS):
        await listener.aclose()
    # A task that has failed says so once it is collected.
    gc.collect()
    assert [record.getMessage() for record in caplog.get_records("call") + caplog.records] == []


@pytest.fixture
async def browser() -> AsyncIterator[RawBrowser]:
    """A browser, whose links lead to a free port."""
    async with RawBrowser(find_port()) as browser:
        yield browser
