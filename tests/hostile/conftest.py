"""What the hostile tests share: a computer to live on, and a deadline that is soon over."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from gts_wizard.server.transport import Transport
from tests.helpers.hostile.environments import Deadline, FakeNetwork, Visiting
from tests.helpers.hostile.fake_dns.sitecustomize import enough, look_up_among

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

    from tests.helpers.hostile.environments import Environment


@pytest.fixture(autouse=True)
def deadline(monkeypatch: pytest.MonkeyPatch) -> Deadline:
    """The deadline of all connections that are opened from now on."""
    chosen = Deadline()
    build = "gts_wizard.server.connection._build"
    monkeypatch.setattr(build, lambda: Transport(deadline=chosen.seconds))
    return chosen


@pytest.fixture
def network(authority: trustme.CA, tmp_path: Path) -> FakeNetwork:
    """What places are made of."""
    if sys.platform != "linux":
        pytest.skip("only on Linux the environment names authorities, and a full port is silent")
    return FakeNetwork(authority, tmp_path)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visiting:
    """Live on the computer that a place describes."""

    @contextmanager
    def there(environment: Environment) -> Iterator[None]:
        with monkeypatch.context() as changed:
            changed.setattr(socket, "getaddrinfo", look_up_among(environment.names))
            for name, value in environment.settings.items():
                changed.setenv(name, value)
            enough.clear()
            try:
                yield
            finally:
                enough.set()

    return there
