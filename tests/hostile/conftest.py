"""Fixtures of the hostile tests: a short deadline, certificates, and fake name servers."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.http import HttpClient
from tests.helpers.hostile.environments import Deadline, EnterEnvironment, FakeNetwork
from tests.helpers.hostile.fake_dns.sitecustomize import resolver_for, silence_over

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

    from tests.helpers.hostile.environments import Environment


@pytest.fixture(autouse=True)
def deadline(monkeypatch: pytest.MonkeyPatch) -> Deadline:
    """The deadline of requests on all connections that are opened from now on."""
    chosen = Deadline()
    build = "gts_wizard.api.session._build"
    monkeypatch.setattr(build, lambda log: HttpClient(chosen.seconds, log))
    return chosen


@pytest.fixture
def network(authority: trustme.CA, tmp_path: Path) -> FakeNetwork:
    """What the catalogue's environments are made with."""
    if sys.platform != "linux":
        pytest.skip("only on Linux the environment names authorities, and a full port is silent")
    return FakeNetwork(authority, tmp_path)


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch) -> EnterEnvironment:
    """Apply the names and variables of an environment to this process, for a `with`."""

    @contextmanager
    def entered(environment: Environment) -> Iterator[None]:
        with monkeypatch.context() as changed:
            changed.setattr(socket, "getaddrinfo", resolver_for(environment.names))
            for name, value in environment.settings.items():
                changed.setenv(name, value)
            silence_over.clear()
            try:
                yield
            finally:
                silence_over.set()

    return entered
