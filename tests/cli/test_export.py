"""Accounts for other tools and from them, as real processes."""

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

from gts_wizard.commands.export import READABLE, TOOLS
from gts_wizard.credentials.store import Store
from gts_wizard.formats.registry import FORMATS, READERS
from gts_wizard.practice import PracticeInstance
from tests.helpers.pty_terminal import PROGRAM, PtyTerminal, environment
from tests.helpers.raw_responses import http_response
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import TOKEN, make_account, make_registration
from tests.helpers.subprocess_cli import default_credentials_path, run, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.raw_server import RawRequest


def keep(home: Path, *usernames: str) -> None:
    for username in usernames:
        Store(default_credentials_path(home)).change(
            lambda kept, name=username: kept.with_registration(  # type: ignore[misc]
                make_registration()
            ).with_account(make_account(name))
        )


def test_the_tools_on_the_command_line_are_those_there_are() -> None:
    assert set(TOOLS) == set(FORMATS)
    assert set(READABLE) == set(READERS)


@pytest.mark.parametrize("tool", TOOLS)
def test_an_account_is_written_for_each_tool(tmp_path: Path, tool: str) -> None:
    keep(tmp_path, "alice", "bob")
    done = run(tmp_path, "export", tool)
    assert (done.returncode, done.stderr) == (0, "")
    assert TOKEN in done.stdout
    assert done.stdout.endswith("\n")
    assert ("bob" in done.stdout) is FORMATS[tool].several


