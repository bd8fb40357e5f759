"""`gts_wizard.cli.output`: results that nobody can take end without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gts_wizard.cli.main import main
from gts_wizard.practice import PracticeServer
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    run_in_process,
    save_accounts,
    sign_in_users,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")

_FULL = Path("/dev/full")
_OF_THE_FILE = ("token", "accounts", "accounts --json", "use alice", "path")
_OF_THE_SERVER = ("check", "check --json")


def _run_in_shell(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; '{PROGRAM}' {line}"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("--help | true", 0),
        ("--version | true", 0),
        ("help >/dev/full", 1),
        ("token --help >/dev/full", 1),
        ("--version >/dev/full", 1),
        ("--help >&-", 1),
        ("token | true", 0),
        ("token >/dev/full", 1),
        ("token >&-", 1),
        ("accounts | true", 0),
        ("use alice >/dev/full", 1),
    ],
)
def test_unread_result_ends_without_a_traceback(tmp_path: Path, line: str, code: int) -> None:
    save_accounts(tmp_path, make_account())
    done = _run_in_shell(line, tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert ("couldn't be written: No space left" in done.stderr) == ("/dev/full" in line)


@pytest.mark.slow
@pytest.mark.parametrize(("line", "code"), [("check | true", 0), ("check --json >/dev/full", 1)])
def test_unread_check_ends_without_a_traceback(
    tmp_path: Path, practice: PracticeServer, line: str, code: int
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    done = _run_in_shell(line, tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def _assert_unwritten_result_fails(home: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GTS_WIZARD_CREDENTIALS", str(default_credentials_path(home)))
    with _FULL.open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(line.split()) == 1
    monkeypatch.setattr(sys, "stdout", None)
    assert main(line.split()) == 1


@pytest.mark.parametrize("line", _OF_THE_FILE)
def test_unwritten_result_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    save_accounts(tmp_path, make_account())
    _assert_unwritten_result_fails(tmp_path, line, monkeypatch)
    message = "The result couldn't be written: No space left on device.\n"
    assert capsys.readouterr().err == message


@pytest.mark.slow
@pytest.mark.parametrize("line", _OF_THE_SERVER)
def test_unwritten_check_fails(
    tmp_path: Path, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    _assert_unwritten_result_fails(tmp_path, line, monkeypatch)


@pytest.mark.parametrize(
    "line",
    ["token", "check", "use alice", "export json", "renew --plain", "sign-out --all"],
)
def test_notice_is_printed_once(
    tmp_path: Path,
    credentials_path: Path,
    practice: PracticeServer,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    credentials_path.chmod(0o644)
    # A disk without permissions: each time the file is read, others can open it.
    monkeypatch.setattr(os, "fchmod", lambda *_: None)
    done = run_in_process(tmp_path, *line.split())
    told = [said for said in done.stderr.splitlines() if said.startswith("Others on this")]
    assert len(told) == 1, done.stderr
