"""A running practice instance, and a wizard over a file that is nobody's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from gts_wizard.practice import PracticeInstance
from tests.services.wizard import Clock, Gate, Wizard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def practice(request: pytest.FixtureRequest, gate: Gate) -> Iterator[PracticeInstance]:
    """A server of the newest version, or of the one that a test is parametrized with."""
    with PracticeInstance(like=getattr(request, "param", "0.20"), clock=gate) as running:
        yield running


@pytest_asyncio.fixture
async def wizard(tmp_path: Path) -> AsyncIterator[Wizard]:
    running = Wizard(tmp_path / "credentials.toml", Clock())
    yield running
    await running.sign_in.aclose()
    await running.connection.aclose()
