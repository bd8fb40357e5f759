"""Saving: who may read the file, what a failure leaves behind, and many writers at once."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from gts_wizard.credentials import writing
from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileError, FileLocked, FileUnreadable, SaveFailed
from tests.credentials.builders import TOKEN, make_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.shelf import Shelf

ROOT = Path(__file__).parents[2]


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def with_alice(shelf: Shelf) -> Shelf:
    return shelf.with_account(make_account("alice"))


def with_bob(shelf: Shelf) -> Shelf:
    return shelf.with_account(make_account("bob"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(directory: Path) -> set[str]:
    return {one.name for one in directory.iterdir()}


@pytest.mark.usefixtures("open_umask")
def test_nobody_else_can_read_the_file_or_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "made" / "too" / "credentials.toml"
    Store(path).change(with_alice)
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert mode(path.with_name("credentials.toml.lock")) & 0o077 == 0
    assert names(path.parent) == {"credentials.toml", "credentials.toml.lock"}


@pytest.mark.usefixtures("open_umask")
def test_a_directory_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir(mode=0o755)
    Store(tmp_path / "old" / "credentials.toml").change(with_alice)
    assert mode(tmp_path / "old") == 0o755


@pytest.mark.usefixtures("open_umask")
def test_not_one_byte_is_written_while_others_could_read_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def fsync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode):
            seen.append((stat.S_IMODE(status.st_mode), status.st_size > 0))

    monkeypatch.setattr(os, "fsync", fsync)
    store.change(with_alice)
    assert seen == [(0o600, True)]


def test_a_file_open_to_others_is_closed_by_the_next_save(store: Store) -> None:
    store.change(with_alice)
    store.path.chmod(0o644)
    store.change(with_bob)
    assert mode(store.path) == 0o600


def test_a_symbolic_link_stays_one_and_its_target_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "kept.toml", tmp_path / "linked" / "credentials.toml"
    real.parent.mkdir()
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(real, link.parent))
    Store(link).change(with_alice)
    Store(link).change(with_bob)
    assert link.is_symlink()
    assert len(Store(real).load().accounts) == 2
    assert names(link.parent) == {"credentials.toml"}
    assert names(real.parent) == {"kept.toml", "kept.toml.lock"}


def test_a_link_and_its_target_share_one_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_LOCK_SECONDS", 0)
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    link.symlink_to(real)
    with writing.locked(link), pytest.raises(FileLocked):
        Store(real).change(with_alice)


@pytest.mark.parametrize("failing", ["replace", "fsync"])
def test_a_failing_save_leaves_the_old_bytes_and_nothing_else(
    store: Store, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    store.change(with_alice)
    before, there = store.path.read_bytes(), names(store.path.parent)

    def no_space(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), TOKEN)

    monkeypatch.setattr(os, failing, no_space)
    with pytest.raises(SaveFailed) as failure:
        store.change(with_bob)
    monkeypatch.undo()
    assert failure.value.reason == "no space left on device"
    assert TOKEN not in str(failure.value)
    assert store.path.read_bytes() == before
    assert names(store.path.parent) == there
    store.change(with_bob)
    assert len(store.load().accounts) == 2


def test_an_interrupted_save_leaves_nothing_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.change(with_alice)
    assert names(store.path.parent) == {"credentials.toml.lock"}


def test_what_a_killed_wizard_left_is_swept_and_nothing_of_others(store: Store) -> None:
    folder = store.path.parent
    for name in (".credentials.toml.abc123.tmp", ".credentials.toml.swp", ".other.toml.a.tmp"):
        (folder / name).write_text(TOKEN, "utf-8")
    store.change(with_alice)
    left = {".credentials.toml.swp", ".other.toml.a.tmp"}
    assert names(folder) == {"credentials.toml", "credentials.toml.lock", *left}


def test_a_directory_that_can_not_be_synced_is_no_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not for directories")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store.change(with_alice)
    assert store.load().default == "@alice@example.org"


def test_a_file_where_its_directory_should_be_is_told(tmp_path: Path) -> None:
    blocking = tmp_path / "file"
    blocking.write_text("kept", "utf-8")
    store = Store(blocking / "credentials.toml")
    with pytest.raises(FileUnreadable, match="not a directory"):
        store.load()
    with pytest.raises(FileError):
        store.change(with_alice)
    assert blocking.read_text("utf-8") == "kept"


def test_a_target_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "credentials.toml")
    store.path.symlink_to("/proc/nowhere/credentials.toml")
    with pytest.raises(SaveFailed):
        store.change(with_alice)
    assert store.path.is_symlink()


def test_a_change_that_raises_frees_the_lock_and_saves_nothing(store: Store) -> None:
    def fail(_: Shelf) -> Shelf:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.change(fail)
    assert not store.path.exists()
    store.change(with_alice)


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start another Python process, which waits for a line before it goes on."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def pipe(end: IO[str] | None) -> IO[str]:
    assert end is not None
    return end


ADD = """
import sys, pathlib
from gts_wizard.credentials.store import Store
import gts_wizard.credentials.writing
from tests.credentials.builders import make_account
store = Store(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(5):
    account = make_account(f"{sys.argv[2]}-{number}")
    store.change(lambda shelf: shelf.with_account(account))
"""


def test_many_processes_at_once_lose_nothing(store: Store) -> None:
    children = [child(ADD, str(store.path), f"writer-{number}") for number in range(4)]
    for one in children:
        assert pipe(one.stdout).readline() == "ready\n"
    for one in children:
        pipe(one.stdin).write("go\n")
        pipe(one.stdin).flush()
    for one in children:
        one.communicate(timeout=30)
        assert one.returncode == 0
    saved = {one.username for one in store.load().accounts}
    assert saved == {f"writer-{writer}-{number}" for writer in range(4) for number in range(5)}


HOLD = """
import sys, filelock
with filelock.FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_lock_held_elsewhere_is_told_and_reading_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.change(with_alice)
    before = store.path.read_bytes()
    monkeypatch.setattr(writing, "_LOCK_SECONDS", 0.05)
    with child(HOLD, f"{store.path}.lock") as holder:
        assert pipe(holder.stdout).readline() == "held\n"
        with pytest.raises(FileLocked) as locked:
            store.change(with_bob)
        assert len(store.load().accounts) == 1
        holder.communicate("done\n", timeout=30)
    assert str(store.path) in str(locked.value)
    assert store.path.read_bytes() == before
    store.change(with_bob)
    assert len(store.load().accounts) == 2
