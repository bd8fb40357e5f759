"""Which account a command takes, where the environment names or gives one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import (
    run_in_process,
    save_accounts,
    sign_in_users,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer

_GIVEN = {"GTS_WIZARD_TOKEN": "token-of-carol", "GTS_WIZARD_SERVER": "carols.example"}
_NAMED = {"GTS_WIZARD_ACCOUNT": "bob"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two accounts in it, alice the default."""
    for name in ("alice", "bob"):
        account = make_account(name, token=f"token-of-{name}")
        # As after `sign-in --with-token`, which needs no registration to be exported.
        save_accounts(tmp_path, account._replace(client_id=""))
    return tmp_path


@pytest.mark.parametrize("command", [("token",), ("export", "env"), ("export", "curl")])
def test_named_account_comes_first_then_a_given_token_then_the_variable(
    home: Path, command: tuple[str, ...]
) -> None:
    def chosen(*names: str, **variables: str) -> str:
        done = run_in_process(home, *command, *names, **variables)
        assert done.returncode == 0, done.stderr
        (name,) = [name for name in ("alice", "bob", "carol") if f"token-of-{name}" in done.stdout]
        return name

    assert chosen() == "alice"
    assert chosen(**_NAMED) == "bob"
    assert chosen(**_NAMED, **_GIVEN) == "carol"
    assert chosen("alice", **_NAMED, **_GIVEN) == "alice"
    assert chosen(GTS_WIZARD_ACCOUNT="", GTS_WIZARD_TOKEN="", GTS_WIZARD_SERVER="") == "alice"


def test_given_token_needs_no_file_and_makes_none(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "token", **_GIVEN)
    assert (done.returncode, done.stdout, done.stderr) == (0, "token-of-carol\n", "")
    exported = run_in_process(tmp_path, "export", "env", **_GIVEN)
    assert "MASTODON_BASE_URL=https://carols.example\n" in exported.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"GTS_WIZARD_TOKEN": "t"}, "GTS_WIZARD_TOKEN is set, but GTS_WIZARD_SERVER is empty"),
        (
            {"GTS_WIZARD_SERVER": "example.org"},
            "GTS_WIZARD_SERVER is set, but GTS_WIZARD_TOKEN is empty",
        ),
        ({**_GIVEN, "GTS_WIZARD_TOKEN": "to ken"}, "GTS_WIZARD_TOKEN doesn't hold a token."),
        ({**_GIVEN, "GTS_WIZARD_SERVER": "http://a.example"}, "starts with http://"),
        ({**_GIVEN, "GTS_WIZARD_SERVER": "ftp://a.example"}, "GTS_WIZARD_SERVER can't be used."),
    ],
    ids=["no server", "no token", "not a token", "not encrypted", "not an address"],
)
@pytest.mark.parametrize("command", [("token",), ("check",), ("export", "env")])
def test_half_of_a_given_account_is_misuse(
    home: Path, command: tuple[str, ...], given: dict[str, str], reason: str
) -> None:
    done = run_in_process(home, *command, **given)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert "to ken" not in done.stderr


def test_line_end_around_a_given_token_is_left_out(tmp_path: Path) -> None:
    given = {"GTS_WIZARD_TOKEN": "token-of-carol\r\n", "GTS_WIZARD_SERVER": " localhost:8080\n"}
    assert run_in_process(tmp_path, "token", **given).stdout == "token-of-carol\n"
    exported = run_in_process(tmp_path, "export", "env", **given)
    assert "MASTODON_BASE_URL=http://localhost:8080\n" in exported.stdout


def test_account_in_the_environment_is_the_starred_one(home: Path) -> None:
    lines = run_in_process(home, "accounts", **_NAMED).stdout.splitlines()
    assert [line[:3] for line in lines] == ["  @", "* @"]
    listed = json.loads(run_in_process(home, "accounts", "--json", **_NAMED).stdout)
    assert [account["default"] for account in listed] == [False, True]
    unknown = run_in_process(home, "accounts", GTS_WIZARD_ACCOUNT="nobody")
    assert unknown.returncode == 0
    assert "*" not in unknown.stdout
    assert "nobody here. That name is from GTS_WIZARD_ACCOUNT." in unknown.stderr


def test_no_saved_account_is_the_starred_one_where_a_token_is_given(home: Path) -> None:
    done = run_in_process(home, "accounts", **_NAMED, **_GIVEN)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line[:3] for line in done.stdout.splitlines()] == ["  @", "  @"]
    listed = json.loads(run_in_process(home, "accounts", "--json", **_GIVEN).stdout)
    assert [account["default"] for account in listed] == [False, False]
    half = run_in_process(home, "accounts", GTS_WIZARD_TOKEN="token-of-carol")
    assert half.returncode == 0
    assert "*" not in half.stdout
    assert half.stderr.startswith("GTS_WIZARD_TOKEN is set, but GTS_WIZARD_SERVER is empty")


