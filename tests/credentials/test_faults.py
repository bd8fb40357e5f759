"""Each system call of a save fails in each way: the old bytes stay, or the change is there."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileError, FileUnreadable, SaveFailed
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocesses import run_python
from tests.helpers.syscall_faults import intercept_syscalls, nothing, syscalls_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.shelf import Shelf
    from tests.helpers.syscall_faults import Between

ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS", "EFBIG")
BESIDE = {"credentials.toml", "credentials.toml.lock"}


def with_bob(shelf: Shelf) -> Shelf:
    return shelf.with_account(make_account("bob"))


def fail(code: int, at: Callable[[int, str], bool]) -> tuple[Between, Between]:
    """Return what makes the calls that `at` picks fail; a failing close has closed, as on Linux."""

    def before(number: int, name: str) -> None:
        if name != "close" and at(number, name):
            raise OSError(code, os.strerror(code), TOKEN)

    def after(number: int, name: str) -> None:
        if name == "close" and at(number, name):
            raise OSError(code, os.strerror(code), TOKEN)

    return before, after


def exactly(number: int) -> Callable[[int, str], bool]:
    return lambda called, _: called == number


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def saved(folder: Path) -> Store:
    """Return a store with one account in it, in a folder of its own."""
    store = Store(folder / "credentials.toml")
    store.change(lambda shelf: shelf.with_account(make_account("alice")))
    return store


def outcome(store: Store, before: Between, after: Between = nothing) -> FileError | None:
    try:
        with intercept_syscalls(before, after):
            store.change(with_bob)
    except FileError as failure:
        return failure
    return None


@pytest.mark.parametrize("error", ERRORS)
def test_a_failing_call_costs_nothing_and_leaves_nothing(tmp_path: Path, error: str) -> None:
    code = getattr(errno, error)
    calls = syscalls_of(lambda: saved(tmp_path / "counted").change(with_bob))
    told = 0
    for number in range(len(calls)):
        store = saved(tmp_path / str(number))
        old, open_before = store.path.read_bytes(), open_descriptors()
        failure = outcome(store, *fail(code, exactly(number)))
        place = f"{error} at call {number}"
        assert open_descriptors() == open_before, place
        assert {one.name for one in store.path.parent.iterdir()} == BESIDE, place
        if failure is None:
            assert len(store.load().accounts) == 2, place
        else:
            told += 1
            assert store.path.read_bytes() == old, place
            assert isinstance(failure, SaveFailed | FileUnreadable), place
            assert failure.reason == os.strerror(code).lower(), place
            assert TOKEN not in f"{failure} {vars(failure)} {failure.__cause__}", place
        store.change(with_bob)
        assert [one.username for one in store.load().accounts] == ["alice", "bob"], place
    assert told > len(calls) / 4


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("name", ["write", "fsync", "fchmod", "replace"])
def test_a_disk_that_fails_for_good_is_told_as_itself(
    tmp_path: Path, name: str, error: str
) -> None:
    store = saved(tmp_path)
    old = store.path.read_bytes()
    # Not even what was begun can be removed.
    broken = fail(getattr(errno, error), lambda _, called: called in {name, "unlink"})
    failure = outcome(store, *broken)
    assert isinstance(failure, SaveFailed)
    assert store.path.read_bytes() == old
    store.change(with_bob)
    assert {one.name for one in tmp_path.iterdir()} == BESIDE


def test_the_first_save_of_all_fails_as_cleanly(tmp_path: Path) -> None:
    def save(folder: Path) -> None:
        Store(folder / "made" / "too" / "credentials.toml").change(with_bob)

    for number in range(len(syscalls_of(lambda: save(tmp_path / "counted")))):
        folder = tmp_path / str(number)
        before, after = fail(errno.ENOSPC, exactly(number))
        try:
            with intercept_syscalls(before, after):
                save(folder)
        except FileError:
            assert not (folder / "made" / "too" / "credentials.toml").exists()
        save(folder)
        assert {one.name for one in (folder / "made" / "too").iterdir()} == BESIDE


def test_a_directory_that_does_not_confirm_is_told_and_is_no_failure(store: Store) -> None:
    calls = syscalls_of(lambda: saved(store.path.parent / "counted").change(with_bob))
    assert calls.count("fsync") == 4
    synced: list[str] = []

    def before(_: int, name: str) -> None:
        synced.extend([name] if name == "fsync" else [])
        if name == "fsync" and len(synced) == 2:
            raise OSError(errno.EIO, "", TOKEN)

    assert outcome(store, before) is None
    assert store.load().default == "@bob@example.org"
    (notice,) = store.take_notices()
    assert "is saved, but the disk did not confirm it: input/output error." in notice
    assert store.take_notices() == []


@pytest.mark.parametrize("error", ["EINVAL", "ENOTSUP", "EACCES"])
def test_a_directory_that_can_not_be_synced_is_nothing_to_tell(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(getattr(errno, error), "not for directories")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store.change(with_bob)
    assert store.take_notices() == []
    assert store.load().default == "@bob@example.org"


FILE_SIZE = """
import pathlib, resource, sys
from gts_wizard.credentials.store import Store
from gts_wizard.errors import SaveFailed
from tests.helpers.sample_accounts import make_account
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
try:
    for number in range(9):
        account = make_account(f"user{number}")
        Store(pathlib.Path(sys.argv[1])).change(lambda shelf: shelf.with_account(account))
except SaveFailed as failure:
    print(failure.reason)
"""


def test_a_file_size_limit_of_the_system_itself_is_told(store: Store) -> None:
    assert run_python(FILE_SIZE, store.path) == ["file too large"]
    assert len(store.load().accounts) == 1
    assert {one.name for one in store.path.parent.iterdir()} == BESIDE
