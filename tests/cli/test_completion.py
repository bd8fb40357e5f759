"""`gts-wizard completion`, and completing words as a shell asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from gts_wizard.cli.completion import SHELLS
from tests.helpers.fake_programs import FakePrograms
from tests.helpers.pty_terminal import PROGRAM, PtyTerminal, environment
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import run, save_accounts


@pytest.mark.parametrize("shell", SHELLS)
def test_shell_understands_its_completion(tmp_path: Path, shell: str) -> None:
    done = run(tmp_path, "completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gts-wizard" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this computer")
    subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sign-", ["sign-in", "sign-out"]),
        ("token @a", ["@alice@example.org"]),
        ("token a", ["alice@example.org"]),
        ("run al", ["alice@example.org"]),
        ("run -- al", [""]),
        ("use ", ["@alice@example.org", "@bob@example.org"]),
        ("renew --scopes pro", ["profile"]),
        ("sign-in --scopes read:a", ["read:accounts", "read:applications"]),
        ("sign-in --scopes 'read write:stat", ["read write:statuses"]),
        ("sign-in --scopes 'write read:acc", ["write read:accounts"]),
        ("sign-in --scopes 'read read:acc", [""]),
        ("help to", ["token"]),
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
    assert _complete(tmp_path, line) == words


@pytest.mark.slow
def test_names_in_a_damaged_file_are_not_completed(tmp_path: Path, credentials_path: Path) -> None:
    credentials_path.parent.mkdir(parents=True)
    credentials_path.write_text("broken\n", "utf-8")
    assert _complete(tmp_path, "token a") == [""]


@pytest.mark.slow
def test_bash_that_completes_names_of_files_gets_no_token(tmp_path: Path) -> None:
    programs = FakePrograms(tmp_path)
    programs.install("bash", then='env >"$0.environment"; echo here')
    path = f"{programs.path}:{os.environ['PATH']}"
    given = {"GTS_WIZARD_TOKEN": "token-of-carol", "GTS_WIZARD_SERVER": "example.org"}
    assert _complete(tmp_path, "import toot he", PATH=path, **given) == ["here/"]
    started_with = (tmp_path / "bash.environment").read_text()
    assert "GTS_WIZARD_SERVER=example.org" in started_with
    assert "token-of-carol" not in started_with


def _complete(home: Path, line: str, **variables: str) -> list[str]:
    """Return the completions of a line, as a shell that breaks words at spaces alone asks."""
    typed = f"gts-wizard {line}"
    question = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_COMP_WORDBREAKS": " ",
        "COMP_LINE": typed,
        "COMP_POINT": str(len(typed)),
    }
    answers, theirs = os.pipe()
    with os.fdopen(answers, encoding="utf-8") as answered:
        done = subprocess.run(
            ["/bin/bash", "-c", f'exec "$0" 8>&{theirs} 9>/dev/null', PROGRAM],
            env={**environment(home), **question, **variables},
            pass_fds=[theirs],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        os.close(theirs)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        return answered.read().split("\n")


_CTRL_U = "\x15"


class _Bash(PtyTerminal):
    program = "/bin/bash"


_TYPED = {
    "token bo": "token bob@example.org",
    "token bob@ex": "token bob@example.org",
    "token @b": "token @bob@example.org",
    "token @bob@ex": "token @bob@example.org",
    "renew --scopes write:stat": "renew --scopes write:statuses",
    'renew --scopes "read write:stat': 'renew --scopes "read write:statuses"',
}


@pytest.mark.pty
def test_bash_completes_what_is_typed(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account("alice"), make_account("bob"))
    path = f"{Path(PROGRAM).parent}:{os.environ['PATH']}"
    with _Bash(["--noprofile", "--norc", "-i"], tmp_path, PATH=path, PS1="$ ") as bash:
        bash.send('eval "$(gts-wizard completion bash)"; echo rea""dy\n')
        bash.wait_for("ready\n$")
        for typed, completed in _TYPED.items():
            bash.send(f"gts-wizard {typed}\t")
            bash.wait_for(f"$ gts-wizard {completed}\n")
            bash.send(_CTRL_U)
            bash.wait_for("ready\n$\n")
