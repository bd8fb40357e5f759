"""`gts_wizard.cli.main`: the version, help, misuse, and how a failure is told."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard import __version__
from gts_wizard.cli.main import main
from gts_wizard.errors import FileTooNew, FileUnreadable, UnknownAccount, WizardError
from gts_wizard.services.account_store import AccountStore
from tests.helpers.error_examples import LEAF_CLASSES, class_name, example_of
from tests.helpers.pty_terminal import environment
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import run, run_in_process, save_accounts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_COMMANDS = (
    "accounts",
    "check",
    "completion",
    "export",
    "help",
    "import",
    "path",
    "practice",
    "renew",
    "run",
    "secrets",
    "sign-in",
    "sign-out",
    "token",
    "use",
)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_the_packages(tmp_path: Path, option: str) -> None:
    done = run(tmp_path, option)
    assert (done.returncode, done.stdout) == (0, f"gts-wizard {__version__}\n")


def test_package_runs_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gts_wizard", "--version"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"gts-wizard {__version__}\n"


def test_help_lists_every_command(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "--help", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    assert set(re.findall(r"^    ([a-z-]+)", done.stdout, re.MULTILINE)) == set(_COMMANDS)
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.parametrize("command", [[], ["token"]], ids=["of all", "of one"])
def test_help_is_a_command_too(tmp_path: Path, command: list[str]) -> None:
    done = run_in_process(tmp_path, "help", *command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run_in_process(tmp_path, *command, "--help").stdout


@pytest.mark.parametrize("command", _COMMANDS)
def test_command_help_fits_80_columns_with_an_example(tmp_path: Path, command: str) -> None:
    done = run_in_process(tmp_path, command, "--help", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: gts-wizard {command} ")
    _, _, example = done.stdout.partition("\nexample:\n  ")
    assert f"gts-wizard {command}" in example
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tokne", "Did you mean gts-wizard token?"),
        ("signin", "Did you mean gts-wizard sign-in?"),
        ("Login", "Did you mean gts-wizard sign-in?"),
        ("logout", "Did you mean gts-wizard sign-out?"),
        ("signout", "Did you mean gts-wizard sign-out?"),
        ("whoami", "Did you mean gts-wizard accounts, or gts-wizard check?"),
        ("list", "Did you mean gts-wizard accounts?"),
        ("refresh", "Did you mean gts-wizard renew?"),
        ("xyzzy", "To see all commands, run: gts-wizard --help"),
        ("", "To see all commands, run: gts-wizard --help"),
        ("--", "To see all commands, run: gts-wizard --help"),
    ],
)
@pytest.mark.parametrize("before", [[], ["help", "--"], ["--verbose"]], ids=" ".join)
def test_unknown_command_is_told_with_what_was_meant(
    tmp_path: Path, before: list[str], typed: str, meant: str
) -> None:
    done = run_in_process(tmp_path, *before, typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"There is no command {typed!r}. {meant}\n"


def test_wizard_without_a_terminal_says_so(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr


@pytest.mark.parametrize("leaf", LEAF_CLASSES, ids=class_name)
def test_every_error_is_one_line_with_its_next_step(
    leaf: type[WizardError],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failure = example_of(leaf)
    failure.details = "only in the details of the screens"

    def fail(_accounts: AccountStore, _name: str) -> None:
        raise failure

    monkeypatch.setenv("GTS_WIZARD_CREDENTIALS", str(tmp_path / "credentials.toml"))
    monkeypatch.setattr(AccountStore, "find", fail)
    assert main(["token"]) == leaf.exit_code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"{failure.message} {failure.hint}\n"
    assert printed.err.count("\n") == 1
    assert not set("{}\t\x1b") & set(printed.err)


def _make_folder(credentials_path: Path) -> None:
    credentials_path.mkdir(parents=True)


def _save_newer_version(credentials_path: Path) -> None:
    credentials_path.parent.mkdir(parents=True)
    credentials_path.write_text('schema_version = 99\nwritten_by = "gts-wizard 9.0"\n', "utf-8")


def _save_alice(credentials_path: Path) -> None:
    save_accounts(credentials_path.parents[2], make_account())


@pytest.mark.parametrize(
    ("prepare", "leaf", "message"),
    [
        (_make_folder, FileUnreadable, "can't be read: it is a"),
        (_save_newer_version, FileTooNew, "was written by gts-wizard 9.0"),
        (_save_alice, UnknownAccount, "There is no account called carol here."),
    ],
    ids=["folder", "newer version", "unknown account"],
)
def test_command_tells_a_real_failure(
    tmp_path: Path,
    credentials_path: Path,
    prepare: Callable[[Path], None],
    leaf: type[WizardError],
    message: str,
) -> None:
    prepare(credentials_path)
    # Nothing is to be mended, which would be told, too.
    credentials_path.chmod(0o700 if credentials_path.is_dir() else 0o600)
    credentials_path.parent.chmod(0o700)
    done = run_in_process(tmp_path, "token", "carol")
    assert (done.returncode, done.stdout) == (leaf.exit_code, "")
    assert message in done.stderr
    assert done.stderr.endswith(f"{leaf().hint}\n")
    assert done.stderr.count("\n") == 1


def test_damaged_file_is_told_without_traceback_or_secret(tmp_path: Path) -> None:
    path = tmp_path / "credentials.toml"
    path.write_text('[[accounts]]\ntoken = "canary-of-a-token"\nbroken\n')
    done = run(tmp_path, "token", GTS_WIZARD_CREDENTIALS=str(path))
    assert done.returncode == 1
    assert "line 3" in done.stderr
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
    assert "canary" not in done.stderr
