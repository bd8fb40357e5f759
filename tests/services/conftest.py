"""The services over a credentials file of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.helpers.harness import ServicesHarness, open_harness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest_asyncio.fixture
async def harness(tmp_path: Path) -> AsyncIterator[ServicesHarness]:
    async with open_harness(tmp_path / "credentials.toml") as opened:
        yield opened
