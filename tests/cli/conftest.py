"""A folder that programs of every user reach, with credentials in it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import default_credentials_path, save_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that each user may write in, with nothing in it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o777)
        yield path


@pytest.fixture
def shared_credentials(shared_folder: Path) -> Path:
    """The credentials of Alice, the only file in that folder."""
    save_accounts(shared_folder, make_account())
    path = shared_folder / "credentials.toml"
    shutil.move(default_credentials_path(shared_folder), path)
    shutil.rmtree(shared_folder / ".config")
    return path
