"""A running practice instance whose clock stands still, and somebody who visits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeInstance
from tests.helpers.clocks import ManualClock
from tests.helpers.browser_user import PracticeClient

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def practice(clock: ManualClock) -> Iterator[PracticeInstance]:
    with PracticeInstance(clock=clock.unix_time) as running:
        yield running


@pytest.fixture
def client(practice: PracticeInstance) -> Iterator[PracticeClient]:
    with PracticeClient(practice) as client:
        yield client


@pytest.fixture
def mastodon(clock: ManualClock) -> Iterator[PracticeInstance]:
    with PracticeInstance(like="mastodon", clock=clock.unix_time) as running:
        yield running


@pytest.fixture
def mastodon_client(mastodon: PracticeInstance) -> Iterator[PracticeClient]:
    """Somebody who visits a Mastodon."""
    with PracticeClient(mastodon) as client:
        yield client


@pytest.fixture
def older_client(clock: ManualClock) -> Iterator[PracticeClient]:
    """Somebody who visits a server from before scopes were enforced."""
    with (
        PracticeInstance(like="0.17", clock=clock.unix_time) as running,
        PracticeClient(running) as client,
    ):
        yield client
