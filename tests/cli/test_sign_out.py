"""`gts-wizard sign-out`: the token is revoked, and the account forgotten; each is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.models import AccountStatus
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.subprocess_cli import run, run_in_process, sign_in_users

if TYPE_CHECKING:
    from pathlib import Path


def _is_accepted(practice: PracticeServer, token: str) -> bool:
    response = httpx.get(
        f"{practice.origin}/api/v1/accounts/verify_credentials",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return response.is_success


def test_token_is_revoked_and_account_forgotten(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    token, _ = sign_in_users(tmp_path, practice, "alice", "bob")
    assert _is_accepted(practice, token)
    done = run(tmp_path, "sign-out", "alice")
    assert done.returncode == 0
    assert done.stderr == f"Scripts get @bob@{practice.address} now when they name no account.\n"
    assert done.stdout.splitlines() == [
        f"The access at {practice.address} has ended.",
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
    assert run_in_process(tmp_path, "check").returncode == 1
    assert Store(credentials_path).load().accounts[0].status is AccountStatus.REVOKED
    practice.stop()
    kept = run_in_process(tmp_path, "sign-out", "alice")
    assert (kept.returncode, kept.stdout) == (1, "")
    assert "Nothing was removed." in kept.stderr
    forgotten = run_in_process(tmp_path, "sign-out", "alice", "--forget")
    assert forgotten.returncode == 0
    assert forgotten.stdout.splitlines() == [
        f"The access at {practice.address} had ended already when it was last checked.",
        f"This computer has forgotten @alice@{practice.address}.",
    ]
    assert "No server answers" in forgotten.stderr
    assert "stays good" not in forgotten.stdout + forgotten.stderr


@pytest.mark.parametrize(
    ("practice", "is_running", "cause"),
    [
        ("0.17", True, "This server is too old to end an access on request."),
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
    assert "Nothing was removed. To forget it here all the same, run: " in kept.stderr
    assert kept.stderr.endswith(f"gts-wizard sign-out {handle} --forget\n")
    assert credentials_path.read_bytes() == before
    forgotten = run_in_process(tmp_path, "sign-out", handle, "--forget")
    assert forgotten.returncode == 0
    assert cause in forgotten.stderr
    assert "The access stays alive there until it is ended" in forgotten.stdout
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
        f"{practice.address} asks for a little patience. The server said: “rate limit reached”. "
    )
