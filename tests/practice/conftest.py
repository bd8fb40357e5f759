"""A running practice instance whose clock stands still, and somebody who visits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeInstance
from tests.helpers.clocks import ManualClock
from tests.helpers.practice_visitor import PracticeVisitor

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
def visitor(practice: PracticeInstance) -> Iterator[PracticeVisitor]:
    with PracticeVisitor(practice) as someone:
        yield someone


@pytest.fixture
def mastodon(clock: ManualClock) -> Iterator[PracticeInstance]:
    with PracticeInstance(like="mastodon", clock=clock.unix_time) as running:
        yield running


@pytest.fixture
def mastodon_visitor(mastodon: PracticeInstance) -> Iterator[PracticeVisitor]:
    """Somebody who visits a Mastodon."""
    with PracticeVisitor(mastodon) as someone:
        yield someone


@pytest.fixture
def older_visitor(clock: ManualClock) -> Iterator[PracticeVisitor]:
    """Somebody who visits a server from before scopes were enforced."""
    with (
        PracticeInstance(like="0.17", clock=clock.unix_time) as running,
        PracticeVisitor(running) as someone,
    ):
        yield someone
