"""`gts-wizard check`: what it tells of each account, in which order, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gts_wizard.cli import check
from gts_wizard.practice import PracticeServer
from gts_wizard.services.account_check import CheckResult
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    run,
    run_in_process,
    save_accounts,
    sign_in_users,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def test_check_fails_unless_all_are_fine(tmp_path: Path, practice: PracticeServer) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    alice, bob = (f"@{name}@{practice.address}" for name in ("alice", "bob"))
    fine = run(tmp_path, "check")
    assert (fine.returncode, fine.stderr) == (0, "")
    width = len(alice)
    assert fine.stdout.splitlines() == [f"{alice}  fine", f"{bob:{width}}  fine"]
    practice.revoke_tokens("bob")
    ended = run_in_process(tmp_path, "check", GTS_WIZARD_ACCOUNT="alice")
    assert ended.returncode == 1
    assert f"{bob:{width}}  access ended\n" in ended.stdout
    assert ended.stderr == (
        f"{bob}: {practice.address} no longer accepts this access. It may have been ended there. "
        "The server said: “Unauthorized: token not supplied”. "
        f"To renew it, run: gts-wizard renew {bob}\n"
    )
    assert run_in_process(tmp_path, "check", "alice", alice).stdout == f"{alice}  fine\n"
    other_order = run_in_process(tmp_path, "check", "--json", "bob", "alice")
    assert [listed["handle"] for listed in json.loads(other_order.stdout)] == [bob, alice]
    practice.stop()
    listed = run_in_process(tmp_path, "check", "bob", "--json")
    assert listed.returncode == 1
    assert _states(listed.stdout) == {bob: "unreachable"}
    assert listed.stderr == (
        f"{bob}: No server answers at {practice.address}. "
        "Check again later: the access may be fine.\n"
    )
    saved = run_in_process(tmp_path, "accounts", "--json")
    assert _states(saved.stdout) == {alice: "fine", bob: "unreachable"}


def test_renamed_account_is_told_and_saved(tmp_path: Path, practice: PracticeServer) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    alice, karol = (f"@{name}@{practice.address}" for name in ("alice", "karol"))
    store = Store(default_credentials_path(tmp_path))
    [account, _] = store.load().accounts
    store.update(lambda saved: saved.with_username(account, "karol"))
    checked = run_in_process(tmp_path, "check", "--json")
    assert checked.returncode == 0
    assert checked.stderr == f"{alice}: {karol} is @alice now.\n"
    assert [(listed["handle"], listed["default"]) for listed in json.loads(checked.stdout)] == [
        (alice, True),
        (f"@bob@{practice.address}", False),
    ]
    assert store.load().default == alice
    assert run_in_process(tmp_path, "check", "bob", "alice").stderr == ""


def _states(printed: str) -> dict[str, str]:
    return {listed["handle"]: listed["state"] for listed in json.loads(printed)}


@pytest.mark.parametrize(
    ("coming", "known_after"),
    [("123", [1, 2, 3]), ("321", [0, 0, 3]), ("231", [0, 0, 3]), ("132", [1, 1, 3])],
)
async def test_results_come_in_the_order_of_the_accounts(
    coming: str, known_after: list[int]
) -> None:
    accounts = [make_account(number) for number in "123"]
    told: list[CheckResult] = []
    counts: list[int] = []

    async def check_all() -> AsyncIterator[CheckResult]:
        for number in coming:
            account = make_account(number)
            yield CheckResult(account, account, None, "")
            counts.append(len(told))

    async for checked in check._in_order(check_all(), accounts):
        told.append(checked)  # noqa: PERF401 - its length is looked at meanwhile
    assert [checked.account.username for checked in told] == ["1", "2", "3"]
    assert counts == known_after


def test_check_of_an_unknown_account_is_told(tmp_path: Path) -> None:
    save_accounts(tmp_path, make_account())
    unknown = run_in_process(tmp_path, "check", "carol")
    assert (unknown.returncode, unknown.stdout) == (4, "")
    assert "no account called carol" in unknown.stderr
