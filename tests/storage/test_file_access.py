"""Access to the file: permissions, owners, kinds of file and symbolic links; for root too."""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import FileOfAnotherUser, FileUnreadable
from gts_wizard.storage.store import Store
from tests.helpers.containers import NAMELESS
from tests.helpers.sample_accounts import add_account
from tests.helpers.subprocesses import run_python
from tests.helpers.syscall_faults import intercept_syscalls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(params=[0, 0o022, 0o777], ids="{:o}".format)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refusal(store: Store) -> str:
    """Return the reason with which both reading and saving are refused."""
    with pytest.raises(FileUnreadable) as reading:
        store.load()
    with pytest.raises(FileUnreadable) as saving:
        store.update(add_account("alice"))
    assert saving.value.reason == reading.value.reason
    return reading.value.reason


@pytest.mark.usefixtures("umask")
def test_new_files_and_directories_are_private(tmp_path: Path) -> None:
    store = Store(tmp_path / "made" / "too" / "credentials.toml")
    store.update(add_account("alice"))
    assert mode(store.path) == 0o600
    assert mode(store.path.with_name("credentials.toml.lock")) == 0o600
    assert mode(tmp_path / "made") == mode(tmp_path / "made" / "too") == 0o700
    assert store.pop_warnings() == []


@pytest.mark.usefixtures("umask")
def test_temporary_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    seen: set[int] = set()

    def look(_: int, name: str) -> None:
        if name in {"write", "fsync", "replace"}:
            seen.update(mode(path) for path in tmp_path.glob(".*.tmp"))

    with intercept_syscalls(before=look, after=look):
        Store(tmp_path / "credentials.toml").update(add_account("alice"))
    assert seen == {0o600}


@pytest.mark.parametrize("wide", [0o644, 0o660, 0o604, 0o777], ids="{:o}".format)
def test_file_open_to_others_is_closed_with_one_notice(store: Store, wide: int) -> None:
    store.update(add_account("alice"))
    notice = f"Others on this computer could open {store.path}. Now only you can."
    for use in (Store.load, lambda store: store.update(add_account("bob"))):
        store.path.chmod(wide)
        fresh = Store(store.path)
        use(fresh)
        assert mode(store.path) == 0o600
        assert fresh.pop_warnings() == [notice]
        use(fresh)
        assert fresh.pop_warnings() == []


def test_disk_that_keeps_no_permissions_is_a_notice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(add_account("alice"))
    store.path.chmod(0o644)
    monkeypatch.setattr(os, "fchmod", lambda *_: None)
    assert store.load().default == "@alice@example.org"
    (notice,) = store.pop_warnings()
    assert "and this disk doesn't let the wizard change that" in notice
    store.load()
    assert store.pop_warnings() == []


def test_only_the_wizards_own_directory_is_made_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / name)
    own, shared = tmp_path / "gts-wizard", tmp_path / "shared"
    for folder in (own, shared):
        folder.mkdir()
        folder.chmod(0o755)
        Store(folder / "credentials.toml").update(add_account("alice"))
    assert (mode(own), mode(shared), mode(tmp_path)) == (0o700, 0o755, 0o700)
    own.chmod(0o750)
    store = Store(own / "credentials.toml")
    store.load()
    assert mode(own) == 0o700
    assert store.pop_warnings() == [f"Others on this computer could open {own}. Now only you can."]


def test_directory_behind_a_symbolic_link_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / name)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    (tmp_path / "gts-wizard").symlink_to("shared")
    store = Store(tmp_path / "gts-wizard" / "credentials.toml")
    store.update(add_account("alice"))
    assert mode(tmp_path / "shared") == 0o755
    assert store.pop_warnings() == []


def make_socket(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
    os.chdir(before)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.mkdir, "it is a directory"),
        (make_socket, "it is a socket, not a file"),
        (lambda path: path.symlink_to("/dev/null"), "it is a device, not a file"),
    ],
    ids=["directory", "socket", "device"],
)
def test_path_that_is_no_file_is_refused(
    store: Store, make: Callable[[Path], None], reason: str
) -> None:
    make(store.path)
    kind = store.path.lstat().st_mode
    assert refusal(store) == reason
    assert store.path.lstat().st_mode == kind


def test_pipe_put_there_at_the_last_moment_does_not_block(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(add_account("alice"))
    status = store.path.lstat()
    store.path.unlink()
    os.mkfifo(store.path)
    monkeypatch.setattr(Path, "lstat", lambda _: status)
    with pytest.raises(FileUnreadable, match="it is a named pipe"):
        store.load()


def test_file_of_another_user_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.update(add_account("alice"))
    body = store.path.read_bytes()
    if os.geteuid() == 0:
        os.chown(store.path, NAMELESS, NAMELESS)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: NAMELESS)
    for act in (store.load, store.check_writable, lambda: store.update(add_account("bob"))):
        with pytest.raises(FileOfAnotherUser):
            act()
    assert store.path.read_bytes() == body


