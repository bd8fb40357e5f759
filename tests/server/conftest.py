"""What the tests of the wire share: a transport, certificates, and no network but loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.server.transport import Transport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    """A transport with time enough for this computer's own servers."""
    opened = Transport(deadline=10)
    yield opened
    await opened.aclose()


@pytest.fixture
async def hasty() -> AsyncIterator[Transport]:
    """A transport that soon loses patience."""
    opened = Transport(deadline=0.5)
    yield opened
    await opened.aclose()
