"""An older schema becomes the current one at the first save, and a copy of the file is kept."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from gts_wizard.errors import SaveFailed
from gts_wizard.storage import schema
from tests.helpers.sample_accounts import add_account
from tests.helpers.syscall_faults import intercept_syscalls

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.storage.store import Store


def from_version_0(document: dict[str, Any]) -> dict[str, Any]:
    """Migrate from the made-up version 0, where the default was called `main`."""
    rest = {key: value for key, value in document.items() if key != "main"}
    return {**rest, "schema_version": 1, "default": document["main"]}


@pytest.fixture
def old(store: Store, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The bytes of a file in version 0, which can be migrated."""
    store.update(add_account("alice"))
    text = store.path.read_text("utf-8")
    text = text.replace("schema_version = 1", "schema_version = 0")
    text = text.replace("default = ", "# a comment by the user\nmain = ")
    store.path.write_text(text, "utf-8")
    monkeypatch.setattr(schema, "MIGRATIONS", {0: from_version_0})
    return text.encode()


@pytest.fixture
def copy(path: Path) -> Path:
    return path.with_name("credentials.toml.v0")


def test_reading_migrates_nothing_on_disk(store: Store, old: bytes, copy: Path) -> None:
    assert store.load().default == "@alice@example.org"
    store.update(lambda credentials: credentials)
    assert store.path.read_bytes() == old
    assert not copy.exists()


def test_first_save_migrates_and_keeps_a_private_copy(store: Store, old: bytes, copy: Path) -> None:
    store.update(add_account("bob"))
    document = tomllib.loads(store.path.read_text("utf-8"))
    assert (document["schema_version"], document["default"]) == (1, "@alice@example.org")
    assert "main" not in document
    assert [account.username for account in store.load().accounts] == ["alice", "bob"]
    assert copy.read_bytes() == old
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    written = copy.stat().st_mtime_ns
    store.update(lambda credentials: credentials.without_account("@bob@example.org"))
    assert copy.stat().st_mtime_ns == written
    names = {path.name for path in store.path.parent.iterdir()}
    assert names == {"credentials.toml", "credentials.toml.lock", copy.name}


@pytest.mark.usefixtures("old")
def test_existing_copy_is_not_replaced(store: Store, copy: Path) -> None:
    copy.write_text("an earlier one", "utf-8")
    store.update(add_account("bob"))
    assert copy.read_text("utf-8") == "an earlier one"
    assert len(store.load().accounts) == 2


def test_copy_is_on_disk_before_the_file_is_replaced(store: Store, old: bytes, copy: Path) -> None:
    order: list[tuple[str, bool]] = []

    def look(_: int, name: str) -> None:
        if name in {"fsync", "replace"}:
            order.append((name, copy.exists() and copy.read_bytes() == old))

    with intercept_syscalls(before=look):
        store.update(add_account("bob"))
    assert order == [
        ("fsync", False),
        ("replace", False),
        ("fsync", True),  # the directory
        ("fsync", True),
        ("replace", True),
        ("fsync", True),
    ]


def test_copy_that_can_not_be_made_stops_the_migration(
    store: Store, old: bytes, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patched, pytest.raises(SaveFailed):
        patched.setattr("os.replace", fail)
        store.update(add_account("bob"))
    assert store.path.read_bytes() == old
    assert not copy.exists()
