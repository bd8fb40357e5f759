"""Shells read the exported lines, and run nothing in them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given

from gts_wizard.formats.environment import environment_variables, write_env
from gts_wizard.formats.export_account import ExportAccount
from tests.helpers.fuzz import tries
from tests.helpers.sample_exports import TRICKS, export_accounts, make_export_account

_SCRIPT = 'set -a; . "$1"; set +a; env'
_SET_BY_SHELLS = {"PATH", "PWD", "OLDPWD", "SHLVL", "HOME", "LOGNAME", "_"}


def read_by_shell(shell: str, text: str) -> dict[str, str]:
    """Let a shell read a file; return what a program that it starts finds."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file")
        file.write_text(text)
        done = subprocess.run(
            [program, "-c", _SCRIPT, shell, file],
            env={"PATH": "/usr/bin:/bin"},
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        assert list(Path(folder).iterdir()) == [file]
    assert done.stderr == ""
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    return {name: found[name] for name in found.keys() - _SET_BY_SHELLS}


def expected(account: ExportAccount) -> dict[str, str]:
    """Return the variables that an account is written as."""
    return environment_variables(account.origin, account.token)


def test_variables_are_those_that_libraries_read() -> None:
    assert expected(make_export_account()) == {
        "MASTODON_API_BASE_URL": "https://example.org",
        "MASTODON_BASE_URL": "https://example.org",
        "MASTODON_ACCESS_TOKEN": "alice-token",
    }


def test_ordinary_account_is_written_without_quotes() -> None:
    assert write_env(make_export_account()).reveal() == (
        "MASTODON_API_BASE_URL=https://example.org\n"
        "MASTODON_BASE_URL=https://example.org\n"
        "MASTODON_ACCESS_TOKEN=alice-token\n"
    )


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])
@pytest.mark.parametrize("token", [*TRICKS, "'\"$(touch${IFS}it)`id`\\;~=", "x:=ls", "x:~root"])
def test_shell_reads_the_token_and_runs_nothing(shell: str, token: str) -> None:
    account = make_export_account(origin="https://x$(touch${IFS}it)`id`';id", token=token)
    assert read_by_shell(shell, write_env(account).reveal()) == expected(account)


@pytest.mark.fuzz
@tries(20)
@given(export_accounts)
def test_any_account_comes_back_from_the_shell(account: ExportAccount) -> None:
    assert read_by_shell("sh", write_env(account).reveal()) == expected(account)
