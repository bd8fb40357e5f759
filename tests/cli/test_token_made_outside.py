"""Commands for an account whose token was made outside the wizard, which can't revoke it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.formats.registry import FORMATS
from gts_wizard.models import AccountStatus
from gts_wizard.storage.store import Store
from tests.helpers.other_programs import token_of_other_program
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    enter_code,
    run,
    run_in_process,
    sign_in_users,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from gts_wizard.practice import PracticeServer

MADE_OUTSIDE = "This token was made outside the wizard, so the wizard can't revoke it on"
PAGES = pytest.mark.parametrize(
    ("practice", "place"),
    [
        ("0.17", "in your account's settings."),
        ("0.19", "on {origin}/settings/user/tokens in your browser."),
        ("0.20", "on {origin}/settings/user/tokens in your browser."),
        ("mastodon", "on {origin}/oauth/authorized_applications in your browser."),
    ],
    indirect=["practice"],
)


def _sign_in(home: Path, practice: PracticeServer, username: str = "alice") -> str:
    """Sign in with the token of another program, and return it."""
    token = token_of_other_program(practice, username=username)
    line = ("sign-in", practice.address, "--with-token", "--scopes", "read")
    assert run_in_process(home, *line, answers=token).returncode == 0
    return token


def _accounts(home: Path) -> tuple[Account, ...]:
    return Store(default_credentials_path(home)).load().accounts


def _still_works(practice: PracticeServer, place: str) -> str:
    place = place.format(origin=practice.origin)
    return f"{MADE_OUTSIDE} {practice.address}. It still works there until you revoke it {place}"


def _is_accepted(practice: PracticeServer, token: str) -> bool:
    url = f"{practice.origin}/api/v1/accounts/verify_credentials"
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(url, headers=headers, trust_env=False).is_success


@pytest.mark.slow
@PAGES
def test_sign_out_forgets_and_names_the_page(
    tmp_path: Path, practice: PracticeServer, place: str
) -> None:
    token = _sign_in(tmp_path, practice)
    handle = f"@alice@{practice.address}"
    done = run(tmp_path, "sign-out")
    assert done.returncode == 0
    assert done.stdout == f"This computer has forgotten {handle}.\n"
    assert done.stderr == f"{handle}: {_still_works(practice, place)}\n"
    assert _accounts(tmp_path) == ()
    assert _is_accepted(practice, token)
    assert "POST /oauth/revoke" not in practice.requests


def test_sign_out_needs_no_server(tmp_path: Path, practice: PracticeServer) -> None:
    _sign_in(tmp_path, practice)
    practice.stop()
    assert run_in_process(tmp_path, "sign-out", "alice").returncode == 0
    assert _accounts(tmp_path) == ()


def test_forced_sign_out_forgets_as_well(tmp_path: Path, practice: PracticeServer) -> None:
    _sign_in(tmp_path, practice)
    handle = f"@alice@{practice.address}"
    done = run_in_process(tmp_path, "sign-out", "alice", "--forget")
    assert done.returncode == 0
    assert done.stderr.startswith(f"{handle}: {MADE_OUTSIDE}")
    assert done.stdout.splitlines() == [
        f"{handle}: The access still works there until you revoke it in your account's settings.",
        f"This computer has forgotten {handle}.",
    ]


@pytest.mark.slow
def test_all_are_signed_out_each_as_far_as_possible(
    tmp_path: Path, practice: PracticeServer
) -> None:
    (revoked,) = sign_in_users(tmp_path, practice, "bob")
    given = _sign_in(tmp_path, practice)
    done = run_in_process(tmp_path, "sign-out", "--all")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        f"Access to @bob@{practice.address} was revoked on {practice.address}.",
        f"This computer has forgotten @bob@{practice.address}.",
        f"This computer has forgotten @alice@{practice.address}.",
    ]
    assert MADE_OUTSIDE in done.stderr
    assert _accounts(tmp_path) == ()
    assert (_is_accepted(practice, revoked), _is_accepted(practice, given)) == (False, True)


@pytest.mark.slow
@PAGES
def test_renewal_by_prompts_says_that_the_old_token_works(
    tmp_path: Path, practice: PracticeServer, place: str
) -> None:
    token = _sign_in(tmp_path, practice)
    handle = f"@alice@{practice.address}"
    done = run_in_process(tmp_path, "renew", "alice", "--plain", answers=[enter_code()])
    assert (done.returncode, done.stdout) == (0, f"You are signed in as {handle}.\n")
    assert "The old access keeps working" in done.stderr
    assert done.stderr.endswith(
        f"The old access to {handle} couldn't be revoked. {_still_works(practice, place)}\n"
    )
    (account,) = _accounts(tmp_path)
    assert account.client_id
    assert _is_accepted(practice, token)


@pytest.mark.slow
def test_renewal_of_access_that_has_ended_needs_no_page(
    tmp_path: Path, practice: PracticeServer
) -> None:
    _sign_in(tmp_path, practice)
    practice.revoke_tokens("alice")
    checked = run_in_process(tmp_path, "check")
    assert checked.returncode == 4
    assert _accounts(tmp_path)[0].status is AccountStatus.REVOKED
    done = run_in_process(tmp_path, "renew", "alice", "--plain", answers=[enter_code()])
    assert done.returncode == 0
    assert "still works" not in done.stderr
    assert run_in_process(tmp_path, "check").returncode == 0


def test_sign_out_of_access_that_has_ended_needs_no_page(
    tmp_path: Path, practice: PracticeServer
) -> None:
    _sign_in(tmp_path, practice)
    practice.revoke_tokens("alice")
    run_in_process(tmp_path, "check")
    done = run_in_process(tmp_path, "sign-out")
    assert done.returncode == 0
    assert "still works" not in done.stderr


@pytest.mark.slow
def test_account_is_used_and_checked_like_any_other(
    tmp_path: Path, practice: PracticeServer
) -> None:
    token = _sign_in(tmp_path, practice)
    handle = f"@alice@{practice.address}"
    assert run_in_process(tmp_path, "token").stdout == f"{token}\n"
    checked = run_in_process(tmp_path, "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert handle in checked.stdout
    (listed,) = json.loads(run_in_process(tmp_path, "accounts", "--json").stdout)
    assert (listed["handle"], listed["scopes"], listed["state"]) == (handle, ["read"], "fine")
    # The file of Mastodon.py's client has no token in it.
    for tool in FORMATS.keys() - {"mastodon.py-client"}:
        done = run_in_process(tmp_path, "export", tool)
        assert (done.returncode, done.stderr) == (0, "")
        assert token in done.stdout


@pytest.mark.slow
def test_account_from_json_without_a_client_is_signed_out_too(
    tmp_path: Path, practice: PracticeServer
) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    token = _sign_in(tmp_path, practice)
    exported = run_in_process(tmp_path, "export", "json").stdout
    assert json.loads(exported)[0]["client_id"] is None
    taken = run_in_process(ours, "import", "json", "-", answers=exported)
    assert taken.returncode == 0
    (account,) = _accounts(ours)
    assert (account.client_id, account.token.scopes) == ("", ("read",))
    done = run_in_process(ours, "sign-out")
    assert done.returncode == 0
    assert MADE_OUTSIDE in done.stderr
    assert _accounts(ours) == ()
    assert _is_accepted(practice, token)
