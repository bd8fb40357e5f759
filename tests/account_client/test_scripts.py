"""Scripts as processes of their own: the documented examples, what importing loads, and types."""

from __future__ import annotations

import re
import subprocess
import sys
from inspect import getdoc
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import gts_wizard
from gts_wizard import OpenAccount, list_accounts, open_account
from tests.helpers.pty_terminal import environment
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import run, save_accounts, sign_in_users

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer

# A line that ends with two colons, and what is indented more after it (reStructuredText).
_EXAMPLE = re.compile(r"^( *)(\S.*)::\n((?:\1 +.*\n|\n)+)", re.MULTILINE)
_README = Path(__file__).parents[2] / "README.md"
_IMPORT = """
import sys
before = set(sys.modules)
import gts_wizard
print(*sorted(name for name in set(sys.modules) - before if name.startswith("gts_wizard")))
print([name for name in SLOW if name in sys.modules])
gts_wizard.open_account
print("httpx" in sys.modules)
"""
_SLOW = ("httpx", "tomli", "asyncio", "logging", "argparse", "platformdirs", "truststore")


def _run(home: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=home,
        env={**environment(home), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _examples() -> dict[str, str]:
    """Return the documented scripts, by the line before each."""
    documented = (open_account, list_accounts, OpenAccount.async_client, OpenAccount.reveal_token)
    return {
        title: f"{dedent(script).strip()}\n"
        for function in documented
        for _, title, script in _EXAMPLE.findall(f"{getdoc(function)}\n")
    }


def _readme_scripts() -> list[str]:
    return re.findall(
        r"^```python\n(.*?)^```", _README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


@pytest.mark.slow
def test_script_in_the_readme_works(tmp_path: Path, practice: PracticeServer) -> None:
    (script,) = _readme_scripts()
    nobody = _run(tmp_path, script)
    assert (nobody.returncode, nobody.stdout) == (4, "")
    assert nobody.stderr.startswith("You're not signed in to any account yet. To sign in")
    sign_in_users(tmp_path, practice, "alice")
    news = _run(tmp_path, script)
    assert (news.returncode, news.stderr) == (0, "")
    assert news.stdout.startswith("News for @alice@")


@pytest.mark.slow
def test_documented_examples_work(tmp_path: Path, practice: PracticeServer) -> None:
    tokens = sign_in_users(tmp_path, practice, "alice", "bob")
    alice, bob = (f"@{name}@{practice.address}" for name in ("alice", "bob"))

    def print_by(title: str) -> list[str]:
        done = _run(tmp_path, _examples()[title])
        assert (done.returncode, done.stderr) == (0, "")
        assert not any(token in done.stdout for token in tokens)
        return done.stdout.splitlines()

    first, *news = print_by("Print the newest notifications")
    assert first == f"News for {alice}:"
    assert any(line.split()[1] == "mention" for line in news)
    assert "GET /api/v1/notifications" in practice.requests
    (line,) = print_by("Print how many posts there are")
    assert line.startswith(f"{alice} ")
    assert line.split()[1].isdigit()
    lines = print_by("Print how many posts each account has")
    assert [line.split()[0] for line in lines] == [alice, bob]
    assert lines[0] == line
    assert print_by("Use Mastodon.py") == ["alice"]


@pytest.mark.slow
def test_documented_example_exits_as_the_commands_do(tmp_path: Path) -> None:
    title = "Where no account can be opened, say why and what to do, and exit as the commands do"
    nobody = _run(tmp_path, _examples()[title])
    assert (nobody.returncode, nobody.stdout) == (4, "")
    assert nobody.stderr == run(tmp_path, "token").stderr
    incomplete = _run(tmp_path, _examples()[title], GTS_WIZARD_CREDENTIALS=str(tmp_path))
    assert incomplete.returncode == 1
    assert "it is a directory" in incomplete.stderr
    save_accounts(tmp_path, make_account())
    opened = _run(tmp_path, _examples()[title])
    assert (opened.returncode, opened.stdout, opened.stderr) == (0, "", "")


@pytest.mark.slow
def test_import_loads_httpx_only_for_open_account(tmp_path: Path) -> None:
    done = _run(tmp_path, _IMPORT.replace("SLOW", repr(_SLOW)))
    assert done.stderr == ""
    assert done.stdout == "gts_wizard gts_wizard.version\n[]\nTrue\n"


def test_package_has_no_unknown_attributes() -> None:
    with pytest.raises(AttributeError, match="'gts_wizard' has no attribute 'open_acount'"):
        _ = gts_wizard.open_acount  # type: ignore[attr-defined]


def _check_types(folder: Path, cache: Path, *scripts: str) -> str:
    """Return what mypy prints of scripts, each a file of its own."""
    names = [f"script_{number}.py" for number in range(len(scripts))]
    for name, script in zip(names, scripts, strict=True):
        (folder / name).write_text(script, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={cache}", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    ).stdout


@pytest.mark.slow
def test_type_checker_sees_the_public_types(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    cache = pytestconfig.cache
    # What it knows of the packages is kept from one run of the tests to the next.
    known = cache.mkdir("mypy") if cache else tmp_path / "mypy"
    public = sorted(set(gts_wizard.__all__) - {"__version__"})
    revealed = "".join(f"reveal_type({name})\n" for name in public)
    others = [*_examples().values(), *_readme_scripts()]
    checked = _check_types(
        tmp_path,
        known,
        f"from gts_wizard import {', '.join(public)}\n{revealed}"
        "reveal_type(OpenAccount.client)\n"
        "reveal_type(OpenAccount.async_client)\n"
        "reveal_type(OpenAccount.reveal_token)\n"
        "reveal_type(WizardError().exit_code)\n"
        "open_account(5)\n"
        "open_account(credentials=5)\n",
        *others,
    )
    assert "-> gts_wizard.account_client.OpenAccount" in checked
    assert "-> list[gts_wizard.account_client.AccountInfo]" in checked
    assert "-> httpx._client.Client" in checked
    assert "-> httpx._client.AsyncClient" in checked
    assert '"open_account" has incompatible type "int"; expected "str"' in checked
    assert 'argument "credentials" to "open_account" has incompatible' in checked.casefold()
    assert f"Found 2 errors in 1 file (checked {len(others) + 1} source files)" in checked
    assert checked.count("Revealed type is") == len(public) + 4
    assert '"Any"' not in checked
