"""Lines that people copy into a shell, for accounts with any name that a file may hold."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.curl_example import curl_command
from gts_wizard.errors import RenewalNeeded
from tests.helpers.sample_accounts import make_account

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
printf '%s\\n' "$@" >"$0.got"
"""
# It runs the program, as far as `--` ends its own arguments.
_RUN = """while [ "$1" != -- ]; do shift; done
shift
MASTODON_ACCESS_TOKEN=the-token MASTODON_BASE_URL=https://example.org exec "$@"
"""


@pytest.mark.parametrize("name", _NAMES)
def test_line_for_scripts_sends_the_token_of_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for program, script in (("gts-wizard", _NOTE + _RUN), ("curl", f'{_NOTE}cat >"$0.in"\n')):
        (tmp_path / program).write_text(script, "utf-8")
        (tmp_path / program).chmod(0o700)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    account = make_account(name)
    subprocess.run(["/bin/sh", "-c", curl_command(account)], cwd=tmp_path, check=True)
    asked, sent = ((tmp_path / f"{name}.got").read_text("utf-8") for name in ("gts-wizard", "curl"))
    assert asked.startswith(f"run\n{account.handle}\n--\nsh\n-c\n")
    assert sent == "-fsS\n-H\n@-\nhttps://example.org/api/v1/accounts/verify_credentials\n"
    assert (tmp_path / "curl.in").read_text("utf-8") == "Authorization: Bearer the-token"
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", _NAMES)
def test_advice_to_renew_names_the_account(name: str) -> None:
    handle = make_account(name).handle
    line = RenewalNeeded(handle=handle).hint.partition("run: ")[2]
    assert shlex.split(line) == ["gts-wizard", "renew", handle]
