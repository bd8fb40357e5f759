"""Completion, as a shell asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.commands.completion import SHELLS
from gts_wizard.credentials.store import Store
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import default_credentials_path, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_printed_is_what_the_shell_understands(tmp_path: Path, shell: str) -> None:
    done = run(tmp_path, "completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gts-wizard" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this computer")
    subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True, timeout=60)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gts-wizard sign-", ["sign-in", "sign-out"]),
        ("gts-wizard token @a", ["@alice@example.org"]),
        ("gts-wizard use ", ["@alice@example.org", "@bob@example.org"]),
        ("gts-wizard export to", ["toot"]),
        ("gts-wizard export env @b", ["@bob@example.org"]),
        ("gts-wizard export env --file here @a", ["@alice@example.org"]),
        ("gts-wizard check @alice@example.org @b", ["@bob@example.org"]),
        ("gts-wizard accounts --j", ["--json"]),
    ],
)
def test_a_word_is_completed(tmp_path: Path, line: str, words: list[str]) -> None:
    for username in ("alice", "bob"):
        Store(default_credentials_path(tmp_path)).change(
            lambda kept, name=username: kept.with_account(make_account(name))  # type: ignore[misc]
        )
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        # Without @, which bash breaks words at.
        "_ARGCOMPLETE_COMP_WORDBREAKS": " ",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    answers, theirs = os.pipe()
    with os.fdopen(answers, encoding="utf-8") as answered:
        done = subprocess.run(
            ["/bin/bash", "-c", f'exec "$0" 8>&{theirs} 9>/dev/null', PROGRAM],
            env={**environment(tmp_path), **asked},
            pass_fds=[theirs],
            timeout=60,
            check=False,
        )
        os.close(theirs)
        assert done.returncode == 0
        assert answered.read().split("\n") == words
