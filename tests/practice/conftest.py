"""A running practice instance whose clock stands still, and somebody who visits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeInstance
from tests.practice.visitor import Clock, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def practice(clock: Clock) -> Iterator[PracticeInstance]:
    with PracticeInstance(clock=clock) as running:
        yield running


@pytest.fixture
def visitor(practice: PracticeInstance) -> Iterator[Visitor]:
    with Visitor(practice) as someone:
        yield someone


@pytest.fixture
def mastodon(clock: Clock) -> Iterator[PracticeInstance]:
    with PracticeInstance(like="mastodon", clock=clock) as running:
        yield running


@pytest.fixture
def mastodon_visitor(mastodon: PracticeInstance) -> Iterator[Visitor]:
    """Somebody who visits a Mastodon."""
    with Visitor(mastodon) as someone:
        yield someone


@pytest.fixture
def older_visitor(clock: Clock) -> Iterator[Visitor]:
    """Somebody who visits a server from before scopes were enforced."""
    with PracticeInstance(like="0.17", clock=clock) as running, Visitor(running) as someone:
        yield someone
