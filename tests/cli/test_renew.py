"""`gts-wizard renew` line by line, with the answers coming through a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api import endpoints
from gts_wizard.errors import ServerFailure
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.saved_state import make_imported
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    enter_code,
    run_in_process,
    sign_in_users,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.subprocess_cli import Answer


def _links(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if line.startswith("http")]


@pytest.mark.slow
@pytest.mark.parametrize(("practice", "limits"), [("0.17", 1), ("0.20", 0)], indirect=["practice"])
def test_renew_asks_for_the_code_and_nothing_else(
    tmp_path: Path, practice: PracticeServer, limits: int
) -> None:
    (old,) = sign_in_users(tmp_path, practice, "alice")
    cut_off = run_in_process(tmp_path, "renew", "alice")
    assert cut_off.returncode == 2
    change = "The permissions are the same as before."
    leftover = f"The old access keeps working: {practice.address} is too old to revoke it."
    assert (change in cut_off.stderr, leftover in cut_off.stderr) == (not limits, bool(limits))
    done = run_in_process(tmp_path, "renew", "--plain", answers=[enter_code()])
    assert _links(done.stderr) != _links(cut_off.stderr)
    assert (done.returncode, done.stdout) == (
        0,
        f"You are signed in as @alice@{practice.address}.\n",
    )
    assert "is renewed.\n" in done.stderr
    for stderr in (cut_off.stderr, done.stderr):
        before, _, after = stderr.partition("Allow access in your browser")
        sentence = "which can't limit access"
        assert (before.count(sentence), after.count(sentence)) == (limits, 0)
    assert run_in_process(tmp_path, "token").stdout not in {"", f"{old}\n"}
    assert run_in_process(tmp_path, "check").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
def test_earlier_token_that_no_server_can_end_is_told(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    done = run_in_process(tmp_path, "renew", "--plain", answers=[enter_code()])
    assert (
        f"The old access to @alice@{practice.address} couldn't be revoked. "
        f"{practice.address} is too old to revoke access." in done.stderr
    )
    # It is no failure of this renewal.
    assert done.returncode == 0


@pytest.mark.slow
def test_earlier_token_is_ended_later_where_the_server_failed(
    tmp_path: Path, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ServerFailure(host=practice.address, status=500)

    (old,) = sign_in_users(tmp_path, practice, "alice")
    handle = f"@alice@{practice.address}"
    with monkeypatch.context() as patch:
        patch.setattr(endpoints, "revoke_token", fail)
        done = run_in_process(tmp_path, "renew", "--plain", answers=[enter_code()])
        assert (done.returncode, done.stdout) == (1, f"You are signed in as {handle}.\n")
        is_left = f"The old access to {handle} may still work: it couldn't be revoked yet."
        assert is_left in done.stderr
        checked = run_in_process(tmp_path, "check")
        assert checked.returncode == 1
        assert is_left in checked.stderr
    assert practice.requests.count("POST /oauth/revoke") == 0
    checked = run_in_process(tmp_path, "check")
    assert (checked.returncode, checked.stderr) == (
        0,
        f"The old access to {handle} was revoked.\n",
    )
    assert practice.requests.count("POST /oauth/revoke") == 1
    credentials = Store(default_credentials_path(tmp_path)).load()
    assert not credentials.replaced_tokens
    assert [registration.client_id for registration in credentials.registrations] == [
        credentials.accounts[0].client_id
    ]
    assert old not in default_credentials_path(tmp_path).read_text()


@pytest.mark.slow
def test_renewal_of_an_imported_account_asks_for_its_permissions(
    tmp_path: Path, practice: PracticeServer
) -> None:
    (old,) = sign_in_users(tmp_path, practice, "alice")
    make_imported(default_credentials_path(tmp_path))
    asked = run_in_process(tmp_path, "renew", "alice")
    assert asked.returncode == 2
    assert "Your server lists these: GoToSocial Wizard: read" in asked.stderr
    assert "To choose without being asked, add for example: --scopes" in asked.stderr
    assert run_in_process(tmp_path, "token").stdout == f"{old}\n"
    line = ("renew", "alice", "--scopes", "read")
    done = run_in_process(tmp_path, *line, answers=[enter_code()])
    assert done.returncode == 0
    assert "The old access is shared with the program it was imported from" in done.stderr
    make_imported(default_credentials_path(tmp_path))
    ended = run_in_process(tmp_path, "sign-out", "alice")
    assert "The program that it was imported from shares this access" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "code", "kept"),
    [("k", 0, ["alice", "bob"]), ("s", 2, ["alice"]), (None, 2, ["alice"]), ("", 2, ["alice"])],
    ids=["keep both", "stop", "nobody answers", "try again"],
)
def test_different_account_is_asked_about(
    tmp_path: Path, practice: PracticeServer, answer: str | None, code: int, kept: list[str]
) -> None:
    (before,) = sign_in_users(tmp_path, practice, "alice")
    answers: list[Answer] = [enter_code("bob"), *([] if answer is None else [answer])]
    done = run_in_process(tmp_path, "renew", "alice", answers=answers)
    assert done.returncode == code
    assert (
        f"You wanted to renew @alice@{practice.address}, but you signed in as @bob" in done.stderr
    )
    saved = Store(default_credentials_path(tmp_path)).load()
    assert [account.username for account in saved.accounts] == kept
    # The fresh link is for alice, and can be gone on with.
    assert [pending.username for pending in saved.pending_sign_ins] == (
        ["alice"] if answer == "" else []
    )
    assert run_in_process(tmp_path, "token", "alice").stdout == f"{before}\n"
    if code:
        assert done.stdout == ""
        assert f"Nothing was changed: @alice@{practice.address} is as it was." in done.stderr
    else:
        assert f"@alice@{practice.address} is not renewed yet." in done.stderr


@pytest.mark.slow
def test_somebody_who_is_here_already_is_not_offered_to_be_kept(
    tmp_path: Path, practice: PracticeServer
) -> None:
    tokens = sign_in_users(tmp_path, practice, "alice", "bob")
    done = run_in_process(tmp_path, "renew", "alice", answers=[enter_code("bob"), "s"])
    assert done.returncode == 2
    assert "Keep both" not in done.stderr
    for username, token in zip(("alice", "bob"), tokens, strict=True):
        assert run_in_process(tmp_path, "token", username).stdout == f"{token}\n"


def test_renewing_without_an_account_is_exit_code_4(tmp_path: Path) -> None:
    done = run_in_process(tmp_path, "renew")
    assert (done.returncode, done.stdout) == (4, "")
