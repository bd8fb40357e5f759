"""The lock beside the credentials file: concurrent writers lose nothing, its holder is named.

The long form, 20 rounds of 32 processes:
`GTS_WIZARD_LONG_TESTS=1 pytest tests/storage/test_lock.py`.
"""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import FileLocked, LockFailed, SaveFailed
from gts_wizard.storage import lock
from gts_wizard.storage.files import resolve_symlink
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import add_account
from tests.helpers.subprocesses import LONG_TESTS, run_python, start_python

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.credentials import Credentials

_ROUNDS, _PROCESSES = (20, 32) if LONG_TESTS else (2, 16)

_SAVE_TOGETHER = """
import os, pathlib, sys
from gts_wizard.storage.store import Store
import gts_wizard.storage.atomic_write
from gts_wizard.storage import lock
from tests.helpers.sample_accounts import add_account
lock._LOCK_SECONDS = 120  # on a busy computer the last of many waits for long
rounds, processes = int(sys.argv[2]), int(sys.argv[3])
for number in range(rounds):
    path = pathlib.Path(sys.argv[1], f"{number}.toml")
    start, keep_waiting = os.pipe()
    children = []
    for child in range(processes):
        if process := os.fork():
            children.append(process)
            continue
        os.close(keep_waiting)
        os.read(start, 1)  # returns when the parent closes its end
        Store(path).update(add_account(f"user{child}"))
        os._exit(0)
    os.close(start)
    os.close(keep_waiting)
    print({os.waitpid(process, 0)[1] for process in children}, len(Store(path).load().accounts))
"""

_HOLD = """
import pathlib, sys
from gts_wizard.storage.lock import file_lock
sys.argv[0] = "/usr/bin/gts-wizard"
with file_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
def test_processes_saving_at_once_lose_nothing(tmp_path: Path) -> None:
    printed = run_python(_SAVE_TOGETHER, tmp_path, _ROUNDS, _PROCESSES)
    assert printed == [f"{{0}} {_PROCESSES}"] * _ROUNDS
    saved = {account.username for account in Store(tmp_path / "0.toml").load().accounts}
    assert saved == {f"user{number}" for number in range(_PROCESSES)}


def test_lock_held_by_another_process_names_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(add_account("alice"))
    before = store.path.read_bytes()
    monkeypatch.setattr(lock, "_LOCK_SECONDS", 0.05)
    with start_python(_HOLD, store.path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FileLocked) as held:
            store.update(add_account("bob"))
        assert len(store.load().accounts) == 1  # reading needs no lock
        holder.kill()
    assert f"is in use by process {holder.pid} (gts-wizard) ({store.path})" in str(held.value)
    assert store.path.read_bytes() == before
    # The lock file a killed process leaves behind is no lock.
    store.update(add_account("bob"))
    assert len(store.load().accounts) == 2


@pytest.mark.parametrize(
    "record",
    ["", "999999999 gone", "0", "\0", "1"],
    ids=["empty", "no such process", "zero", "nul", "no name"],
)
def test_lock_without_a_running_holder_names_no_process(
    path: Path, monkeypatch: pytest.MonkeyPatch, record: str
) -> None:
    monkeypatch.setattr(lock, "_LOCK_SECONDS", 0)
    with lock.file_lock(path), pytest.raises(FileLocked) as held:
        path.with_name("credentials.toml.lock").write_text(record, "utf-8")
        with lock.file_lock(path):
            pass
    assert "is in use by another window of the wizard" in str(held.value)


def test_lock_timeout_is_under_five_seconds() -> None:
    assert 3 < lock._LOCK_SECONDS < 5


def test_symbolic_link_and_its_target_share_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_LOCK_SECONDS", 0)
    target, link = tmp_path / "real.toml", tmp_path / "link.toml"
    Store(target).update(add_account("alice"))
    link.symlink_to(target)
    with lock.file_lock(resolve_symlink(link)), pytest.raises(FileLocked):
        Store(target).update(add_account("bob"))
    with lock.file_lock(target), pytest.raises(FileLocked):
        Store(link).update(add_account("bob"))


def test_directory_in_place_of_the_lock_file_is_reported(path: Path) -> None:
    lock_path = path.with_name("credentials.toml.lock")
    lock_path.mkdir()
    with pytest.raises(SaveFailed) as failure, lock.file_lock(path):
        pass
    assert (failure.value.reason, failure.value.path) == ("is a directory", str(lock_path))


def test_foreign_file_of_that_name_is_refused_and_untouched(tmp_path: Path) -> None:
    foreign = tmp_path / "uv.lock"
    foreign.write_text("version = 1\n", "utf-8")
    with pytest.raises(LockFailed, match="isn't the wizard's") as failure:
        Store(tmp_path / "uv").update(add_account())
    assert failure.value.path == str(foreign)
    assert foreign.read_text("utf-8") == "version = 1\n"
    assert not (tmp_path / "uv").exists()


def test_symbolic_link_of_that_name_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.touch()
    (tmp_path / "credentials.toml.lock").symlink_to(target)
    with pytest.raises(SaveFailed, match="symbolic link"):
        Store(tmp_path / "credentials.toml").update(add_account())
    assert target.read_bytes() == b""


def test_lock_file_swapped_while_it_is_locked_is_locked_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_path = path.with_name("credentials.toml.lock")
    real = fcntl.flock

    def swap_once(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        lock_path.unlink()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", swap_once)
    with lock.file_lock(path), lock_path.open("rb") as other, pytest.raises(BlockingIOError):
        real(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("missing", [errno.ENOSYS, errno.ENOTSUP])
def test_disk_without_flock_is_locked_in_the_older_way(
    store: Store, monkeypatch: pytest.MonkeyPatch, missing: int
) -> None:
    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(missing, os.strerror(missing))

    monkeypatch.setattr(fcntl, "flock", refuse)
    monkeypatch.setattr(lock, "_LOCK_SECONDS", 0)
    with lock.file_lock(store.path), pytest.raises(FileLocked):
        store.update(add_account("bob"))
    store.update(add_account("alice"))
    assert len(store.load().accounts) == 1


def test_disk_without_locks_is_named_with_a_way_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(LockFailed, match="no locks available") as failure:
        store.update(add_account())
    assert "set GTS_WIZARD_CREDENTIALS to a file there" in failure.value.hint
    assert not store.path.exists()


def test_change_that_raises_releases_the_lock(store: Store) -> None:
    def fail(_: Credentials) -> Credentials:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.update(fail)
    assert not store.path.exists()
    store.update(add_account())
