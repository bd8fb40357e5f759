"""Credentials that can only be read: root's, those of sudo's caller, and on a read-only disk.

Docker, Kubernetes and systemd hand secrets to a program in such files.
"""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import pytest

from tests.helpers.containers import NAMELESS, OTHER, as_user, mounting
from tests.helpers.sample_accounts import TOKEN
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    run,
    run_in_process,
    sign_in_users,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from subprocess import CompletedProcess

    from gts_wizard.practice import PracticeServer

_CAN_ONLY_BE_READ = "The file that keeps your accounts is read-only: "
_ELSEWHERE = "Do this where the file is kept, or set GTS_WIZARD_CREDENTIALS to a file of your own."

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def _run(
    path: Path, *arguments: str, prefix: Sequence[str] = (), **variables: str
) -> CompletedProcess[str]:
    variables["GTS_WIZARD_CREDENTIALS"] = str(path)
    return run(path.parent, *arguments, prefix=prefix, **variables)


def _give(path: Path, owner: int, mode: int) -> None:
    os.chown(path, owner, owner)
    path.chmod(mode)


def _assert_only_read(
    path: Path, reason: str, remedy: str, prefix: Sequence[str] = (), **variables: str
) -> None:
    """Find that the commands which read work without a word, and that `use` says why it fails."""
    status = path.stat()
    token = _run(path, "token", prefix=prefix, **variables)
    assert (token.returncode, token.stdout, token.stderr) == (0, f"{TOKEN}\n", "")
    accounts = _run(path, "accounts", prefix=prefix, **variables)
    assert (accounts.returncode, accounts.stderr) == (0, "")
    use = _run(path, "use", "alice", prefix=prefix, **variables)
    assert (use.returncode, use.stdout) == (1, "")
    assert use.stderr == f"{_CAN_ONLY_BE_READ}{reason} ({path}). Nothing was changed. {remedy}\n"
    assert (path.stat().st_mode, path.stat().st_uid) == (status.st_mode, status.st_uid)


@pytest.mark.slow
@as_root
@pytest.mark.parametrize("mode", [0o444, 0o644], ids="{:o}".format)
def test_file_of_root_is_read_and_left_alone(shared_credentials: Path, mode: int) -> None:
    shared_credentials.chmod(mode)
    _assert_only_read(shared_credentials, "it belongs to root", _ELSEWHERE, as_user(NAMELESS))


@as_root
def test_file_of_root_alone_says_how_to_get_it(shared_credentials: Path) -> None:
    done = _run(shared_credentials, "token", prefix=as_user(NAMELESS))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The file that keeps your accounts belongs to root ({shared_credentials}). Nothing was "
        f"changed. To make it yours, run: sudo chown {NAMELESS} {shared_credentials}\n"
    )


@pytest.mark.slow
@as_root
@pytest.mark.parametrize("command", ["token", "accounts", "use"])
def test_file_of_another_user_is_refused(shared_credentials: Path, command: str) -> None:
    _give(shared_credentials, OTHER, 0o644)
    path = shared_credentials.rename(shared_credentials.with_name("my accounts.toml"))
    arguments = [command, "alice"] if command == "use" else [command]
    done = _run(path, *arguments, prefix=as_user(NAMELESS))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The file that keeps your accounts belongs to {OTHER} ({path}). Nothing was changed. "
        f"To make it yours, run: sudo chown {NAMELESS} '{path}'\n"
    )


@pytest.mark.slow
@as_root
def test_unreadable_secret_says_who_has_to_fix_it(shared_credentials: Path) -> None:
    prefix = (*_on_read_only_disk(shared_credentials.parent), *as_user(NAMELESS))
    done = _run(shared_credentials, "token", prefix=prefix)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(
        f"Whoever puts it on that read-only disk must make {NAMELESS} its owner, or root, with "
        f"{NAMELESS} allowed to read it.\n"
    )


@pytest.mark.slow
@as_root
def test_file_of_the_caller_is_read_under_sudo(shared_credentials: Path) -> None:
    _give(shared_credentials, NAMELESS, 0o644)
    _assert_only_read(
        shared_credentials,
        f"it belongs to {NAMELESS}",
        "Run this without sudo.",
        SUDO_UID=str(NAMELESS),
    )


