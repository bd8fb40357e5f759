"""The commands in the README and the manual page, in step with what the program says of itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import gts_wizard
from gts_wizard.formats.registry import FORMATS
from gts_wizard.models import AccountStatus
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import run_in_process, save_accounts

_README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
_MANUAL = Path(gts_wizard.__file__).with_name("gts-wizard.1").read_text("utf-8")
_COMMANDS = re.findall(r"^\| `gts-wizard ([a-z-]+)", _README, re.MULTILINE)
_COMMON_FLAGS = {"--help", "--verbose"}
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def _flags_in_help(home: Path, command: str) -> set[str]:
    printed = run_in_process(home, command, "--help").stdout
    flags = set(_FLAG.findall(printed.partition("\nexample:")[0]))
    assert flags >= _COMMON_FLAGS
    return flags - _COMMON_FLAGS


def test_readme_names_every_command_and_no_other(tmp_path: Path) -> None:
    printed = run_in_process(tmp_path, "--help").stdout
    listed = printed.partition("\ncommands:\n")[2].partition("\nexamples:")[0]
    assert set(_COMMANDS) == set(re.findall(r"^    ([a-z-]+)", listed, re.MULTILINE))


@pytest.mark.parametrize("command", _COMMANDS)
def test_manual_names_every_command_with_its_flags(tmp_path: Path, command: str) -> None:
    synopsis = _MANUAL.partition(".Sh SYNOPSIS")[2].partition(".Sh")[0].split(".Nm\n")
    (line,) = [part for part in synopsis if part.startswith(f".Cm {command}\n")]
    flags = {f"-{flag}" for flag in re.findall(r"\.Op Fl (-\S+)", line)}
    assert flags == _flags_in_help(tmp_path, command)
    assert f".It Cm {command}\n" in _MANUAL


@pytest.mark.parametrize("tool", FORMATS)
def test_help_readme_and_manual_name_each_format(tmp_path: Path, tool: str) -> None:
    described = run_in_process(tmp_path, "export", "--help").stdout
    assert re.search(rf"^  {re.escape(tool)} ", described, re.MULTILINE)
    assert f"`{tool}`" in _README.partition("| `gts-wizard export ")[2].partition("\n")[0]
    paragraph = _MANUAL.partition(".It Cm export\n")[2].partition(".It Cm import")[0]
    assert tool in re.split(r"[\s,;]+", paragraph)


def test_exit_codes_are_the_same_list_everywhere(tmp_path: Path) -> None:
    printed = run_in_process(tmp_path, "--help").stdout
    codes = printed.partition("\nexit codes:\n")[2].partition("\n")[0].strip()
    assert codes.startswith("0 done, ")
    assert f"Exit codes: {codes}." in " ".join(_README.split())
    assert f"\n{codes}.\n" in _MANUAL


def test_manual_tells_what_all_commands_have_in_common() -> None:
    text = _MANUAL.replace("Fl -", "--")
    for word in ("--verbose", "GTS_WIZARD_DEBUG", "GTS_WIZARD_ACCOUNT", "GTS_WIZARD_CREDENTIALS"):
        assert word in text


def test_manual_tells_the_fields_of_json_and_the_states(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account())
    (document,) = json.loads(run_in_process(tmp_path, "accounts", "--json").stdout)
    section = _MANUAL.partition(".Sh JSON")[2].partition(".Sh")[0]
    keys = re.findall(r"^\.It Li (.*)$", section, re.MULTILINE)
    assert set(document) <= set(" ".join(keys).replace(",", "").split())
    states = section.partition(".It Li state\n")[2].partition(".It")[0]
    assert [state for state in AccountStatus if not re.search(rf"\b{state}\b", states)] == []
