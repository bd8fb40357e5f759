"""`accounts`, `check`, `use` and `path`: what they print where, and how they end."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from gts_wizard.commands.describing import as_lines
from gts_wizard.credentials.store import Store
from gts_wizard.models import State
from gts_wizard.practice import PracticeInstance
from gts_wizard.shelf import Shelf
from tests.helpers.clocks import PausableClock
from tests.helpers.sample_accounts import NOW, SERVER, TOKEN, make_account
from tests.helpers.subprocess_cli import default_credentials_path, run, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account

FIELDS = [
    "handle",
    "display_name",
    "server",
    "account_domain",
    "software",
    "version",
    "scopes",
    "state",
    "checked_at",
    "default",
    "secrets_in",
]


def _keep(credentials_path: Path, *accounts: Account) -> None:
    for account in accounts:
        Store(credentials_path).change(partial(Shelf.with_account, account=account))


def test_accounts_are_listed_with_the_default_marked(
    tmp_path: Path, credentials_path: Path
) -> None:
    _keep(credentials_path, make_account("alice"), replace(make_account("bob"), state=State.ENDED))
    done = run(tmp_path, "accounts")
    assert done.returncode == 0
    alice, bob = done.stdout.splitlines()
    assert alice.startswith("* @alice@example.org  fine, ")
    assert alice.endswith("  Alice")
    assert bob.startswith("  @bob@example.org    access ended, ")
    assert alice.index("  Alice") == bob.index("  Bob")
    assert done.stderr == "* is the account that commands take when none is named.\n"


def test_a_list_for_programs_says_it_all_but_the_secrets(
    tmp_path: Path, credentials_path: Path
) -> None:
    checked = NOW + timedelta(hours=3)
    alice = replace(make_account(), state=State.TOO_SMALL, checked_at=checked)
    _keep(credentials_path, alice)
    done = run(tmp_path, "accounts", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (listed,) = json.loads(done.stdout)
    assert list(listed) == FIELDS
    assert listed == {
        "handle": "@alice@example.org",
        "display_name": "Alice",
        "server": "https://example.org",
        "account_domain": "example.org",
        "software": "gotosocial",
        "version": "0.20.0",
        "scopes": ["read"],
        "state": "too small",
        "checked_at": "2026-05-01T15:30:15Z",
        "default": True,
        "secrets_in": "file",
    }
    assert TOKEN not in done.stdout


@pytest.mark.parametrize("command", ["accounts", "check"])
@pytest.mark.parametrize(("arguments", "out"), [([], ""), (["--json"], "[]\n")])
def test_no_account_is_said_by_the_exit_code_too(
    tmp_path: Path, credentials_path: Path, command: str, arguments: list[str], out: str
) -> None:
    done = run(tmp_path, command, *arguments)
    assert (done.returncode, done.stdout) == (4, out)
    assert done.stderr.startswith("You are not signed in to any account yet.")
    assert not credentials_path.exists()


@pytest.mark.parametrize("name", ["", "Alice", "Älïçé " * 40, "爱丽丝" * 40, "e\u0301" * 100])
def test_a_line_fits_a_terminal_of_80_columns(name: str) -> None:
    long = replace(make_account("someone_with_a_rather_long_name"), display_name=name)
    accounts = [replace(make_account(), display_name=name, state=State.CHANGED), long]
    for line in as_lines(accounts, "@alice@example.org", NOW):
        assert line == line.rstrip()
        assert sum(2 if ord(one) > 0x2E80 else one != "\u0301" for one in line) <= 80


def test_a_handle_longer_than_the_line_is_shown_whole() -> None:
    server = replace(SERVER, account_domain=f"{'x' * 80}.example")
    (line,) = as_lines([replace(make_account(), server=server)], "", NOW)
    assert line == f"  @alice@{'x' * 80}.example  fine, just now"


def test_a_default_that_is_gone_is_the_only_account(tmp_path: Path, credentials_path: Path) -> None:
    Store(credentials_path).change(
        lambda kept: replace(kept.with_account(make_account()), default="@x@y.z")
    )
    (listed,) = json.loads(run(tmp_path, "accounts", "--json").stdout)
    assert listed["default"] is True


@pytest.mark.parametrize("default", ["", "@gone@example.org"])
def test_a_star_is_explained_only_where_there_is_one(
    tmp_path: Path, credentials_path: Path, default: str
) -> None:
    _keep(credentials_path, make_account("alice"), make_account("bob"))
    Store(credentials_path).change(lambda kept: replace(kept, default=default))
    done = run(tmp_path, "accounts")
    assert (done.returncode, done.stderr) == (0, "")
    assert "*" not in done.stdout


async def test_check_tells_each_account_and_fails_unless_all_are_fine(
    tmp_path: Path, credentials_path: Path, practice: PracticeInstance
) -> None:
    await sign_in(credentials_path, practice, "alice@example.org")
    await sign_in(credentials_path, practice, "bob@example.org")
    alice, bob = (f"@{name}@{practice.address}" for name in ("alice", "bob"))
    fine = run(tmp_path, "check")
    assert (fine.returncode, fine.stderr) == (0, "")
    width = len(alice)
    assert sorted(fine.stdout.splitlines()) == [f"{alice}  fine", f"{bob:{width}}  fine"]
    practice.revoke_tokens("bob")
    ended = run(tmp_path, "check", GTS_WIZARD_ACCOUNT="alice")
    assert ended.returncode == 1
    assert f"{bob:{width}}  access ended\n" in ended.stdout
    assert f"To renew it, run: gts-wizard renew {bob}\n" in ended.stderr
    assert run(tmp_path, "check", "alice", alice).stdout == f"{alice}  fine\n"
    practice.stop()
    listed = run(tmp_path, "check", "bob", "--json")
    assert listed.returncode == 1
    assert [(one["handle"], one["state"]) for one in json.loads(listed.stdout)] == [
        (bob, "unreachable")
    ]
    assert listed.stderr == (
        f"{bob}: No server answers at {practice.address}. "
        "Check again later: the access may be fine.\n"
    )
    states = {one["handle"]: one["state"] for one in json.loads(_accounts(tmp_path))}
    assert states == {alice: "fine", bob: "unreachable"}


async def test_check_tells_in_the_order_of_the_accounts(
    tmp_path: Path, credentials_path: Path
) -> None:
    first, others = PausableClock(), PausableClock()
    with PracticeInstance(clock=first) as slow, PracticeInstance(clock=others) as quick:
        handles = []
        for practice, name in [(slow, "alice"), (quick, "bob"), (quick, "alice")]:
            await sign_in(credentials_path, practice, f"{name}@example.org")
            handles.append(f"@{name}@{practice.address}")
        for clock in (first, others):
            clock.pause()
        checking = asyncio.create_task(asyncio.to_thread(run, tmp_path, "check"))
        for clock in (first, others):
            await clock.wait_for_request()
        others.resume()
        first.resume()
        assert [line.split()[0] for line in (await checking).stdout.splitlines()] == handles
        other_way = [handles[1], handles[2], handles[0]]
        named = run(tmp_path, "check", *other_way)
        assert [line.split()[0] for line in named.stdout.splitlines()] == other_way
        listed = json.loads(run(tmp_path, "check", "--json", *other_way).stdout)
        assert [one["handle"] for one in listed] == other_way


def _accounts(home: Path) -> str:
    return run(home, "accounts", "--json").stdout


def test_check_of_somebody_unknown_is_told(tmp_path: Path, credentials_path: Path) -> None:
    _keep(credentials_path, make_account())
    unknown = run(tmp_path, "check", "carol")
    assert (unknown.returncode, unknown.stdout) == (4, "")
    assert "no account called carol" in unknown.stderr


def test_use_makes_an_account_the_default(tmp_path: Path, credentials_path: Path) -> None:
    _keep(
        credentials_path,
        *(make_account(name, token=f"token-of-{name}") for name in ("alice", "bob")),
    )
    assert run(tmp_path, "token").stdout == "token-of-alice\n"
    done = run(tmp_path, "use", "bob")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Scripts get @bob@example.org now when they name no account.\n"
    assert run(tmp_path, "token").stdout == "token-of-bob\n"
    named = {"GTS_WIZARD_ACCOUNT": "alice"}
    assert run(tmp_path, "token", **named).stdout == "token-of-alice\n"
    assert run(tmp_path, "token", "bob", **named).stdout == "token-of-bob\n"
    assert run(tmp_path, "token", GTS_WIZARD_ACCOUNT="").stdout == "token-of-bob\n"
    several = run(tmp_path, "use", "example.org")
    assert (several.returncode, several.stdout) == (2, "")


def test_path_is_the_files_own_in_full(tmp_path: Path) -> None:
    done = run(tmp_path, "path")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{default_credentials_path(tmp_path)}\n"
    named = run(tmp_path, "path", GTS_WIZARD_CREDENTIALS="here.toml")
    assert named.stdout == f"{tmp_path}/here.toml\n"
