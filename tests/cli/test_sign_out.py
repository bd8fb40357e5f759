"""`gts-wizard sign-out`: the token is revoked, and the account forgotten; each is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.models import AccountStatus
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.sample_accounts import make_account
from tests.helpers.subprocess_cli import run, run_in_process, save_accounts, sign_in_users

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.full_disk import Disk


def _is_accepted(practice: PracticeServer, token: str) -> bool:
    response = httpx.get(
        f"{practice.origin}/api/v1/accounts/verify_credentials",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return response.is_success


@pytest.mark.slow
def test_token_is_revoked_and_account_forgotten(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    token, _ = sign_in_users(tmp_path, practice, "alice", "bob")
    assert _is_accepted(practice, token)
    done = run(tmp_path, "sign-out", "alice")
    assert done.returncode == 0
    assert (
        done.stderr
        == f"Scripts use @bob@{practice.address} now unless they name another account.\n"
    )
    assert done.stdout.splitlines() == [
        f"Access to @alice@{practice.address} was revoked on {practice.address}.",
        f"This computer has forgotten @alice@{practice.address}.",
    ]
    assert not _is_accepted(practice, token)
    assert [account.username for account in Store(credentials_path).load().accounts] == ["bob"]
    again = run_in_process(tmp_path, "sign-out", "alice")
    assert (again.returncode, again.stdout) == (4, "")


def test_revoked_token_is_not_said_to_be_good(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    practice.revoke_tokens("alice")
    assert run_in_process(tmp_path, "check").returncode == 4
    assert Store(credentials_path).load().accounts[0].status is AccountStatus.REVOKED
    practice.stop()
    kept = run_in_process(tmp_path, "sign-out", "alice")
    assert (kept.returncode, kept.stdout) == (1, "")
    assert f"@alice@{practice.address} is still saved here." in kept.stderr
    forgotten = run_in_process(tmp_path, "sign-out", "alice", "--forget")
    assert forgotten.returncode == 0
    assert forgotten.stdout.splitlines() == [
        f"Access to @alice@{practice.address} had already ended when it was last checked.",
        f"This computer has forgotten @alice@{practice.address}.",
    ]
    assert "No server answers" in forgotten.stderr
    assert "stays good" not in forgotten.stdout + forgotten.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("practice", "is_running", "cause"),
    [
        ("0.17", True, "is too old to revoke access."),
        ("0.20", False, "No server answers at"),
    ],
    indirect=["practice"],
    ids=["too old", "not running"],
)
def test_account_is_kept_if_its_token_can_not_be_revoked(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer, is_running: bool, cause: str
) -> None:
    (token,) = sign_in_users(tmp_path, practice, "alice")
    if not is_running:
        practice.stop()
    handle = f"@alice@{practice.address}"
    before = credentials_path.read_bytes()
    kept = run_in_process(tmp_path, "sign-out", handle)
    assert (kept.returncode, kept.stdout) == (1, "")
    assert cause in kept.stderr
    forget = f"gts-wizard sign-out {handle} --forget"
    assert kept.stderr.endswith(
        f"{handle} is still saved here. To forget it anyway, run: {forget}\n"
    )
    assert credentials_path.read_bytes() == before
    forgotten = run_in_process(tmp_path, "sign-out", handle, "--forget")
    assert forgotten.returncode == 0
    assert cause in forgotten.stderr
    assert "The access still works there until you revoke it" in forgotten.stdout
    assert forgotten.stdout.endswith(f"This computer has forgotten {handle}.\n")
    if not is_running:
        practice.start()
    assert _is_accepted(practice, token)
    assert not Store(credentials_path).load().accounts


def test_server_that_refuses_is_quoted(tmp_path: Path, practice: PracticeServer) -> None:
    sign_in_users(tmp_path, practice, "alice")
    practice.rate_limit = len(practice.requests)
    kept = run_in_process(tmp_path, "sign-out", "alice")
    assert (kept.returncode, kept.stdout) == (1, "")
    assert kept.stderr.startswith(
        f"@alice@{practice.address}: {practice.address} asks programs to slow down. "
        "The server said: “rate limit reached”. "
    )


@pytest.mark.slow
def test_only_account_needs_no_name(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    (token,) = sign_in_users(tmp_path, practice, "alice")
    done = run_in_process(tmp_path, "sign-out")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f"This computer has forgotten @alice@{practice.address}.\n")
    assert not _is_accepted(practice, token)
    assert not Store(credentials_path).load().accounts


def test_one_of_several_is_never_chosen(tmp_path: Path, credentials_path: Path) -> None:
    save_accounts(tmp_path, make_account("alice"), make_account("bob"))
    before = credentials_path.read_bytes()
    given = {"GTS_WIZARD_TOKEN": "t", "GTS_WIZARD_SERVER": "example.org"}
    done = run_in_process(tmp_path, "sign-out", "--forget", GTS_WIZARD_ACCOUNT="bob", **given)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "You are signed in to several accounts: @alice@example.org, @bob@example.org. Name one of "
        "them, or add --all.\n"
    )
    assert credentials_path.read_bytes() == before


@pytest.mark.parametrize("arguments", [["alice", "--all"], ["--all", "alice"]], ids=" ".join)
def test_name_besides_all_is_misuse(
    tmp_path: Path, credentials_path: Path, arguments: list[str]
) -> None:
    save_accounts(tmp_path, make_account("alice"))
    done = run_in_process(tmp_path, "sign-out", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "can't be used with" in done.stderr
    assert Store(credentials_path).load().accounts


@pytest.mark.parametrize("arguments", [[], ["--all"], ["--all", "--forget"]], ids=" ".join)
def test_nobody_to_sign_out_is_exit_code_4(tmp_path: Path, arguments: list[str]) -> None:
    done = run_in_process(tmp_path, "sign-out", *arguments)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("You're not signed in to any account yet.")


@pytest.mark.slow
def test_all_are_signed_out_one_after_another(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    tokens = sign_in_users(tmp_path, practice, "alice", "bob")
    done = run_in_process(tmp_path, "sign-out", "--all")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"Access to @alice@{practice.address} was revoked on {practice.address}.",
        f"This computer has forgotten @alice@{practice.address}.",
        f"Access to @bob@{practice.address} was revoked on {practice.address}.",
        f"This computer has forgotten @bob@{practice.address}.",
    ]
    assert not any(_is_accepted(practice, token) for token in tokens)
    assert not Store(credentials_path).load().accounts


@pytest.mark.slow
def test_all_goes_on_after_a_failure(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    with PracticeServer() as gone:
        (lost,) = sign_in_users(tmp_path, gone, "carol")
        tokens = sign_in_users(tmp_path, practice, "alice")
        gone.stop()
        carol, alice = f"@carol@{gone.address}", f"@alice@{practice.address}"
        done = run_in_process(tmp_path, "sign-out", "--all")
        assert done.returncode == 1
        assert done.stdout.splitlines() == [
            f"Access to {alice} was revoked on {practice.address}.",
            f"This computer has forgotten {alice}.",
        ]
        failed, kept = done.stderr.splitlines()
        assert failed.startswith(f"{carol}: No server answers at {gone.address}.")
        assert kept.startswith(f"{carol} is still saved here.")
        assert not _is_accepted(practice, tokens[0])
        forgotten = run_in_process(tmp_path, "sign-out", "--all", "--forget")
        assert forgotten.returncode == 0
        assert forgotten.stdout.startswith(f"{carol}: The access still works there")
        assert forgotten.stdout.endswith(f"This computer has forgotten {carol}.\n")
        assert not Store(credentials_path).load().accounts
        gone.start()
        assert _is_accepted(gone, lost)


@pytest.mark.slow
def test_default_is_told_once_all_are_through(tmp_path: Path, practice: PracticeServer) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    with PracticeServer() as gone:
        sign_in_users(tmp_path, gone, "carol")
    done = run_in_process(tmp_path, "sign-out", "--all")
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if "Scripts use" in line]
    assert told == [f"Scripts use @carol@{gone.address} now unless they name another account."]


@pytest.mark.slow
def test_all_that_can_not_be_removed_are_each_told(
    tmp_path: Path, practice: PracticeServer, disk: Disk
) -> None:
    sign_in_users(tmp_path, practice, "alice", "bob")
    disk.fill()
    done = run_in_process(tmp_path, "sign-out", "--all")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"Access to @{name}@{practice.address} was revoked on {practice.address}."
        for name in ("alice", "bob")
    ]
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == [
        f"@{name}@{practice.address}" for name in ("alice", "bob")
    ]
