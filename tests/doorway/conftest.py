"""What the doorway's tests share: a clean environment, a credentials file, and two ways to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.client_harness import request_async, request_sync

if TYPE_CHECKING:
    from tests.helpers.client_harness import Request


@pytest.fixture(params=[request_sync, request_async], ids=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Request:
    """A way to ask a server once: by the client, or by the asynchronous one."""
    asking: Request = request.param
    return asking
