"""Fixtures of the screens' tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.fake_programs import FakePrograms

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    """The computer that the wizard runs on, without any program yet."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return FakePrograms(folder)
