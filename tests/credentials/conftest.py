"""A credentials file that is nobody's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "credentials.toml"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path)
