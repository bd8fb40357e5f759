"""The commands in the README and the manual page, in step with what the program says of itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import gts_wizard
from gts_wizard.credentials.store import Store
from gts_wizard.models import State
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import default_credentials_path, run

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
MANUAL = (Path(gts_wizard.__file__).with_name("gts-wizard.1")).read_text("utf-8")
ROWS = dict(re.findall(r"^\| `gts-wizard (\S+)(.*)\|$", README, re.MULTILINE))
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def test_the_readme_names_every_command_and_no_other(tmp_path: Path) -> None:
    told = run(tmp_path, "--help").stdout.partition("\ncommands:\n")[2].partition("\nexamples:")[0]
    assert {name.rstrip("`") for name in ROWS} == set(re.findall(r"^    ([a-z-]+)", told, re.M))


@pytest.mark.parametrize("command", ROWS)
def test_the_readme_names_every_flag_and_no_other(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command.rstrip("`"), "--help")
    told = set(_FLAG.findall(done.stdout.partition("\nexample:")[0])) - {"--help"}
    assert set(_FLAG.findall(ROWS[command])) == told


@pytest.mark.parametrize("command", ROWS)
def test_the_manual_page_names_every_command_with_its_flags(tmp_path: Path, command: str) -> None:
    name = command.rstrip("`")
    synopsis = MANUAL.partition(".Sh SYNOPSIS")[2].partition(".Sh")[0].split(".Nm\n")
    (line,) = [one for one in synopsis if one.startswith(f".Cm {name}\n")]
    done = run(tmp_path, name, "--help")
    told = set(_FLAG.findall(done.stdout.partition("\nexample:")[0])) - {"--help"}
    assert {f"-{flag}" for flag in re.findall(r"\.Op Fl (-\S+)", line)} == told
    assert f".It Cm {name}\n" in MANUAL


def test_the_readme_tells_what_json_holds_and_the_states(tmp_path: Path) -> None:
    Store(default_credentials_path(tmp_path)).change(lambda kept: kept.with_account(make_account()))
    (document,) = json.loads(run(tmp_path, "accounts", "--json").stdout)
    paragraph = README.partition("`--json` prints")[2].partition("\n\n")[0]
    words = set(re.findall(r"`([^`]+)`", paragraph))
    assert set(document) <= words
    assert {str(state) for state in State} <= words
