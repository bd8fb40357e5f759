"""Scripts as processes of their own: the documented example, what importing loads, and types."""

from __future__ import annotations

import subprocess
import sys
from inspect import getdoc
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import gts_wizard
from gts_wizard.practice import PracticeServer
from tests.helpers.pty_terminal import environment
from tests.helpers.subprocess_cli import sign_in

if TYPE_CHECKING:
    from pathlib import Path

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


def _example() -> str:
    _, _, example = (getdoc(gts_wizard.open_account) or "").partition("notifications::\n\n")
    return dedent(example)


@pytest.mark.slow
async def test_documented_example_prints_notifications(
    tmp_path: Path, credentials_path: Path
) -> None:
    with PracticeServer() as practice:
        token = await sign_in(credentials_path, practice, "alice@example.org")
        done = _run(tmp_path, _example(), GTS_WIZARD_CREDENTIALS=str(credentials_path))
        assert (done.returncode, done.stderr) == (0, "")
        first, *news = done.stdout.splitlines()
        assert first == f"News for @alice@{practice.address}:"
        assert any(line.split()[1] == "mention" for line in news)
        assert "GET /api/v1/notifications" in practice.requests
        assert token not in done.stdout


def test_import_loads_httpx_only_for_open_account(tmp_path: Path) -> None:
    done = _run(tmp_path, _IMPORT.replace("SLOW", repr(_SLOW)))
    assert done.stderr == ""
    assert done.stdout == "gts_wizard gts_wizard.version\n[]\nTrue\n"


def test_package_has_no_unknown_attributes() -> None:
    with pytest.raises(AttributeError, match="'gts_wizard' has no attribute 'open_acount'"):
        _ = gts_wizard.open_acount  # type: ignore[attr-defined]


@pytest.mark.slow
def test_type_checker_sees_the_public_types(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from gts_wizard import OpenAccount, open_account\n"
        "reveal_type(open_account)\n"
        "reveal_type(OpenAccount.client)\n"
        "open_account(5)\n"
    )
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    ).stdout
    assert "-> gts_wizard.account_client.OpenAccount" in checked
    assert "-> httpx._client.Client" in checked
    assert '"open_account" has incompatible type "int"; expected "str"' in checked
    assert "Found 1 error" in checked