@pytest.mark.slow
@as_root
@pytest.mark.parametrize("variables", [{}, {"SUDO_UID": str(OTHER)}], ids=["root", "sudo"])
def test_root_is_refused_the_file_of_another_user(
    shared_credentials: Path, variables: dict[str, str]
) -> None:
    _give(shared_credentials, NAMELESS, 0o644)
    done = _run(shared_credentials, "token", **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(
        f"belongs to {NAMELESS} ({shared_credentials}). Nothing was changed. "
        f"Run the wizard as that user: in a container, start it with --user {NAMELESS}.\n"
    )
    user = next(user for user in pwd.getpwall() if user.pw_uid != 0)
    _give(shared_credentials, user.pw_uid, 0o644)
    done = _run(shared_credentials, "token", **variables)
    assert done.stderr.endswith(
        f"To use it as {user.pw_name}, run: sudo -u {user.pw_name} "
        f"GTS_WIZARD_CREDENTIALS={shared_credentials} gts-wizard\n"
    )


def _on_read_only_disk(folder: Path) -> tuple[str, ...]:
    """Return the words that run a program for which a folder is a read-only disk."""
    bind = f"mount --bind {folder} {folder}"
    # The working directory may be in there, and would be on the disk below otherwise.
    return mounting(f'{bind}\nmount -o remount,bind,ro {folder}\ncd "$PWD"')


@pytest.mark.slow
def test_own_file_on_read_only_disk_is_read_without_a_word(shared_credentials: Path) -> None:
    shared_credentials.chmod(0o644)
    _assert_only_read(
        shared_credentials,
        "it is on a read-only disk",
        _ELSEWHERE,
        _on_read_only_disk(shared_credentials.parent),
    )


@pytest.mark.slow
def test_secret_of_kubernetes_is_read(shared_credentials: Path) -> None:
    """The kubelet links each file of a secret to a directory that it replaces at once."""
    folder = shared_credentials.parent
    version = folder / "..2026_05_01"
    version.mkdir()
    kept = shared_credentials.rename(version / "credentials.toml")
    kept.chmod(0o644)
    (folder / "..data").symlink_to(version.name)
    shared_credentials.symlink_to("..data/credentials.toml")
    prefix = _on_read_only_disk(shared_credentials.parent)
    token = _run(shared_credentials, "token", prefix=prefix)
    assert (token.returncode, token.stdout, token.stderr) == (0, f"{TOKEN}\n", "")
    use = _run(shared_credentials, "use", "alice", prefix=prefix)
    assert use.stderr.startswith(f"{_CAN_ONLY_BE_READ}it is on a read-only disk ({kept}).")


@pytest.mark.slow
def test_file_mounted_alone_is_not_written(shared_credentials: Path) -> None:
    path = shared_credentials.rename(shared_credentials.with_name("my accounts.toml"))
    _assert_only_read(
        path,
        "it is mounted as a single file, so it can't be replaced",
        "Mount the folder it is in.",
        mounting(f"mount --bind '{path}' '{path}'"),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["sign-out", "alice"],
        ["renew", "alice", "--plain"],
        ["sign-in", "ADDRESS", "--scopes", "read"],
        ["import", "toot", "toot.json"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_nothing_is_sent_where_nothing_can_be_saved(
    shared_folder: Path, practice: PracticeServer, arguments: list[str]
) -> None:
    path = default_credentials_path(shared_folder)
    sign_in_users(shared_folder, practice, "alice")
    toot = run_in_process(shared_folder, "export", "toot").stdout
    (shared_folder / "toot.json").write_text(toot, "utf-8")
    before, requests = path.read_bytes(), len(practice.requests)
    words = [practice.address if word == "ADDRESS" else word for word in arguments]
    done = run(shared_folder, *words, prefix=_on_read_only_disk(shared_folder))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{_CAN_ONLY_BE_READ}it is on a read-only disk ({path})." in done.stderr
    assert len(practice.requests) == requests
    assert path.read_bytes() == before
