"""A running practice instance, and a wizard over a file that is nobody's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.helpers.clocks import ManualClock
from tests.helpers.harness import ServicesHarness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest_asyncio.fixture
async def harness(tmp_path: Path) -> AsyncIterator[ServicesHarness]:
    running = ServicesHarness(tmp_path / "credentials.toml", ManualClock())
    yield running
    await running.sign_in.aclose()
    await running.connection.aclose()
