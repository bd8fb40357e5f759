"""The commands as real processes: what they print where, and how they end."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gts_wizard import __version__
from gts_wizard.credentials.store import Store
from gts_wizard.models import State
from gts_wizard.practice import VERSIONS, PracticeInstance
from tests.helpers.fake_keyring import BACKEND, FILE_VARIABLE
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocess_cli import default_credentials_path, run, sign_in


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    done = run(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, f"gts-wizard {__version__}\n")


async def test_token_prints_the_default_accounts_token_and_nothing_else(tmp_path: Path) -> None:
    shelf = tmp_path / "elsewhere.toml"
    with PracticeInstance() as practice:
        alices = await sign_in(shelf, practice, "alice@example.org")
        bobs = await sign_in(shelf, practice, "bob@example.org")
        named = {"GTS_WIZARD_CREDENTIALS": str(shelf)}
        for arguments, token in [
            ([], alices),
            (["bob"], bobs),
            ([f"@bob@{practice.address}"], bobs),
            ([f"BOB@{practice.address}"], bobs),
        ]:
            done = run(tmp_path, "token", *arguments, **named)
            assert (done.returncode, done.stdout, done.stderr) == (0, f"{token}\n", "")
        several = run(tmp_path, "token", practice.address, **named)
        assert (several.returncode, several.stdout) == (2, "")
        assert f"@alice@{practice.address}, @bob@{practice.address}" in several.stderr
        unknown = run(tmp_path, "token", "carol", **named)
        assert (unknown.returncode, unknown.stdout) == (4, "")


def test_token_prints_none_that_is_known_to_have_ended(tmp_path: Path) -> None:
    ended = replace(make_account(), state=State.ENDED)
    Store(default_credentials_path(tmp_path)).change(lambda kept: kept.with_account(ended))
    done = run(tmp_path, "token")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "example.org no longer accepts this access. It may have been ended there. "
        "To renew it, run: gts-wizard renew @alice@example.org\n"
    )


@pytest.mark.parametrize("command", ["token", "renew"])
def test_a_name_from_the_environment_is_told_as_such(tmp_path: Path, command: str) -> None:
    for name in ("alice", "bob"):
        Store(default_credentials_path(tmp_path)).change(
            lambda kept, name=name: kept.with_account(make_account(name))  # type: ignore[misc]
        )
    unknown = run(tmp_path, command, GTS_WIZARD_ACCOUNT="zz")
    assert (unknown.returncode, unknown.stdout) == (4, "")
    told = "There is no account called zz here. GTS_WIZARD_ACCOUNT names it. "
    assert unknown.stderr.startswith(told)
    several = run(tmp_path, command, GTS_WIZARD_ACCOUNT="example.org")
    assert several.returncode == 2
    assert "GTS_WIZARD_ACCOUNT names it. Name one of them in full." in several.stderr
    typed = run(tmp_path, command, "yy", GTS_WIZARD_ACCOUNT="zz")
    assert "There is no account called yy here. To sign in" in typed.stderr


def test_token_without_an_account_says_how_to_sign_in(tmp_path: Path) -> None:
    done = run(tmp_path, "token")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "You are not signed in to any account yet. To sign in, run: gts-wizard\n"
    )


@pytest.mark.parametrize("arguments", [["token"], ["secrets", "keyring"]])
def test_an_empty_name_is_not_all_or_the_default(tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path, *arguments, "")
    assert (done.returncode, done.stdout) == (2, "")
    assert "name is empty" in done.stderr


@pytest.mark.parametrize("command", ["token", "accounts", "accounts --json", "use alice", "path"])
@pytest.mark.parametrize(("end", "code"), [("| true", 0), (">/dev/full", 1), (">&-", 1)])
def test_a_result_nobody_can_take_ends_without_a_traceback(
    tmp_path: Path, command: str, end: str, code: int
) -> None:
    shelf = tmp_path / "credentials.toml"
    Store(shelf).change(lambda kept: kept.with_account(make_account()))
    done = _run_in_shell(f"set -o pipefail; '{PROGRAM}' {command} {end}", tmp_path, shelf)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("arguments", ["", "--json"])
@pytest.mark.parametrize(("end", "code"), [("", 0), ("| true", 0), (">/dev/full", 1), (">&-", 1)])
async def test_a_check_nobody_can_read_fails(
    tmp_path: Path, arguments: str, end: str, code: int
) -> None:
    shelf = tmp_path / "credentials.toml"
    with PracticeInstance() as practice:
        await sign_in(shelf, practice, "alice@example.org")
        line = f"set -o pipefail; '{PROGRAM}' check {arguments} {end}"
        done = await asyncio.to_thread(_run_in_shell, line, tmp_path, shelf)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def _run_in_shell(
    line: str, home: Path, credentials_path: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-c", line],
        env={**environment(home), "GTS_WIZARD_CREDENTIALS": str(credentials_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_secrets_move_to_the_keyring_and_back(tmp_path: Path) -> None:
    shelf = tmp_path / ".config" / "gts-wizard" / "credentials.toml"
    Store(shelf).change(lambda kept: kept.with_account(make_account()))
    keyring = {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHON_KEYRING_BACKEND": BACKEND,
        FILE_VARIABLE: str(tmp_path / "fake_keyring.json"),
    }
    for arguments, place, told in [
        (["keyring"], "fake_keyring", "All secrets are in the system's keyring now"),
        (["file"], "shelf", "All secrets are in ~/.config/gts-wizard/credentials.toml now"),
        (
            ["keyring", "alice"],
            "fake_keyring",
            "The secrets of @alice@example.org are in the system's",
        ),
        (["file", "--new"], "fake_keyring", "you sign in to from now on go to ~/.config"),
    ]:
        moved = run(tmp_path, "secrets", *arguments, **keyring)
        assert (moved.returncode, moved.stderr) == (0, "")
        assert told in moved.stdout
        assert TOKEN not in moved.stdout
        assert (TOKEN in shelf.read_text("utf-8")) is (place == "shelf")
        printed = run(tmp_path, "token", **keyring)
        assert (printed.returncode, printed.stdout) == (0, f"{TOKEN}\n")


@pytest.mark.parametrize(
    ("mood", "told"),
    [
        ("locked", "The system's keyring is locked. Nothing was changed."),
        ("silent", "The system's keyring does not answer. Nothing was changed."),
        ("broken", "The system's keyring reported trouble. Nothing was changed."),
    ],
)
def test_a_keyring_that_does_not_help_is_told(tmp_path: Path, mood: str, told: str) -> None:
    shelf = tmp_path / ".config" / "gts-wizard" / "credentials.toml"
    Store(shelf).change(lambda kept: kept.with_account(make_account()))
    before = shelf.read_bytes()
    (tmp_path / "fake_keyring.mood").write_text(mood)
    done = run(
        tmp_path,
        "secrets",
        "keyring",
        PYTHONPATH=str(Path(__file__).parents[2]),
        PYTHON_KEYRING_BACKEND=BACKEND,
        **{FILE_VARIABLE: str(tmp_path / "fake_keyring.json")},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(told)
    assert done.stderr.count("\n") == 1
    assert shelf.read_bytes() == before


def test_a_damaged_file_is_told_without_a_traceback_or_a_secret(tmp_path: Path) -> None:
    shelf = tmp_path / "credentials.toml"
    shelf.write_text('[[accounts]]\ntoken = "canary-of-a-token"\nbroken\n')
    done = run(tmp_path, "token", GTS_WIZARD_CREDENTIALS=str(shelf))
    assert done.returncode == 1
    assert "line 3" in done.stderr
    assert str(shelf) in done.stderr
    assert "Traceback" not in done.stderr
    assert "canary" not in done.stderr


@pytest.mark.parametrize("damage", ["", f"{TOKEN}\\nX-Evil: 1", f"{TOKEN}\\r", f"{TOKEN} x"])
def test_a_token_that_no_header_can_hold_is_never_printed(tmp_path: Path, damage: str) -> None:
    shelf = default_credentials_path(tmp_path)
    Store(shelf).change(lambda kept: kept.with_account(make_account()))
    text = shelf.read_text("utf-8").replace(f'"{TOKEN}"', f'"{damage}"')
    shelf.write_text(text, "utf-8")
    done = run(tmp_path, "token")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is damaged: “value” is " in done.stderr
    assert ", in number 1 of “accounts” (" in done.stderr
    assert TOKEN not in done.stderr
    assert shelf.read_text("utf-8") == text


def test_the_package_can_be_run_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gts_wizard", "--version"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"gts-wizard {__version__}\n"


def test_without_a_terminal_the_wizard_says_so(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr


@pytest.mark.parametrize("like", VERSIONS)
def test_the_practice_instance_can_be_served_alone(tmp_path: Path, like: str) -> None:
    served = subprocess.Popen(
        [PROGRAM, "practice", "--serve", "--like", like],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert served.stdout is not None
    line = served.stdout.readline()
    match = re.search(r"http://localhost:\d+", line)
    assert match is not None, line
    card = httpx.get(f"{match.group()}/api/v1/instance", trust_env=False).json()
    assert card["version"].startswith(VERSIONS[like])
    served.send_signal(signal.SIGINT)
    out, err = served.communicate(timeout=30)
    assert (served.returncode, out) == (2, "")
    assert "Traceback" not in err


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with PracticeInstance() as practice:
        done = run(tmp_path, "practice", "--serve", "--port", str(practice.port))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Port {practice.port} can't be used" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "accounts",
        "check",
        "path",
        "practice",
        "renew",
        "secrets",
        "sign-in",
        "sign-out",
        "token",
        "use",
    ],
)
def test_each_command_shows_an_example_in_its_help(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command, "--help", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: gts-wizard {command} ")
    _, _, example = done.stdout.partition("\nexample:\n  ")
    assert f"gts-wizard {command}" in example
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert f"\n    {command} " in run(tmp_path, "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tokne"], "invalid choice"),
        (["practice", "--port", "70000"], "invalid port value"),
        (["practice", "--like", "0.1"], "invalid choice"),
    ],
)
def test_misuse_is_told(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
