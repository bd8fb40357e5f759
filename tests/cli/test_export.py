"""`gts-wizard export` and `import`: accounts for other tools, and from them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.formats.registry import FORMATS, READERS
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.pty_terminal import PROGRAM, PtyTerminal, environment
from tests.helpers.raw_responses import http_response
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import TOKEN, make_account, make_registration
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    run,
    run_in_process,
    save_accounts,
    sign_in,
    sign_in_users,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.raw_server import RawRequest


def _save(home: Path, *usernames: str) -> None:
    store = Store(default_credentials_path(home))
    store.update(lambda kept: kept.with_registration(make_registration()))
    save_accounts(home, *map(make_account, usernames))


@pytest.mark.parametrize("tool", FORMATS)
def test_account_is_written_for_each_tool(tmp_path: Path, tool: str) -> None:
    _save(tmp_path, "alice", "bob")
    done = run_in_process(tmp_path, "export", tool)
    assert (done.returncode, done.stderr) == (0, "")
    assert TOKEN in done.stdout
    assert done.stdout.endswith("\n")
    assert ("bob" in done.stdout) is FORMATS[tool].holds_many


def test_exported_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    _save(tmp_path, "alice")
    done = run(tmp_path, "export", "toot", "alice", "--file", "~/toot.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert TOKEN not in done.stderr
    file = tmp_path / "toot.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8"))["active_user"] == "alice@example.org"
    before = file.read_bytes()
    again = run_in_process(tmp_path, "export", "tut", "--file", str(file))
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("The export can't be written: there is a file already (")
    assert file.read_bytes() == before


def test_account_without_its_registration_is_to_be_renewed_first(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account("alice"))
    done = run_in_process(tmp_path, "export", "toot")
    assert (done.returncode, done.stdout) == (4, "")
    assert "@alice@example.org can't be exported" in done.stderr
    assert "Renew it" in done.stderr


def test_two_accounts_do_not_fit_a_tool_for_one(tmp_path: Path) -> None:
    _save(tmp_path, "alice", "bob")
    done = run_in_process(tmp_path, "export", "curl", "alice", "bob")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("This can't be written for curl: it is for one account only")


def test_export_without_an_account_is_exit_code_4(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "export", "json")
    assert (done.returncode, done.stdout) == (4, "")
    assert "not signed in" in done.stderr


@pytest.mark.parametrize("tool", READERS)
def test_accounts_of_another_tool_are_verified_and_imported(
    tmp_path: Path, practice: PracticeServer, tool: str
) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    token, _ = sign_in_users(theirs, practice, "alice", "bob")
    file = theirs / "config"
    assert run_in_process(theirs, "export", tool, "--file", str(file)).returncode == 0
    practice.revoke_tokens("bob")
    done = run_in_process(ours, "import", tool, str(file))
    assert done.returncode == 1
    assert done.stdout == f"@alice@{practice.address} is signed in here now.\n"
    assert f"bob at {practice.address} was not taken over." in done.stderr
    assert run_in_process(ours, "token").stdout == f"{token}\n"
    assert run_in_process(ours, "check").returncode == 0
    again = run_in_process(ours, "import", tool, str(file))
    assert "was signed in here already" in again.stderr
    assert again.stdout == ""


@pytest.mark.slow
async def test_imported_token_is_not_sent_where_its_server_redirects(
    tmp_path: Path, practice: PracticeServer
) -> None:
    verify = "/api/v1/accounts/verify_credentials"

    async def redirect(request: RawRequest) -> None:
        await request.send(http_response(302, Location=practice.origin + request.path))

    await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
    async with RawServer(redirect) as before:
        exported = await asyncio.to_thread(run, tmp_path, "export", "toot")
        file = tmp_path / "toot.json"
        file.write_text(exported.stdout.replace(practice.address, before.host), "utf-8")
        verified = practice.requests.count(f"GET {verify}")
        done = await asyncio.to_thread(run, tmp_path, "import", "toot", str(file))
    assert done.returncode == 1
    message = f"{before.host} sends programs on to another server, {practice.address}."
    assert message in done.stderr
    assert practice.requests.count(f"GET {verify}") == verified
    assert b"uthorization" not in before.received


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere", "no such file or directory"), (".", "is a directory")]
)
def test_unreadable_import_is_told(tmp_path: Path, name: str, reason: str) -> None:
    file = tmp_path / name
    done = run_in_process(tmp_path, "import", "toot", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The file of toot can't be read: {reason} ({file}). "
        "Nothing was changed. Check which file you named.\n"
    )


def test_export_to_a_full_disk_leaves_no_file(tmp_path: Path) -> None:
    _save(tmp_path, "alice")
    shell = f"ulimit -f 0; exec '{PROGRAM}' export json --file here"
    done = subprocess.run(
        ["/bin/sh", "-c", shell],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "The export can't be written: file too large" in done.stderr
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("line", [["import", "toot"], ["export", "json", "--file"]], ids=" ".join)
def test_unknown_home_directory_is_told(tmp_path: Path, line: list[str]) -> None:
    _save(tmp_path, "alice")
    done = run_in_process(tmp_path, *line, "~nobody-of-that-name/file")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no such home directory (~nobody-of-that-name/file)" in done.stderr
    assert "that keeps your accounts" not in done.stderr


@pytest.mark.pty
def test_ctrl_c_ends_an_import_from_a_silent_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with PtyTerminal(["import", "toot", str(pipe)], tmp_path) as terminal:
        ends: list[int] = []
        terminal.wait_until(lambda: bool(ends or _is_open(pipe, ends)), "the pipe being read")
        terminal.signal(signal.SIGINT)
        assert terminal.exit_code() == 2
        assert b"Traceback" not in terminal.drawn
        os.close(ends[0])


def _is_open(pipe: Path, ends: list[int]) -> bool:
    """Tell whether a pipe is being read, and add its other end then."""
    with contextlib.suppress(OSError):
        ends.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    return bool(ends)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]"], ids=["empty", "cut", "bytes", "list"])
def test_import_of_something_else_changes_nothing(
    tmp_path: Path, credentials_path: Path, body: bytes
) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(body)
    done = run_in_process(tmp_path, "import", "toot", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("This is not what toot writes: ")
    assert done.stderr.count("\n") == 1
    assert not credentials_path.exists()
