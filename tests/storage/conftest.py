"""A credentials file in a folder of its own, and a keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.storage.store import Store
from tests.helpers.fake_keyring import FakeKeyring, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "credentials.toml"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path)


@pytest.fixture
def fake_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    """The system's keyring while the test runs."""
    with installed(tmp_path, monkeypatch) as made:
        yield made
