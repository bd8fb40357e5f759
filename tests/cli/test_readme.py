"""The README's commands, in step with what the program says of itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.models import State
from tests.cli.running import run, shelf_of
from tests.credentials.builders import make_account

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
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


def test_the_readme_tells_what_json_holds_and_the_states(tmp_path: Path) -> None:
    Store(shelf_of(tmp_path)).change(lambda kept: kept.with_account(make_account()))
    (document,) = json.loads(run(tmp_path, "accounts", "--json").stdout)
    paragraph = README.partition("`--json` prints")[2].partition("\n\n")[0]
    words = set(re.findall(r"`([^`]+)`", paragraph))
    assert set(document) <= words
    assert {str(state) for state in State} <= words
