"""`gts-wizard run`: a program with an account in its environment, in this process's place."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gts_wizard
from gts_wizard.models import AccountStatus, Server
from gts_wizard.script_line import script_line
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocess_cli import run, run_in_process, save_accounts, sign_in_users

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer

_PRINT_ENVIRONMENT = (
    sys.executable,
    "-c",
    "import os; print(*sorted(f'{n}={v}' for n, v in os.environ.items() if '_ACC' in n or "
    "'GTS' in n or 'MASTODON' in n), sep='\\n')",
)
_PRINT_TOKEN = "import gts_wizard; print(gts_wizard.open_account().reveal_token())"
_ORIGIN = "https://example.org"
_DOCUMENTS = {
    "README": Path(__file__).parents[2] / "README.md",
    "manual": Path(gts_wizard.__file__).with_name("gts-wizard.1"),
}


def _variables(handle: str, token: str) -> list[str]:
    return [
        f"GTS_WIZARD_ACCOUNT={handle}",
        f"MASTODON_ACCESS_TOKEN={token}",
        f"MASTODON_API_BASE_URL={_ORIGIN}",
        f"MASTODON_BASE_URL={_ORIGIN}",
    ]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two accounts in it, alice the default."""
    accounts = (make_account(name, token=f"token-of-{name}") for name in ("alice", "bob"))
    save_accounts(tmp_path, *accounts)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "name"), [([], "alice"), (["bob"], "bob"), (["--verbose", "@bob@example.org"], "bob")]
)
def test_program_gets_the_account_in_its_environment(
    home: Path, words: list[str], name: str
) -> None:
    done = run(home, "run", *words, "--", *_PRINT_ENVIRONMENT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == _variables(f"@{name}@example.org", f"token-of-{name}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "name"), [([], "carol"), (["bob"], "bob")], ids=["given", "named"]
)
def test_program_and_what_it_starts_mean_the_same_account(
    home: Path, words: list[str], name: str
) -> None:
    given = {
        "GTS_WIZARD_TOKEN": "token-of-carol",
        "GTS_WIZARD_SERVER": "example.org",
        "GTS_WIZARD_ACCOUNT": "alice",
    }
    done = run(home, "run", *words, "--", *_PRINT_ENVIRONMENT, **given)
    assert f"MASTODON_ACCESS_TOKEN=token-of-{name}" in done.stdout
    assert ("token-of-carol" in done.stdout) is (name == "carol")
    for inner in ((PROGRAM, "token"), (sys.executable, "-c", _PRINT_TOKEN)):
        done = run(home, "run", *words, "--", *inner, **given)
        assert (done.stdout, done.stderr) == (f"token-of-{name}\n", "")


@pytest.mark.slow
def test_words_after_the_first_separator_are_the_programs_own(home: Path) -> None:
    words = ("-v", "--help", "--", "--verbose", "bob", "")
    program = (sys.executable, "-c", "import sys; print(sys.argv[1:])", *words)
    done = run(home, "run", "alice", "--", *program)
    assert (done.stdout, done.stderr) == (f"{list(words)}\n", "")


@pytest.mark.slow
def test_exit_code_and_end_by_a_signal_are_the_programs_own(home: Path) -> None:
    assert run(home, "run", "--", "sh", "-c", "exit 7").returncode == 7
    assert run(home, "run", "--", "sh", "-c", "kill -TERM $$").returncode == -signal.SIGTERM


def test_program_takes_the_place_of_the_process(home: Path) -> None:
    words = [PROGRAM, "run", "--", "sh", "-c", "echo $$"]
    with subprocess.Popen(
        words, cwd=home, env=environment(home), stdout=subprocess.PIPE
    ) as started:
        assert started.stdout is not None
        assert int(started.stdout.read()) == started.pid


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what a process ignores")
def test_no_signal_is_ignored_that_was_not_before(home: Path) -> None:
    words = ["cat", "/proc/self/status"]
    lines = run(home, "run", "--", *words).stdout.splitlines()
    (ignored,) = [int(line.split()[1], 16) for line in lines if line.startswith("SigIgn:")]
    assert not ignored & (1 << (signal.SIGPIPE - 1) | 1 << (signal.SIGXFSZ - 1))


@pytest.mark.slow
def test_program_that_is_not_there_or_no_program_is_told_as_shells_do(home: Path) -> None:
    (home / "notes").write_text("x", "utf-8")
    missing = run(home, "run", "--", "no-such-program")
    assert (missing.returncode, missing.stderr) == (127, "There is no command 'no-such-program'.\n")
    assert run(home, "run", "--", "./notes/program").returncode == 127
    denied = run(home, "run", "--", "./notes")
    assert denied.returncode == 126
    assert denied.stderr == "'./notes' can't be run: permission denied.\n"
    assert run(home, "run", "--", ".").returncode == 126
    script = home / "script"
    script.write_text("#!/no/such/interpreter\n", "utf-8")
    script.chmod(0o700)
    broken = run(home, "run", "--", "./script")
    assert broken.returncode == 127
    assert broken.stderr == (
        "'./script' can't be run: its first line names a program that isn't installed.\n"
    )


@pytest.mark.parametrize(
    "words", [[], ["--"], ["--", ""], ["alice", "touch", "ran", "-v"], ["alice"]]
)
def test_command_line_without_a_program_says_where_it_goes(home: Path, words: list[str]) -> None:
    done = run_in_process(home, "run", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Put the command to run after --, as in: gts-wizard run -- COMMAND\n"
    assert not (home / "ran").exists()


def test_nothing_is_run_without_an_account_or_with_a_revoked_token(tmp_path: Path) -> None:
    assert run_in_process(tmp_path, "run", "--", "touch", "ran").returncode == 4
    save_accounts(tmp_path, make_account()._replace(status=AccountStatus.REVOKED))
    for words in ([], ["alice"], ["carol"]):
        done = run_in_process(tmp_path, "run", *words, "--", "touch", "ran")
        assert (done.returncode, done.stdout) == (4, "")
        assert TOKEN not in done.stderr
    assert not (tmp_path / "ran").exists()


def test_help_of_run_needs_no_separator(home: Path) -> None:
    done = run_in_process(home, "run", "--help")
    assert done.returncode == 0
    assert "gts-wizard run [-h] [ACCOUNT] -- COMMAND [ARG ...]" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("document", _DOCUMENTS)
def test_line_for_scripts_works_and_stops_a_script_without_an_account(
    tmp_path: Path, practice: PracticeServer, document: str
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    account = make_account("alice", server=Server(practice.origin, practice.address))
    text = _DOCUMENTS[document].read_text("utf-8")
    (curl,) = re.findall(r"^ *gts-wizard run -- (sh -c '[^']*')$", text, re.MULTILINE)
    line = script_line(account).replace("COMMAND", curl)
    script = f"set -e\n{line}\necho went on\n"
    variables = environment(tmp_path)
    variables["PATH"] = os.pathsep.join([os.path.dirname(PROGRAM), variables["PATH"]])  # noqa: PTH120

    def play() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    done = play()
    assert (done.returncode, done.stderr) == (0, "")
    assert '"username": "alice"' in done.stdout or '"username":"alice"' in done.stdout
    assert done.stdout.endswith("went on\n")
    practice.revoke_tokens("alice")
    stopped = play()
    assert stopped.returncode != 0
    assert "went on" not in stopped.stdout
    assert "401" in stopped.stderr
    variables["HOME"] = str(tmp_path / "somebody-else")
    nobody = play()
    assert (nobody.returncode, nobody.stdout) == (4, "")
    assert "To sign in" in nobody.stderr
