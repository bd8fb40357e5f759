"""Every failure there is, told by a command: one line, no traceback, the exit code scripts know."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.cli import main
from gts_wizard.credentials.store import Store
from gts_wizard.errors import FileTooNew, FileUnreadable, UnknownAccount, WizardError
from gts_wizard.services.saved import SavedAccounts
from tests.helpers.error_examples import LEAF_CLASSES, class_name, example_of
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import make_account

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("leaf", LEAF_CLASSES, ids=class_name)
def test_every_cause_is_one_line_with_its_next_step(
    leaf: type[WizardError],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failure = example_of(leaf)
    failure.details = "only for who opens the details"

    def fail(_accounts: SavedAccounts, _name: str) -> None:
        raise failure

    monkeypatch.setenv("GTS_WIZARD_CREDENTIALS", str(tmp_path / "credentials.toml"))
    monkeypatch.setattr(SavedAccounts, "find", fail)
    assert main(["token"]) == leaf.exit_code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{failure.what_happened} {failure.what_to_do}\n"
    assert told.err.count("\n") == 1
    assert not set("{}\t\x1b") & set(told.err)


def no_file(credentials_path: Path) -> None:
    credentials_path.mkdir()


def file_of_tomorrow(credentials_path: Path) -> None:
    credentials_path.write_text('schema_version = 99\nwritten_by = "gts-wizard 9.0"\n', "utf-8")


def file_of_alice(credentials_path: Path) -> None:
    Store(credentials_path).change(lambda kept: kept.with_account(make_account()))


@pytest.mark.parametrize(
    ("prepare", "leaf", "told"),
    [
        (no_file, FileUnreadable, "can't be read: it is a"),
        (file_of_tomorrow, FileTooNew, "was written by gts-wizard 9.0"),
        (file_of_alice, UnknownAccount, "There is no account called carol here."),
    ],
)
def test_a_real_command_tells_its_cause(
    tmp_path: Path, prepare: Callable[[Path], None], leaf: type[WizardError], told: str
) -> None:
    shelf = tmp_path / "credentials.toml"
    prepare(shelf)
    done = subprocess.run(
        [PROGRAM, "token", "carol"],
        env={**environment(tmp_path), "GTS_WIZARD_CREDENTIALS": str(shelf)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (leaf.exit_code, "")
    assert told in done.stderr
    assert done.stderr.endswith(f"{leaf.advice}\n")
    assert done.stderr.count("\n") == 1
