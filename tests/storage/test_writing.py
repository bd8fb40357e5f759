"""Replacing the file: each system call of a save fails, and the old bytes or the new ones stay."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileError, FileUnreadable, LockFailed, SaveFailed
from gts_wizard.storage.atomic_write import serialize
from gts_wizard.storage.schema import merge_unknown_keys
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import TOKEN, add_account
from tests.helpers.subprocesses import run_python
from tests.helpers.syscall_faults import intercept_syscalls, nothing, syscalls_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.syscall_faults import Between

_ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS", "EFBIG")
_NAMES = {"credentials.toml", "credentials.toml.lock"}
_ALICES_FILE = serialize(merge_unknown_keys({}, add_account("alice")(Credentials())))


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


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def store_with_alice(folder: Path) -> Store:
    """Return a store that keeps one account, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    store = Store(folder / "credentials.toml")
    store.path.write_bytes(_ALICES_FILE)
    store.path.chmod(0o600)
    (folder / "credentials.toml.lock").touch(0o600)
    return store


def failure_of_adding_bob(
    store: Store, before: Between, after: Between = nothing
) -> FileError | None:
    try:
        with intercept_syscalls(before, after):
            store.update(add_account("bob"))
    except FileError as failure:
        return failure
    return None


# Of all errors only EACCES is ever treated in a way of its own.
@pytest.mark.slow
@pytest.mark.parametrize("error", ["ENOSPC", "EACCES"])
def test_failing_system_call_loses_and_leaves_nothing(tmp_path: Path, error: str) -> None:
    code = getattr(errno, error)
    calls = syscalls_of(lambda: store_with_alice(tmp_path / "counted").update(add_account("bob")))
    failures = 0
    for number, name in enumerate(calls):
        store = store_with_alice(tmp_path / str(number))
        open_before = open_descriptors()
        failure = failure_of_adding_bob(store, *fail(code, exactly(number)))
        place = f"{error} at call {number}, {name}"
        assert open_descriptors() == open_before, place
        assert names(store.path.parent) == _NAMES, place
        if failure is None:
            assert len(store.load().accounts) == 2, place
        else:
            failures += 1
            assert store.path.read_bytes() == _ALICES_FILE, place
            assert isinstance(failure, SaveFailed | LockFailed | FileUnreadable), place
            assert failure.reason == os.strerror(code).lower(), place
            assert TOKEN not in f"{failure} {vars(failure)} {failure.__cause__}", place
        saved = store.update(add_account("bob"))
        assert [account.username for account in saved.accounts] == ["alice", "bob"], place
    assert failures > len(calls) / 4


@pytest.mark.parametrize("error", _ERRORS)
@pytest.mark.parametrize("name", ["write", "fsync", "fchmod", "replace"])
def test_disk_that_keeps_failing_is_reported_with_its_error(
    tmp_path: Path, name: str, error: str
) -> None:
    store = store_with_alice(tmp_path)
    code = getattr(errno, error)
    # Not even the temporary file can be removed.
    failure = failure_of_adding_bob(
        store, *fail(code, lambda _, called: called in {name, "unlink"})
    )
    assert isinstance(failure, SaveFailed)
    assert failure.reason == os.strerror(code).lower()
    assert store.path.read_bytes() == _ALICES_FILE
    store.update(add_account("bob"))
    assert names(tmp_path) == _NAMES


@pytest.mark.slow
def test_failing_system_call_of_a_first_save_makes_no_file(tmp_path: Path) -> None:
    def save(folder: Path) -> None:
        Store(folder / "made" / "too" / "credentials.toml").update(add_account())

    for number in range(len(syscalls_of(lambda: save(tmp_path / "counted")))):
        folder = tmp_path / str(number)
        before, after = fail(errno.ENOSPC, exactly(number))
        try:
            with intercept_syscalls(before, after):
                save(folder)
        except FileError:
            assert not (folder / "made" / "too" / "credentials.toml").exists()
        save(folder)
        assert names(folder / "made" / "too") == _NAMES


def test_directory_sync_that_fails_is_a_notice_and_no_failure(store: Store) -> None:
    calls = syscalls_of(
        lambda: store_with_alice(store.path.parent / "a").update(add_account("bob"))
    )
    assert calls.count("fsync") == 2
    syncs = 0

    def fail_second_sync(_: int, name: str) -> None:
        nonlocal syncs
        syncs += name == "fsync"
        if name == "fsync" and syncs == 2:
            raise OSError(errno.EIO, "", TOKEN)

    assert failure_of_adding_bob(store, fail_second_sync) is None
    assert store.load().default == "@bob@example.org"
    (notice,) = store.pop_warnings()
    assert "is saved, but the disk didn't confirm it: input/output error." in notice
    assert store.pop_warnings() == []


@pytest.mark.parametrize("error", ["EINVAL", "ENOTSUP", "EACCES"])
def test_directory_that_can_not_be_synced_needs_no_notice(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(getattr(errno, error), "not for directories")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store.update(add_account("bob"))
    assert store.pop_warnings() == []
    assert store.load().default == "@bob@example.org"


_SAVE_UP_TO_1024_BYTES = """
import pathlib, resource, sys
from gts_wizard.storage.store import Store
from gts_wizard.errors import LockFailed, SaveFailed
from tests.helpers.sample_accounts import add_account
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
try:
    for number in range(9):
        Store(pathlib.Path(sys.argv[1])).update(add_account(f"user{number}"))
except SaveFailed as failure:
    print(failure.reason)
"""


def test_file_size_limit_of_the_system_is_reported(store: Store) -> None:
    assert run_python(_SAVE_UP_TO_1024_BYTES, store.path) == ["file too large"]
    assert len(store.load().accounts) == 1
    assert names(store.path.parent) == _NAMES


def test_interrupted_save_leaves_no_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.update(add_account())
    assert names(store.path.parent) == {"credentials.toml.lock"}


def test_only_temporary_files_of_earlier_saves_are_removed(store: Store) -> None:
    folder = store.path.parent
    for name in (".credentials.toml.abc123.tmp", ".credentials.toml.swp", ".other.toml.a.tmp"):
        (folder / name).write_text(TOKEN, "utf-8")
    (folder / ".credentials.toml.a-directory.tmp").mkdir()
    store.update(add_account())
    others = {".credentials.toml.swp", ".other.toml.a.tmp", ".credentials.toml.a-directory.tmp"}
    assert names(folder) == {*_NAMES, *others}
