"""`gts-wizard import`: accounts from other tools, and from another computer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.formats.registry import READERS
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.fake_keyring import installed
from tests.helpers.pty_terminal import PROGRAM, PtyTerminal, environment
from tests.helpers.raw_responses import http_response
from tests.helpers.raw_server import RawServer
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    run,
    run_in_process,
    sign_in,
    sign_in_users,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.helpers.raw_server import RawRequest


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """The home that accounts are exported from."""
    home = tmp_path / "theirs"
    home.mkdir()
    return home


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """The home that accounts are imported in; nobody is signed in there."""
    home = tmp_path / "ours"
    home.mkdir()
    return home


@pytest.mark.slow
@pytest.mark.parametrize("tool", READERS)
def test_accounts_of_another_tool_are_verified_and_imported(
    theirs: Path, ours: Path, practice: PracticeServer, tool: str
) -> None:
    token, _ = sign_in_users(theirs, practice, "alice", "bob")
    file = theirs / "config"
    assert run_in_process(theirs, "export", tool, "--file", str(file)).returncode == 0
    practice.revoke_tokens("bob")
    done = run_in_process(ours, "import", tool, str(file))
    assert done.returncode == 1
    assert done.stdout == f"@alice@{practice.address} is now signed in here.\n"
    assert f"bob@{practice.address} was not imported." in done.stderr
    assert run_in_process(ours, "token").stdout == f"{token}\n"
    assert run_in_process(ours, "check").returncode == 0
    again = run_in_process(ours, "import", tool, str(file))
    assert "was already signed in here" in again.stderr
    assert again.stdout == ""


@pytest.mark.slow
def test_json_takes_accounts_to_another_computer(
    theirs: Path,
    ours: Path,
    practice: PracticeServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with installed(theirs, monkeypatch) as fake_keyring:
        sign_in_users(theirs, practice, "alice")
        assert run_in_process(theirs, "secrets", "keyring").returncode == 0
        before = _saved(theirs)
        exported = run_in_process(theirs, "export", "json").stdout
        (token,) = (one["access_token"] for one in json.loads(exported))
        assert any(token in entry for entry in fake_keyring.entries.values())
    assert token not in default_credentials_path(theirs).read_text("utf-8")
    done = run_in_process(ours, "import", "json", "-", answers=exported)
    assert (done.returncode, done.stderr) == (0, "")
    after = _saved(ours)
    assert (after.id, after.client_id) == (before.id, before.client_id)
    assert after.token.scopes == before.token.scopes == ("read",)
    assert after.token.created_at == before.token.created_at
    assert not after.is_imported
    assert run_in_process(ours, "token").stdout == f"{token}\n"
    assert json.loads(run_in_process(ours, "export", "json").stdout) == json.loads(exported)
    # The secret of the client has come along, too.
    assert run_in_process(ours, "sign-out", "alice").returncode == 0
    assert run_in_process(theirs, "check").returncode != 0
    assert "POST /oauth/revoke" in practice.requests


@pytest.mark.slow
@pytest.mark.parametrize("key", ["id", "access_token"])
def test_account_is_not_saved_as_somebody_else(
    theirs: Path, ours: Path, practice: PracticeServer, key: str
) -> None:
    sign_in_users(theirs, practice, "alice", "bob")
    alice, bob = json.loads(run_in_process(theirs, "export", "json").stdout)
    alice[key] = bob[key]
    done = run_in_process(ours, "import", "json", "-", answers=json.dumps([alice]))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"alice@{practice.address} was not imported. {practice.address} says that this access "
        f"no longer belongs to @alice@{practice.address}. "
        f"Sign in again as @alice@{practice.address}.\n"
    )
    assert not default_credentials_path(ours).exists()


@pytest.mark.slow
def test_token_that_was_not_issued_to_the_wizard_is_imported(
    theirs: Path, ours: Path, practice: PracticeServer
) -> None:
    (token,) = sign_in_users(theirs, practice, "alice")
    exported = json.loads(run_in_process(theirs, "export", "json").stdout)
    exported[0] |= {"client_id": None, "client_secret": None}
    done = run_in_process(ours, "import", "json", "-", answers=json.dumps(exported))
    assert (done.returncode, done.stderr) == (0, "")
    assert _saved(ours).client_id == ""
    assert json.loads(run_in_process(ours, "export", "json").stdout) == exported
    mastodon_py = run_in_process(ours, "export", "mastodon.py").stdout
    assert mastodon_py == f"{token}\n{practice.origin}\n"


def test_wrong_json_is_told_with_its_place(ours: Path) -> None:
    done = run_in_process(ours, "import", "json", "-", answers='[{"server": 1}]')
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "This is not what gts-wizard export json writes: “server” isn't text (#1) "
        "(standard input). Nothing was changed. Check which file you named.\n"
    )


def _saved(home: Path) -> Account:
    (account,) = Store(default_credentials_path(home)).load().accounts
    return account


@pytest.mark.slow
@pytest.mark.parametrize(("name", "play"), [("-", run_in_process), ("/dev/stdin", run)])
def test_file_is_read_from_standard_input(
    theirs: Path,
    ours: Path,
    practice: PracticeServer,
    name: str,
    play: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    sign_in_users(theirs, practice, "alice")
    exported = run_in_process(theirs, "export", "toot").stdout
    done = play(ours, "import", "toot", name, answers=exported)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"@alice@{practice.address} is now signed in here.\n"


@pytest.mark.slow
def test_file_is_read_from_a_process_substitution(
    theirs: Path, ours: Path, practice: PracticeServer
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    sign_in_users(theirs, practice, "alice")
    script = f'"{PROGRAM}" import toot <(HOME="$1" "{PROGRAM}" export toot)'
    done = subprocess.run(
        [bash, "-c", script, "bash", theirs],
        cwd=ours,
        env=environment(ours),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"@alice@{practice.address} is now signed in here.\n"


@pytest.mark.parametrize(("text", "reason"), [("", "line 1 column 1"), ("[]", "isn't a table")])
def test_refusal_of_standard_input_names_it(ours: Path, text: str, reason: str) -> None:
    done = run_in_process(ours, "import", "toot", "-", answers=text)
    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr
    assert "(standard input)" in done.stderr


@pytest.mark.slow
def test_closed_standard_input_is_told(ours: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec '{PROGRAM}' import toot - <&-"],
        cwd=ours,
        env=environment(ours),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "can't be read: it is closed (standard input)" in done.stderr


@pytest.mark.pty
@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_reading_from_a_terminal_says_what_it_waits_for(
    theirs: Path, ours: Path, practice: PracticeServer, name: str
) -> None:
    sign_in_users(theirs, practice, "alice")
    exported = run_in_process(theirs, "export", "toot").stdout
    with PtyTerminal(["import", "toot", name], ours) as terminal:
        terminal.wait_for("Paste the text of the file here, then press Ctrl+D")
        terminal.send(exported)
        terminal.wait_until_read()
        terminal.send("\x04")
        terminal.wait_for(f"@alice@{practice.address} is now signed in here.")
        assert terminal.exit_code() == 0


async def test_imported_token_is_not_sent_where_its_server_redirects(
    tmp_path: Path, practice: PracticeServer
) -> None:
    verify = "/api/v1/accounts/verify_credentials"

    async def redirect(request: RawRequest) -> None:
        await request.send(http_response(302, Location=practice.origin + request.path))

    await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
    async with RawServer(redirect) as before:
        exported = await asyncio.to_thread(run_in_process, tmp_path, "export", "toot")
        file = tmp_path / "toot.json"
        file.write_text(exported.stdout.replace(practice.address, before.host), "utf-8")
        verified = practice.requests.count(f"GET {verify}")
        done = await asyncio.to_thread(run_in_process, tmp_path, "import", "toot", str(file))
    assert done.returncode == 1
    message = f"{before.host} redirects to another server, {practice.address}."
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
        f"The file to import can't be read: {reason} ({file}). "
        "Nothing was changed. Check which file you named.\n"
    )


def test_unknown_home_directory_is_told(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "import", "toot", "~nobody-of-that-name/file")
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


def test_file_without_an_account_is_no_success(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "import", "json", "-", answers="[]")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Standard input holds no accounts.\n"


@pytest.mark.slow
def test_import_leaves_a_registration_that_is_there_as_it_is(
    tmp_path: Path, practice: PracticeServer, credentials_path: Path
) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    (exported,) = json.loads(run_in_process(tmp_path, "export", "json", "bob").stdout)
    store = Store(credentials_path)
    before = store.update(lambda saved: saved.without_account(exported["handle"]))
    wrong = json.dumps([exported | {"client_secret": "another-secret"}])
    done = run_in_process(tmp_path, "import", "json", "-", answers=wrong)
    assert (done.returncode, done.stderr) == (0, "")
    after = store.load()
    assert [account.username for account in after.accounts] == ["alice", "bob"]
    assert after.registrations == before.registrations