# Version 2 of acl(5)'s attribute: tag, permissions and user of each entry; the mask is r--, so that
# the user with the list's only entry may read.
_ACCESS_LIST = struct.pack(
    "<I" + "HHI" * 5,
    *(2, 0x01, 6, 0xFFFFFFFF, 0x02, 4, NAMELESS, 0x04, 0, 0xFFFFFFFF),
    *(0x10, 4, 0xFFFFFFFF, 0x20, 4, 0xFFFFFFFF),
)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has access lists as attributes")
def test_access_list_stays_while_others_are_shut_out(store: Store) -> None:
    store.update(add_account("alice"))
    try:
        os.setxattr(store.path, "system.posix_acl_access", _ACCESS_LIST)
    except OSError as error:
        pytest.skip(f"this disk has no access lists: {error.strerror}")
    assert mode(store.path) == 0o644
    store.load()
    (notice,) = store.pop_warnings()
    assert "Now only you and those on its access list can." in notice
    assert mode(store.path) == 0o640
    access_list = os.getxattr(store.path, "system.posix_acl_access")
    store.load()
    store.update(add_account("bob"))
    assert store.pop_warnings() == []
    assert os.getxattr(store.path, "system.posix_acl_access") == access_list
    assert mode(store.path) == 0o640


_SAVE_AS_NOBODY = """
import os, pathlib, tempfile
from gts_wizard.storage.store import Store
import gts_wizard.storage.lock, gts_wizard.storage.atomic_write
import gts_wizard.storage.keyring_sync, gts_wizard.storage.system_keyring
from gts_wizard.errors import FileError
from tests.helpers.containers import NAMELESS
from tests.helpers.sample_accounts import add_account
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "credentials.toml")
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    def save(name):
        try:
            Store(path).update(add_account(name))
            print("saved")
        except FileError as failure:
            print(type(failure).__name__, failure.reason)
    save("a")
    path.chmod(0)
    save("b")
    path.chmod(0o600)
    os.chmod(folder, 0o500)
    save("c")
    os.chmod(folder, 0)
    save("d")
    os.chmod(folder, 0o700)
    os.seteuid(os.getuid())
    print(sorted(os.listdir(folder)))
"""


@pytest.mark.slow
def test_permission_denied_is_reported_to_an_ordinary_user() -> None:
    assert run_python(_SAVE_AS_NOBODY) == [
        "saved",
        "FileUnreadable permission denied",
        "SaveFailed permission denied",
        "FileUnreadable permission denied",
        "['credentials.toml', 'credentials.toml.lock']",
    ]


@pytest.mark.parametrize("kind", ["relative", "absolute", "chained", "directory"])
def test_symbolic_link_stays_and_its_target_is_written(tmp_path: Path, kind: str) -> None:
    real, link = tmp_path / "real" / "kept.toml", tmp_path / "linked" / "kept.toml"
    real.parent.mkdir()
    Store(real).update(add_account("alice"))
    if kind == "directory":
        link.parent.symlink_to("real")
    else:
        link.parent.mkdir()
        (tmp_path / "middle").symlink_to(real)
        leads_to = {"relative": "../real/kept.toml", "absolute": str(real), "chained": "../middle"}
        link.symlink_to(leads_to[kind])
    Store(link).update(add_account("bob"))
    assert link.is_symlink() or link.parent.is_symlink()
    assert not real.is_symlink()
    assert len(Store(real).load().accounts) == len(Store(link).load().accounts) == 2
    assert {path.name for path in real.parent.iterdir()} == {"kept.toml", "kept.toml.lock"}


@pytest.mark.parametrize(
    ("leads_to", "reason"),
    [
        ("nowhere.toml", "a symbolic link leads nowhere"),
        ("missing/credentials.toml", "a symbolic link leads nowhere"),
        ("credentials.toml", "too many levels of symbolic links"),
    ],
    ids=["no file", "no directory", "itself"],
)
@pytest.mark.parametrize("linked", [".", "inside"], ids=["file", "directory"])
def test_symbolic_link_that_leads_nowhere_is_refused(
    tmp_path: Path, leads_to: str, reason: str, linked: str
) -> None:
    link = tmp_path / "credentials.toml"
    link.symlink_to(leads_to)
    assert refusal(Store(link / linked)) == reason
    assert os.listdir(tmp_path) == ["credentials.toml"]  # noqa: PTH208
