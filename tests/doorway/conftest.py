"""What the doorway's tests share: a clean environment, a credentials file, and two ways to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doorway.asking import in_sequence, in_turns
from tests.server import conftest as wire

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doorway.asking import Asking

authority = wire.authority
trusted = wire.trusted


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("GTS_WIZARD_ACCOUNT", "GTS_WIZARD_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A credentials file that need not exist yet."""
    return tmp_path / "credentials.toml"


@pytest.fixture(params=[in_sequence, in_turns], ids=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Asking:
    """A way to ask a server once: by the client, or by the asynchronous one."""
    asking: Asking = request.param
    return asking
