"""Fixtures for the tests of the HTTP client: clients, and a network without sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.http import HttpClient
from tests.helpers.fake_network import FakeNetwork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    """A client with time enough for servers on this computer."""
    opened = HttpClient(deadline=60)
    yield opened
    await opened.aclose()


@pytest.fixture
async def impatient() -> AsyncIterator[HttpClient]:
    """A client with a deadline of one second."""
    opened = HttpClient(deadline=1)
    yield opened
    await opened.aclose()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """A network without sockets; no server is in it yet."""
    return FakeNetwork(monkeypatch)
