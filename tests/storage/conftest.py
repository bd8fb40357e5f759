"""A credentials file in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "credentials.toml"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path)
