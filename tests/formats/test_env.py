"""A real shell reads the lines, and runs nothing that stands in them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from gts_wizard.formats import env
from gts_wizard.formats.unlocked import Unlocked
from tests.helpers.sample_exports import TRICKS, export_accounts, make_export_account

READ = 'set -a; . "$1"; set +a; env'
OF_THE_SHELL = {"PATH", "PWD", "OLDPWD", "SHLVL", "HOME", "LOGNAME", "_"}


def read_by(shell: str, text: str) -> dict[str, str]:
    """Let a shell read a file; return what a program that it starts finds."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file")
        file.write_text(text)
        done = subprocess.run(
            [program, "-c", READ, shell, file],
            env={"PATH": "/usr/bin:/bin"},
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        assert list(Path(folder).iterdir()) == [file]
    assert done.stderr == ""
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    return {name: found[name] for name in found.keys() - OF_THE_SHELL}


def expected(one: Unlocked) -> dict[str, str]:
    return {
        "MASTODON_API_BASE_URL": one.origin,
        "MASTODON_BASE_URL": one.origin,
        "MASTODON_ACCESS_TOKEN": one.token.reveal(),
    }


def test_an_ordinary_account_needs_no_quotes() -> None:
    assert env.write(make_export_account()).reveal() == (
        "MASTODON_API_BASE_URL=https://example.org\n"
        "MASTODON_BASE_URL=https://example.org\n"
        "MASTODON_ACCESS_TOKEN=alice-token\n"
    )


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])
@pytest.mark.parametrize("token", [*TRICKS, "'\"$(touch${IFS}it)`id`\\;~=", "x:=ls", "x:~root"])
def test_shells_run_nothing(shell: str, token: str) -> None:
    one = make_export_account(origin="https://x$(touch${IFS}it)`id`';id", token=token)
    assert read_by(shell, env.write(one).reveal()) == expected(one)


@settings(max_examples=50, deadline=None)
@given(export_accounts)
def test_anything_comes_back(one: Unlocked) -> None:
    assert read_by("sh", env.write(one).reveal()) == expected(one)
