"""Both kinds of client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.client_harness import get_async, get_sync

if TYPE_CHECKING:
    from tests.helpers.client_harness import SendGet


@pytest.fixture(params=[get_sync, get_async], ids=["sync", "async"])
def get(request: pytest.FixtureRequest) -> SendGet:
    """Sends one GET, by the synchronous client or by the asynchronous one."""
    send: SendGet = request.param
    return send
