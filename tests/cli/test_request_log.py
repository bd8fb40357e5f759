"""`--verbose` and GTS_WIZARD_DEBUG: where the lines of the request log go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gts_wizard.cli.main import COMMANDS
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import enter_code, run_in_process, sign_in_users

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer

_LINE = re.compile(r"([A-Z]+ http://\S+ \w+) \d+ ms")
_ENTER, _CTRL_Q = "\r", "\x11"
_VERIFY = "/api/v1/accounts/verify_credentials"


@pytest.mark.parametrize("command", COMMANDS)
def test_option_may_stand_before_and_behind_each_command(tmp_path: Path, command: str) -> None:
    for words in (["--verbose", command], [command, "--verbose"]):
        done = run_in_process(tmp_path, *words, "--help", COLUMNS="80")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"usage: gts-wizard {command} ")


@pytest.mark.parametrize(
    ("words", "setting", "is_logged"),
    [
        (["--verbose", "check"], "", True),
        (["check", "--verbose"], "", True),
        (["check", "alice", "--verbose", "alice"], "", True),
        (["check"], "1", True),
        (["--verbose", "check"], "0", True),
        (["check"], "0", False),
        (["check"], "", False),
        (["--verbose", "token"], "1", False),
        (["accounts", "--verbose"], "1", False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_requests_are_told_on_standard_error(
    tmp_path: Path, practice: PracticeServer, words: list[str], setting: str, *, is_logged: bool
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    done = run_in_process(tmp_path, *words, GTS_WIZARD_DEBUG=setting)
    assert done.returncode == 0
    told = _LINE.findall(done.stderr)
    assert (f"GET {practice.origin}{_VERIFY} 200" in told) == is_logged
    assert bool(told) == is_logged
    assert _LINE.findall(done.stdout) == []


def test_plain_sign_in_tells_requests_and_no_secret(
    tmp_path: Path, practice: PracticeServer
) -> None:
    codes: list[str] = []

    def enter(stderr: str) -> str:
        codes.append(enter_code()(stderr))
        return codes[0]

    line = ("sign-in", practice.address, "--scopes", "read", "--verbose")
    done = run_in_process(tmp_path, *line, answers=["A" * 48, enter])
    assert done.returncode == 0
    assert _LINE.findall(done.stderr)[-4:] == [
        f"POST {practice.origin}/api/v1/apps 200",
        f"POST {practice.origin}/oauth/token 400",
        f"POST {practice.origin}/oauth/token 200",
        f"GET {practice.origin}{_VERIFY} 200",
    ]
    assert "ms “sql: no rows in result set”\n" in done.stderr
    told_at = done.stderr.index("/oauth/token 400")
    assert told_at < done.stderr.index("doesn't accept this code.")
    token = run_in_process(tmp_path, "token").stdout.strip()
    assert [secret for secret in (*codes, "A" * 48, token) if secret in done.stderr] == []


def test_file_that_is_named_gets_the_lines(tmp_path: Path, practice: PracticeServer) -> None:
    sign_in_users(tmp_path, practice, "alice")
    for _ in range(2):
        done = run_in_process(tmp_path, "check", "--verbose", GTS_WIZARD_DEBUG="./requests.log")
        assert (done.returncode, done.stderr) == (0, "")
    log = tmp_path / "requests.log"
    assert log.stat().st_mode & 0o777 == 0o600
    told = _LINE.findall(log.read_text("utf-8"))
    assert told.count(f"GET {practice.origin}{_VERIFY} 200") == 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/dev/null", "it is not a file of your own"),
        ("./missing/log", "no such file or directory"),
        ("./folder/", "is a directory"),
        ("./link", "too many levels of symbolic links"),
    ],
)
def test_file_that_can_not_be_written_is_told_before(
    tmp_path: Path, practice: PracticeServer, name: str, reason: str
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    requests = len(practice.requests)
    done = run_in_process(tmp_path, "check", GTS_WIZARD_DEBUG=name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"The log can't be written: {reason} (")
    assert len(practice.requests) == requests


@pytest.mark.pty
@pytest.mark.slow
def test_screens_tell_requests_once_they_are_closed(
    tmp_path: Path, practice: PracticeServer
) -> None:
    with PtyTerminal(["--verbose"], home=tmp_path) as terminal:
        terminal.wait_for("Welcome")
        terminal.send(_ENTER)
        terminal.wait_for("Where is your account?")
        terminal.send(f"{practice.address}{_ENTER}")
        terminal.wait_for("Practice server")
        assert b" ms" not in terminal.drawn
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0
        _, _, printed = terminal.drawn.decode().rpartition("\x1b[?1049l")
    assert f"GET {practice.origin}/api/v2/instance 200" in _LINE.findall(printed)
