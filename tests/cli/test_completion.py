"""`gts-wizard completion`, and completing words as a shell asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from gts_wizard.cli.completion import SHELLS
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import run, save_accounts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shell", SHELLS)
def test_shell_understands_its_completion(tmp_path: Path, shell: str) -> None:
    done = run(tmp_path, "completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gts-wizard" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this computer")
    subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True, timeout=60)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sign-", ["sign-in", "sign-out"]),
        ("token @a", ["@alice@example.org"]),
        ("use ", ["@alice@example.org", "@bob@example.org"]),
        ("export to", ["toot"]),
        ("export env @b", ["@bob@example.org"]),
        ("export env --file here @a", ["@alice@example.org"]),
        ("check @alice@example.org @b", ["@bob@example.org"]),
        ("accounts --j", ["--json"]),
        ("practice --like ", ["0.17", "0.19", "0.20", "mastodon"]),
        ("--verb", ["--verbose"]),
        ("token --verb", ["--verbose"]),
        ("--verbose sign-", ["sign-in", "sign-out"]),
        ("--verbose accounts --j", ["--json"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_word_is_completed(tmp_path: Path, line: str, words: list[str]) -> None:
    save_accounts(tmp_path, make_account("alice"), make_account("bob"))
    typed = f"gts-wizard {line}"
    question = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        # Without @, which bash breaks words at.
        "_ARGCOMPLETE_COMP_WORDBREAKS": " ",
        "COMP_LINE": typed,
        "COMP_POINT": str(len(typed)),
    }
    answers, theirs = os.pipe()
    with os.fdopen(answers, encoding="utf-8") as answered:
        done = subprocess.run(
            ["/bin/bash", "-c", f'exec "$0" 8>&{theirs} 9>/dev/null', PROGRAM],
            env={**environment(tmp_path), **question},
            pass_fds=[theirs],
            timeout=60,
            check=False,
        )
        os.close(theirs)
        assert done.returncode == 0
        assert answered.read().split("\n") == words
