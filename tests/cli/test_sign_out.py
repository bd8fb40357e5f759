"""`sign-out`: the end at the server and the end here, told separately."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.models import State
from gts_wizard.practice import PracticeInstance
from tests.helpers.subprocess_cli import default_credentials_path, run, sign_in

if TYPE_CHECKING:
    from pathlib import Path


def _is_accepted(practice: PracticeInstance, token: str) -> bool:
    answer = httpx.get(
        f"{practice.origin}/api/v1/accounts/verify_credentials",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return answer.is_success


async def test_the_access_ends_there_and_here(tmp_path: Path) -> None:
    with PracticeInstance() as practice:
        token = await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
        await sign_in(default_credentials_path(tmp_path), practice, "bob@example.org")
        assert _is_accepted(practice, token)
        done = run(tmp_path, "sign-out", "alice")
        assert (done.returncode, done.stderr) == (
            0,
            f"Scripts get @bob@{practice.address} now when they name no account.\n",
        )
        assert done.stdout.splitlines() == [
            f"The access at {practice.address} has ended.",
            f"This computer has forgotten @alice@{practice.address}.",
        ]
        assert not _is_accepted(practice, token)
    assert [one.username for one in Store(default_credentials_path(tmp_path)).load().accounts] == [
        "bob"
    ]
    again = run(tmp_path, "sign-out", "alice")
    assert (again.returncode, again.stdout) == (4, "")


async def test_an_access_that_had_ended_is_not_said_to_be_good(tmp_path: Path) -> None:
    shelf = default_credentials_path(tmp_path)
    with PracticeInstance() as practice:
        await sign_in(shelf, practice, "alice@example.org")
        practice.revoke_tokens("alice")
        assert run(tmp_path, "check").returncode == 1
        assert Store(shelf).load().accounts[0].state is State.ENDED
        practice.stop()
        kept = run(tmp_path, "sign-out", "alice")
        assert (kept.returncode, kept.stdout) == (1, "")
        assert "Nothing was removed." in kept.stderr
        forgotten = run(tmp_path, "sign-out", "alice", "--forget")
    assert forgotten.returncode == 0
    assert forgotten.stdout.splitlines() == [
        f"The access at {practice.address} had ended already when it was last checked.",
        f"This computer has forgotten @alice@{practice.address}.",
    ]
    assert "No server answers" in forgotten.stderr
    assert "stays good" not in forgotten.stdout + forgotten.stderr


@pytest.mark.parametrize(
    ("like", "is_there", "cause"),
    [
        ("0.17", True, "This server is too old to end an access on request."),
        ("0.20", False, "No server answers at"),
    ],
)
async def test_what_the_server_does_not_end_is_kept_unless_told_otherwise(
    tmp_path: Path, like: str, is_there: bool, cause: str
) -> None:
    shelf = default_credentials_path(tmp_path)
    with PracticeInstance(like=like) as practice:
        token = await sign_in(shelf, practice, "alice@example.org")
        if not is_there:
            practice.stop()
        handle = f"@alice@{practice.address}"
        before = shelf.read_bytes()
        kept = run(tmp_path, "sign-out", handle)
        assert (kept.returncode, kept.stdout) == (1, "")
        assert cause in kept.stderr
        assert "Nothing was removed. To forget it here all the same, run: " in kept.stderr
        assert kept.stderr.endswith(f"gts-wizard sign-out {handle} --forget\n")
        assert shelf.read_bytes() == before
        forgotten = run(tmp_path, "sign-out", handle, "--forget")
        assert forgotten.returncode == 0
        assert cause in forgotten.stderr
        assert "The access stays alive there until it is ended" in forgotten.stdout
        assert forgotten.stdout.endswith(f"This computer has forgotten {handle}.\n")
        practice.start()
        assert _is_accepted(practice, token)
    assert not Store(shelf).load().accounts