@pytest.mark.parametrize(
    "command",
    [
        *(("token",), ("export", "env"), ("export", "json"), ("run", "--", "touch", "ran")),
        *(("check",), ("renew", "--plain")),
    ],
    ids=" ".join,
)
def test_name_that_does_not_fit_is_told_with_its_variable(
    home: Path, command: tuple[str, ...]
) -> None:
    for name, code in (("nobody", 4), ("example.org", 2)):
        done = run_in_process(home, *command, GTS_WIZARD_ACCOUNT=name)
        assert (done.returncode, done.stdout) == (code, "")
        assert " That name is from GTS_WIZARD_ACCOUNT. " in done.stderr
    assert not (home / "ran").exists()


def test_typed_name_that_does_not_fit_is_not_the_variables(home: Path) -> None:
    done = run_in_process(home, "token", "yy", GTS_WIZARD_ACCOUNT="zz")
    assert done.stderr.startswith("There is no account called yy here. To sign in")


@pytest.mark.slow
def test_renewal_is_of_the_saved_account_that_the_variable_names(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    for variables in (_NAMED, {**_NAMED, **_GIVEN}):
        done = run_in_process(tmp_path, "renew", **variables)
        assert f"Getting a link for @bob@{practice.address}." in done.stderr


@pytest.mark.parametrize("tool", ["json", "toot"])
def test_export_of_all_accounts_is_of_the_one_in_the_environment(home: Path, tool: str) -> None:
    def names(*words: str, **variables: str) -> list[str]:
        printed = run_in_process(home, "export", tool, *words, **variables).stdout
        return [name for name in ("alice", "bob") if f"token-of-{name}" in printed]

    assert names() == ["alice", "bob"]
    assert names(GTS_WIZARD_ACCOUNT="") == ["alice", "bob"]
    assert names(**_NAMED) == ["bob"]
    assert names("--all", **_NAMED) == ["alice", "bob"]
    assert names("alice", **_NAMED) == ["alice"]


def test_default_account_is_exported_first(home: Path) -> None:
    run_in_process(home, "use", "bob")
    exported = json.loads(run_in_process(home, "export", "json").stdout)
    assert [account["username"] for account in exported] == ["bob", "alice"]
    named = json.loads(run_in_process(home, "export", "json", "alice", "bob").stdout)
    assert [account["username"] for account in named] == ["alice", "bob"]


def test_credentials_file_that_is_not_there_is_named(home: Path) -> None:
    missing = {"GTS_WIZARD_CREDENTIALS": f"{home}/mistyped.toml"}
    for command in ("token", "accounts", "check", "sign-out"):
        done = run_in_process(home, command, **missing)
        assert done.returncode == 4
        assert f"There is no file {home}/mistyped.toml." in done.stderr


def test_use_says_what_overrules_it(home: Path) -> None:
    done = run_in_process(home, "use", "bob", GTS_WIZARD_ACCOUNT="alice")
    assert done.returncode == 0
    assert done.stderr == ("While GTS_WIZARD_ACCOUNT is set, commands use that account instead.\n")
    assert "GTS_WIZARD_TOKEN" in run_in_process(home, "use", "bob", **_GIVEN).stderr


@pytest.mark.slow
def test_check_asks_for_the_account_in_the_environment_alone(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")

    def handles(*words: str, **variables: str) -> list[str]:
        printed = run_in_process(tmp_path, "check", "--json", *words, **variables).stdout
        return [account["handle"].split("@")[1] for account in json.loads(printed)]

    assert handles(**_NAMED) == ["bob"]
    assert handles("--all", **_NAMED) == ["alice", "bob"]
    assert handles() == ["alice", "bob"]


def test_check_finds_out_whose_a_given_token_is_and_saves_nothing(
    tmp_path: Path, practice: PracticeServer
) -> None:
    signed_in, elsewhere = tmp_path / "signed-in", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (token,) = sign_in_users(signed_in, practice, "bob")
    given = {"GTS_WIZARD_TOKEN": token, "GTS_WIZARD_SERVER": practice.address}
    fine = run_in_process(elsewhere, "check", **given)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert fine.stdout == f"@bob@{practice.address}  fine\n"
    practice.revoke_tokens("bob")
    ended = run_in_process(elsewhere, "check", "--json", **given)
    assert ended.returncode == 4
    (found,) = json.loads(ended.stdout)
    assert (found["handle"], found["state"]) == ("", "ended")
    assert token not in ended.stdout + ended.stderr
    assert list(elsewhere.iterdir()) == []
