"""`gts-wizard export`: accounts for other tools."""

from __future__ import annotations

import json
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.formats.registry import FORMATS
from gts_wizard.models import AccountStatus
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import TOKEN, make_account, make_registration
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    run,
    run_in_process,
    save_accounts,
    sign_in_users,
)

if TYPE_CHECKING:
    from pathlib import Path


def _save(home: Path, *usernames: str) -> None:
    store = Store(default_credentials_path(home))
    store.update(lambda kept: kept.with_registration(make_registration()))
    save_accounts(home, *map(make_account, usernames))


@pytest.mark.parametrize("tool", FORMATS)
def test_account_is_written_for_each_tool(tmp_path: Path, tool: str) -> None:
    _save(tmp_path, "alice", "bob")
    done = run_in_process(tmp_path, "export", tool)
    assert (done.returncode, done.stderr) == (0, "")
    assert (TOKEN in done.stdout) is (tool != "mastodon.py-client")
    assert done.stdout.endswith("\n")
    assert ("bob" in done.stdout) is FORMATS[tool].holds_many


@pytest.mark.slow
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
    assert again.stderr.startswith("The export can't be written: it already exists (")
    assert file.read_bytes() == before


def test_export_to_a_hyphen_is_printed(tmp_path: Path) -> None:
    _save(tmp_path, "alice")
    done = run_in_process(tmp_path, "export", "toot", "--file", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run_in_process(tmp_path, "export", "toot").stdout
    assert not (tmp_path / "-").exists()


def test_account_without_its_registration_is_to_be_renewed_first(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account("alice"))
    done = run_in_process(tmp_path, "export", "toot")
    assert (done.returncode, done.stdout) == (4, "")
    assert "@alice@example.org can't be exported" in done.stderr
    assert "Renew it" in done.stderr


@pytest.mark.parametrize("tool", FORMATS)
def test_revoked_account_is_only_written_along_with_others(tmp_path: Path, tool: str) -> None:
    store = Store(default_credentials_path(tmp_path))
    store.update(lambda kept: kept.with_registration(make_registration()))
    revoked = make_account("alice")._replace(status=AccountStatus.REVOKED)
    save_accounts(tmp_path, revoked, make_account("bob"))
    done = run_in_process(tmp_path, "export", tool)
    assert done.stderr == (
        "Access to @alice@example.org has ended. "
        "To renew it, run: gts-wizard renew @alice@example.org\n"
    )
    if FORMATS[tool].holds_many:
        assert done.returncode == 0
        assert "alice" in done.stdout
        assert "bob" in done.stdout
    else:
        assert (done.returncode, done.stdout) == (4, "")


@pytest.mark.parametrize("tool", FORMATS)
def test_name_of_an_environment_token_is_asked_for_if_needed(
    tmp_path: Path, practice: PracticeServer, tool: str
) -> None:
    (token,) = sign_in_users(tmp_path, practice, "alice")
    before = len(practice.requests)
    done = run_in_process(
        tmp_path, "export", tool, GTS_WIZARD_TOKEN=token, GTS_WIZARD_SERVER=practice.origin
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (token in done.stdout) is (tool != "mastodon.py-client")
    assert ("alice" in done.stdout) is FORMATS[tool].holds_many
    assert (len(practice.requests) > before) is FORMATS[tool].holds_many


def test_ended_token_of_the_environment_gets_no_name(
    tmp_path: Path, practice: PracticeServer
) -> None:
    (token,) = sign_in_users(tmp_path, practice, "alice")
    practice.revoke_tokens("alice")
    done = run_in_process(
        tmp_path, "export", "toot", GTS_WIZARD_TOKEN=token, GTS_WIZARD_SERVER=practice.origin
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert "no longer accepts this access" in done.stderr


def test_two_accounts_do_not_fit_a_tool_for_one(tmp_path: Path) -> None:
    _save(tmp_path, "alice", "bob")
    done = run_in_process(tmp_path, "export", "curl", "alice", "bob")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "This can't be exported for curl. Its file holds only one account"
    )


def test_export_without_an_account_is_exit_code_4(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "export", "json")
    assert (done.returncode, done.stdout) == (4, "")
    assert "not signed in" in done.stderr


@pytest.mark.slow
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


def test_unknown_home_directory_is_told(tmp_path: Path) -> None:
    _save(tmp_path, "alice")
    done = run_in_process(tmp_path, "export", "json", "--file", "~nobody-of-that-name/file")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no such home directory (~nobody-of-that-name/file)" in done.stderr
    assert "that keeps your accounts" not in done.stderr
