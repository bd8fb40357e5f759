"""`gts_wizard.cli.parser`: names of accounts, and options among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import make_account, make_registration
from tests.helpers.subprocess_cli import run_in_process, save_accounts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "arguments",
    [["token"], ["secrets", "keyring"], ["sign-in"], ["export", "env", "--file", "here"]],
    ids=" ".join,
)
def test_empty_name_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    done = run_in_process(tmp_path, *arguments, "")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The name is empty. Is a variable not set?" in done.stderr
    assert done.stderr.startswith("usage: gts-wizard ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["json", "bob", "--file", "here"],
        ["json", "--file", "here", "bob"],
        ["--file", "here", "json", "bob"],
        ["--file=here", "json", "--", "bob"],
    ],
    ids=" ".join,
)
def test_options_may_stand_among_names(
    tmp_path: Path, credentials_path: Path, arguments: list[str]
) -> None:
    Store(credentials_path).update(lambda kept: kept.with_registration(make_registration()))
    save_accounts(tmp_path, make_account("alice"), make_account("bob"))
    done = run_in_process(tmp_path, "export", *arguments)
    assert (done.returncode, done.stdout) == (0, "")
    written = (tmp_path / "here").read_text("utf-8")
    assert ("bob" in written, "alice" in written) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing: TOOL.\n"),
        (["--file", "here"], "Missing: TOOL.\n"),
        (["nonsense", "alice"], "TOOL can't be 'nonsense'. Choose from: 'env', 'curl', "),
        (["env", "--fiel", "here", "alice"], "Unknown option: --fiel"),
        (["env", "alice", "--file"], "--file needs a value."),
    ],
    ids=["no tool", "file alone", "other tool", "other option", "no file"],
)
def test_misused_export_prints_its_usage(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run_in_process(tmp_path, "export", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.startswith("usage: gts-wizard ")
    assert "[ACCOUNT ...]" in done.stderr or "Unknown" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "toot", "a\x1b[2J\x9b\u202eb"],
        ["export", "toot", "--\x1b[2J"],
        ["a\n\x1b[2J\x9b\u202eb"],
    ],
    ids=["file", "option", "command"],
)
def test_control_characters_of_arguments_are_not_printed(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = run_in_process(tmp_path, *arguments)
    assert done.returncode in {1, 2}
    assert all(line.isprintable() for line in done.stderr.splitlines()), done.stderr
