"""Practice servers with a manual clock, and clients of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeServer
from tests.helpers.browser_user import PracticeClient
from tests.helpers.clocks import ManualClock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def practice(clock: ManualClock) -> Iterator[PracticeServer]:
    with PracticeServer(clock=clock.unix_time) as running:
        yield running


@pytest.fixture
def client(practice: PracticeServer) -> Iterator[PracticeClient]:
    with PracticeClient(practice) as client:
        yield client


@pytest.fixture
def mastodon(clock: ManualClock) -> Iterator[PracticeServer]:
    with PracticeServer(emulates="mastodon", clock=clock.unix_time) as running:
        yield running


@pytest.fixture
def mastodon_client(mastodon: PracticeServer) -> Iterator[PracticeClient]:
    """A client of an instance like Mastodon."""
    with PracticeClient(mastodon) as client:
        yield client


@pytest.fixture
def older_client(clock: ManualClock) -> Iterator[PracticeClient]:
    """A client of an instance like GoToSocial 0.17, which does not enforce scopes."""
    with (
        PracticeServer(emulates="0.17", clock=clock.unix_time) as running,
        PracticeClient(running) as client,
    ):
        yield client
