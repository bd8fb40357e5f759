"""What the hostile tests share: a computer to live on, and a deadline that is soon over."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from gts_wizard.server.transport import Transport
from tests.hostile.computer.sitecustomize import enough, look_up_among
from tests.hostile.standing import World
from tests.server.conftest import authority

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    import trustme

    from tests.hostile.standing import Place

__all__ = ["authority"]

SOON, PATIENT = 0.15, 10.0
_SETTINGS = ("_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@dataclass
class Deadline:
    """How long the next connections give a request; 15 seconds would make slow tests."""

    seconds: float = PATIENT


class Visiting(Protocol):
    """Makes this process live on the computer that a place describes."""

    def __call__(self, place: Place) -> AbstractContextManager[None]:
        """Live there for a while."""
        ...


@pytest.fixture(autouse=True)
def _bare_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no name but this computer's own, and nothing set about the network."""
    monkeypatch.setattr(socket, "getaddrinfo", look_up_among({}))
    for name in list(os.environ):
        if name.upper().endswith(_SETTINGS):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def deadline(monkeypatch: pytest.MonkeyPatch) -> Deadline:
    """The deadline of all connections that are opened from now on."""
    chosen = Deadline()
    build = "gts_wizard.server.connection._build"
    monkeypatch.setattr(build, lambda: Transport(deadline=chosen.seconds))
    return chosen


@pytest.fixture
def world(authority: trustme.CA, tmp_path: Path) -> World:
    """What places are made of."""
    if sys.platform != "linux":
        pytest.skip("only on Linux the environment names authorities, and a full port is silent")
    return World(authority, tmp_path)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visiting:
    """Live on the computer that a place describes."""

    @contextmanager
    def there(place: Place) -> Iterator[None]:
        with monkeypatch.context() as changed:
            changed.setattr(socket, "getaddrinfo", look_up_among(place.names))
            for name, value in place.settings.items():
                changed.setenv(name, value)
            enough.clear()
            try:
                yield
            finally:
                enough.set()

    return there


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where the credentials file of the test is."""
    return tmp_path / "gts-wizard" / "credentials.toml"