def test_an_export_to_a_file_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    keep(tmp_path, "alice")
    done = run(tmp_path, "export", "toot", "alice", "--file", "~/toot.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert TOKEN not in done.stderr
    file = tmp_path / "toot.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8"))["active_user"] == "alice@example.org"
    before = file.read_bytes()
    again = run(tmp_path, "export", "tut", "--file", str(file))
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("The export can't be written: there is a file already (")
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["json", "bob", "--file", "here"],
        ["json", "--file", "here", "bob"],
        ["--file", "here", "json", "bob"],
        ["--file=here", "json", "--", "bob"],
    ],
)
def test_a_file_may_be_named_anywhere(tmp_path: Path, arguments: list[str]) -> None:
    keep(tmp_path, "alice", "bob")
    done = run(tmp_path, "export", *arguments)
    assert (done.returncode, done.stdout) == (0, "")
    written = (tmp_path / "here").read_text("utf-8")
    assert ("bob" in written, "alice" in written) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "the following arguments are required: tool\n"),
        (["--file", "here"], "the following arguments are required: tool\n"),
        (["nonsense", "alice"], "invalid choice: 'nonsense'"),
        (["env", "--fiel", "here", "alice"], "unrecognized arguments: --fiel"),
        (["env", "alice", "--file"], "expected one argument"),
        (["env", "--file", "here", ""], "the name is empty"),
    ],
)
def test_misuse_is_told(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = run(tmp_path, "export", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.startswith("usage: gts-wizard ")
    assert "[ACCOUNT ...]" in done.stderr or "unrecognized" in done.stderr


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    keep(tmp_path, "alice", "bob")
    done = run(tmp_path, "export", "curl", "alice", "bob")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("This can't be written for curl: it is for one account only")


def test_without_an_account_there_is_nothing_to_export(tmp_path: Path) -> None:
    done = run(tmp_path, "export", "json")
    assert (done.returncode, done.stdout) == (4, "")
    assert "not signed in" in done.stderr


@pytest.mark.parametrize("tool", READABLE)
async def test_accounts_of_another_tool_are_confirmed_and_taken_over(
    tmp_path: Path, tool: str
) -> None:
    with PracticeInstance() as practice:
        theirs, ours = tmp_path / "theirs", tmp_path / "ours"
        theirs.mkdir()
        ours.mkdir()
        token = await sign_in(default_credentials_path(theirs), practice, "alice@example.org")
        await sign_in(default_credentials_path(theirs), practice, "bob@example.org")
        file = theirs / "config"
        assert run(theirs, "export", tool, "--file", str(file)).returncode == 0
        practice.revoke_tokens("bob")
        done = run(ours, "import", tool, str(file))
        assert done.returncode == 1
        assert done.stdout == f"@alice@{practice.address} is signed in here now.\n"
        assert f"bob at {practice.address} was not taken over." in done.stderr
        assert run(ours, "token").stdout == f"{token}\n"
        assert run(ours, "check").returncode == 0
        again = run(ours, "import", tool, str(file))
        assert "was signed in here already" in again.stderr
        assert again.stdout == ""


async def test_a_token_is_not_taken_to_where_its_server_leads(tmp_path: Path) -> None:
    with PracticeInstance() as practice:

        async def leads_on(request: RawRequest) -> None:
            await request.send(http_response(302, Location=practice.origin + request.path))

        async with RawServer(leads_on) as before:
            await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
            exported = run(tmp_path, "export", "toot").stdout
            file = tmp_path / "toot.json"
            file.write_text(exported.replace(practice.address, before.host), "utf-8")
            asked = practice.requests.count("GET /api/v1/accounts/verify_credentials")
            done = await asyncio.to_thread(run, tmp_path, "import", "toot", str(file))
            told = f"{before.host} sends programs on to another server, {practice.address}."
            assert done.returncode == 1
            assert told in done.stderr
            assert practice.requests.count("GET /api/v1/accounts/verify_credentials") == asked
            assert b"uthorization" not in before.received


def test_the_name_of_a_file_moves_nothing_on_the_terminal(tmp_path: Path) -> None:
    for line in (["import", "toot", "a\x1b[2J\x9b\u202eb"], ["export", "toot", "--\x1b[2J"]):
        done = run(tmp_path, *line)
        assert done.returncode in {1, 2}
        assert all(told.isprintable() for told in done.stderr.splitlines()), done.stderr


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere", "no such file or directory"), (".", "is a directory")]
)
def test_a_file_that_can_not_be_read_is_not_judged(tmp_path: Path, name: str, reason: str) -> None:
    file = tmp_path / name
    done = run(tmp_path, "import", "toot", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The file of toot can't be read: {reason} ({file}). "
        "Nothing was changed. Check which file you named.\n"
    )


def test_an_export_that_can_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    keep(tmp_path, "alice")
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


@pytest.mark.parametrize("line", [["import", "toot"], ["export", "json", "--file"]])
def test_a_home_directory_that_nobody_has_is_told_of_the_file_that_was_named(
    tmp_path: Path, line: list[str]
) -> None:
    keep(tmp_path, "alice")
    done = run(tmp_path, *line, "~nobody-of-that-name/file")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no such home directory (~nobody-of-that-name/file)" in done.stderr
    assert "that keeps your accounts" not in done.stderr


def test_a_pipe_that_nothing_comes_from_can_be_left_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with PtyTerminal(["import", "toot", str(pipe)], tmp_path) as terminal:
        ends: list[int] = []
        terminal.wait_until(lambda: bool(ends or _has_opened(pipe, ends)), "the pipe being read")
        terminal.signal(signal.SIGINT)
        assert terminal.exit_code() == 2
        assert b"Traceback" not in terminal.drawn
        os.close(ends[0])


def _has_opened(pipe: Path, ends: list[int]) -> bool:
    """Tell whether somebody reads a pipe, and add the other end of it then."""
    with contextlib.suppress(OSError):
        ends.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    return bool(ends)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]"])
def test_a_file_that_is_not_the_tools_is_told_and_changes_nothing(
    tmp_path: Path, body: bytes
) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(body)
    done = run(tmp_path, "import", "toot", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("This is not what toot writes: ")
    assert done.stderr.count("\n") == 1
    assert not default_credentials_path(tmp_path).exists()
