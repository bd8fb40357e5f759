"""Lines that people copy into a shell, for accounts with any name that a file may hold."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import RenewalNeeded
from gts_wizard.script_line import script_line
from tests.helpers.pty_terminal import PROGRAM
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shell is a POSIX one")

_NAMES = [
    "alice",
    "x;touch${IFS}evil;",
    "$(touch evil)",
    "`touch evil`",
    "it's",
    "*",
    "&touch evil&",
]
_NOTE = """#!/bin/sh
printf '%s\\n' "$GTS_WIZARD_CREDENTIALS" "$@" >"$0.got"
"""


@pytest.mark.parametrize("name", _NAMES)
def test_line_for_scripts_names_the_account_and_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    program = tmp_path / "gts-wizard"
    program.write_text(_NOTE, "utf-8")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    monkeypatch.delenv("GTS_WIZARD_CREDENTIALS", raising=False)
    account = make_account(name)
    for credentials_file in ("", f"/home/{name}/its own file"):
        line = script_line(account, credentials_file)
        subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, check=True)
        noted = (tmp_path / "gts-wizard.got").read_text("utf-8")
        assert noted == f"{credentials_file}\nrun\n{account.handle}\n--\nCOMMAND\n"
    assert not (tmp_path / "evil").exists()


@pytest.mark.slow
def test_advice_can_be_pasted_where_the_program_is_not_on_the_path(tmp_path: Path) -> None:
    elsewhere = {"PATH": str(tmp_path)}
    for arguments in (["token"], ["frobnicate"], ["use", "carol"]):
        advice = run(tmp_path, *arguments, **elsewhere).stderr.partition("run: ")[2]
        assert shlex.split(advice)[0] == PROGRAM
    assert script_line(make_account()).startswith("gts-wizard run ")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        assert shlex.split(script_line(make_account()))[0] == PROGRAM


@pytest.mark.parametrize("name", _NAMES)
def test_advice_to_renew_names_the_account(name: str) -> None:
    handle = make_account(name).handle
    line = RenewalNeeded(handle=handle).hint.partition("run: ")[2]
    assert shlex.split(line) == ["gts-wizard", "renew", handle]
