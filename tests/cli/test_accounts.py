"""`gts-wizard accounts`, and how `gts_wizard.cli.formatting` shows accounts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gts_wizard.cli.formatting import as_json, as_lines
from gts_wizard.credentials import Credentials
from gts_wizard.models import AccountStatus
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import NOW, SERVER, TOKEN, make_account
from tests.helpers.subprocess_cli import run, run_in_process, save_accounts

if TYPE_CHECKING:
    from pathlib import Path


def test_accounts_are_listed_with_the_default_marked(tmp_path: Path) -> None:
    save_accounts(
        tmp_path, make_account("alice"), make_account("bob")._replace(status=AccountStatus.REVOKED)
    )
    done = run(tmp_path, "accounts")
    assert done.returncode == 0
    alice, bob = done.stdout.splitlines()
    assert alice.startswith("* @alice@example.org  fine, ")
    assert alice.endswith("  Alice")
    assert bob.startswith("  @bob@example.org    access ended, ")
    assert alice.index("  Alice") == bob.index("  Bob")
    assert done.stderr == "* marks your default account.\n"


def test_json_holds_everything_but_secrets(tmp_path: Path) -> None:
    checked_at = NOW + timedelta(hours=3)
    save_accounts(
        tmp_path,
        make_account()._replace(status=AccountStatus.INSUFFICIENT_SCOPE, checked_at=checked_at),
    )
    done = run_in_process(tmp_path, "accounts", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (listed,) = json.loads(done.stdout)
    expected = {
        "handle": "@alice@example.org",
        "display_name": "Alice",
        "server": "https://example.org",
        "account_domain": "example.org",
        "software": "gotosocial",
        "version": "0.20.0",
        "scopes": ["read"],
        "state": "too small",
        "checked_at": "2026-05-01T15:30:15Z",
        "default": True,
        "secrets_in": "file",
    }
    assert listed == expected
    assert list(listed) == list(expected)
    assert TOKEN not in done.stdout


@pytest.mark.parametrize("option", ["--quiet", "-q"])
def test_quiet_list_is_handles_alone(tmp_path: Path, option: str) -> None:
    save_accounts(tmp_path, make_account("alice"), make_account("bob"))
    done = run_in_process(tmp_path, "accounts", option)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "@alice@example.org\n@bob@example.org\n"


def test_quiet_json_is_misuse(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "accounts", "--quiet", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "can't be used with" in done.stderr


def test_quiet_list_of_no_account_is_empty(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "accounts", "--quiet")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("You're not signed in to any account yet.")


@pytest.mark.parametrize("command", ["accounts", "check"])
@pytest.mark.parametrize(("arguments", "out"), [([], ""), (["--json"], "[]\n")], ids=["", "json"])
def test_no_account_is_exit_code_4(
    tmp_path: Path, credentials_path: Path, command: str, arguments: list[str], out: str
) -> None:
    done = run_in_process(tmp_path, command, *arguments)
    assert (done.returncode, done.stdout) == (4, out)
    assert done.stderr.startswith("You're not signed in to any account yet.")
    assert not credentials_path.exists()


@pytest.mark.parametrize(
    "name",
    ["", "Alice", "Älïçé " * 40, "爱丽丝" * 40, "e\u0301" * 100],
    ids=["none", "short", "accents", "wide", "combining"],
)
def test_line_fits_a_terminal_of_80_columns(name: str) -> None:
    long = make_account("someone_with_a_rather_long_name")._replace(display_name=name)
    accounts = [make_account()._replace(display_name=name, status=AccountStatus.CHANGED), long]
    for line in as_lines(accounts, "@alice@example.org", NOW):
        assert line == line.rstrip()
        widths = (2 if ord(letter) > 0x2E80 else letter != "\u0301" for letter in line)
        assert sum(widths) <= 80


def test_handle_longer_than_the_line_is_shown_whole() -> None:
    server = SERVER._replace(account_domain=f"{'x' * 80}.example")
    (line,) = as_lines([make_account()._replace(server=server)], "", NOW)
    assert line == f"  @alice@{'x' * 80}.example  fine, just now"


def test_control_characters_in_the_file_do_not_reach_the_terminal() -> None:
    account = make_account()._replace(display_name="A\x1b[31mlice\u202e")
    (line,) = as_lines([account], "", NOW)
    assert line.endswith("A[31mlice")


def test_the_only_account_is_the_default_if_that_is_gone() -> None:
    saved = Credentials().with_account(make_account())._replace(default="@x@y.z")
    (listed,) = json.loads(as_json(saved.accounts, saved.default_handle))
    assert listed["default"] is True


@pytest.mark.parametrize("default", ["", "@gone@example.org"], ids=["none", "gone"])
def test_star_is_explained_only_where_there_is_one(
    tmp_path: Path, credentials_path: Path, default: str
) -> None:
    save_accounts(tmp_path, make_account("alice"), make_account("bob"))
    Store(credentials_path).update(lambda kept: kept._replace(default=default))
    done = run_in_process(tmp_path, "accounts")
    assert (done.returncode, done.stderr) == (0, "")
    assert "*" not in done.stdout
