"""`gts-wizard check`: what it tells of each account, in which order, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gts_wizard.cli import check
from gts_wizard.practice import PracticeServer
from gts_wizard.services.account_check import CheckResult
from gts_wizard.storage.store import Store
from tests.helpers.practice_overrides import API, canned_json
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

    from tests.helpers.fake_keyring import FakeKeyring
    from tests.helpers.full_disk import Disk


@pytest.mark.slow
def test_check_fails_unless_all_are_fine(tmp_path: Path, practice: PracticeServer) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    alice, bob = (f"@{name}@{practice.address}" for name in ("alice", "bob"))
    fine = run(tmp_path, "check")
    assert (fine.returncode, fine.stderr) == (0, "")
    width = len(alice)
    assert fine.stdout.splitlines() == [f"{alice}  fine", f"{bob:{width}}  fine"]
    practice.revoke_tokens("bob")
    ended = run_in_process(tmp_path, "check", "--all", GTS_WIZARD_ACCOUNT="alice")
    assert ended.returncode == 4
    assert f"{bob:{width}}  access ended\n" in ended.stdout
    cause = (
        f"{practice.address} no longer accepts this access. It may have been revoked there. "
        "The server said: “Unauthorized: token not supplied”."
    )
    advice = f"To renew it, run: gts-wizard renew {bob}"
    assert ended.stderr == f"{bob}: {cause} {advice}\n"
    assert run_in_process(tmp_path, "check", "alice", alice).stdout == f"{alice}  fine\n"
    other_order = run_in_process(tmp_path, "check", "--json", "bob", "alice")
    assert [(listed["handle"], listed["error"]) for listed in json.loads(other_order.stdout)] == [
        (bob, {"cause": cause, "advice": advice}),
        (alice, None),
    ]
    practice.stop()
    listed = run_in_process(tmp_path, "check", "bob", "--json")
    assert listed.returncode == 1
    assert _states(listed.stdout) == {bob: "unreachable"}, "which it is just now"
    assert listed.stderr == (
        f"{bob}: No server answers at {practice.address}. "
        "Check again later: your access may be fine.\n"
    )
    saved = run_in_process(tmp_path, "accounts", "--json")
    assert _states(saved.stdout) == {alice: "fine", bob: "ended"}


@pytest.mark.slow
def test_account_of_a_locked_keyring_is_unknown(
    tmp_path: Path, practice: PracticeServer, fake_keyring: FakeKeyring
) -> None:
    tokens = sign_in_users(tmp_path, practice, "alice", "bob")
    alice, bob = (f"@{name}@{practice.address}" for name in ("alice", "bob"))
    assert run_in_process(tmp_path, "secrets", "keyring", "alice").returncode == 0
    before = run_in_process(tmp_path, "accounts", "--json").stdout
    fake_keyring.failure_mode.write_text("locked", "utf-8")
    locked = run_in_process(tmp_path, "check", "--json")
    assert locked.returncode == 1
    assert _states(locked.stdout) == {alice: "unknown", bob: "fine"}
    found = json.loads(locked.stdout)[0]
    assert found["error"] == {
        "cause": "The system's keyring is locked.",
        "advice": "Nothing was changed. Unlock it, then try again.",
    }
    assert not any(token in locked.stdout + locked.stderr for token in tokens)
    known = json.loads(before)[0]
    assert found["checked_at"] == known["checked_at"]
    after = run_in_process(tmp_path, "accounts", "--json").stdout
    assert json.loads(after)[0] == known, "what was known before stays in the file"
    practice.revoke_tokens("bob")
    both = run_in_process(tmp_path, "check")
    assert both.returncode == 4
    assert both.stdout == f"{alice}  not checked\n{bob:{len(alice)}}  access ended\n"
    fake_keyring.failure_mode.unlink()
    fake_keyring.path.write_text("{}", "utf-8")
    emptied = run_in_process(tmp_path, "check", "alice", "--json")
    assert (emptied.returncode, _states(emptied.stdout)) == (4, {alice: "unknown"})


@pytest.mark.slow
def test_token_of_somebody_else_asks_for_a_sign_in(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    store = Store(default_credentials_path(tmp_path))
    [alice, bob] = store.load().accounts
    store.update(lambda saved: saved.with_account(alice._replace(token=bob.token)))
    checked = run_in_process(tmp_path, "check", "--json")
    assert checked.returncode == 4
    assert _states(checked.stdout) == {alice.handle: "changed", bob.handle: "fine"}
    assert json.loads(checked.stdout)[0]["error"]["advice"] == f"Sign in again as {alice.handle}."


def test_token_that_may_too_little_asks_for_a_sign_in(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    store = Store(default_credentials_path(tmp_path))
    [alice] = store.load().accounts
    smaller = alice._replace(token=alice.token._replace(scopes=("write",)))
    store.update(lambda saved: saved.with_account(smaller))
    practice.overrides = {API: canned_json(403, error="insufficient scope")}
    checked = run_in_process(tmp_path, "check")
    assert (checked.returncode, checked.stdout) == (4, f"{alice.handle}  too few permissions\n")


@pytest.mark.slow
def test_result_that_cannot_be_saved_is_a_warning(
    tmp_path: Path, practice: PracticeServer, disk: Disk
) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    alice, bob = (f"@{name}@{practice.address}" for name in ("alice", "bob"))
    path = default_credentials_path(tmp_path)
    saved = path.read_bytes()
    disk.fill()
    fine = run_in_process(tmp_path, "check", "--json")
    assert (fine.returncode, _states(fine.stdout)) == (0, {alice: "fine", bob: "fine"})
    assert fine.stderr.startswith("The result of this check isn't saved. The file that keeps")
    assert fine.stderr.count("\n") == 1
    practice.revoke_tokens("bob")
    ended = run_in_process(tmp_path, "check")
    assert ended.returncode == 4
    assert ended.stdout == f"{alice}  fine\n{bob:{len(alice)}}  access ended\n"
    assert "The result of this check isn't saved." in ended.stderr
    practice.stop()
    assert run_in_process(tmp_path, "check").returncode == 1
    assert path.read_bytes() == saved


@pytest.mark.slow
def test_renamed_account_is_told_and_saved(tmp_path: Path, practice: PracticeServer) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    alice, karol = (f"@{name}@{practice.address}" for name in ("alice", "karol"))
    store = Store(default_credentials_path(tmp_path))
    [account, _] = store.load().accounts
    store.update(lambda saved: saved.with_username(account, "karol"))
    checked = run_in_process(tmp_path, "check", "--json")
    assert checked.returncode == 0
    assert checked.stderr == f"{alice}: {karol} is now @alice.\n"
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
