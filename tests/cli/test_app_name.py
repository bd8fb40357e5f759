"""`--app-name` of `sign-in` and `renew`: the name under which the server lists the access."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import WizardStep
from gts_wizard.oauth.scopes import POST
from gts_wizard.storage.store import Store
from gts_wizard.version import APP_NAME
from tests.helpers.saved_state import make_imported, save_pending
from tests.helpers.subprocess_cli import (
    default_credentials_path,
    enter_code,
    run_in_process,
    sign_in_users,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer
    from tests.helpers.subprocess_cli import Answer

_REGISTER = "POST /api/v1/apps"


def _listed_as(name: str) -> str:
    return f"Your server will list this as “{name}”.\n"


def _names(home: Path) -> list[str]:
    """Return the names of the saved accounts, in the order of adding."""
    credentials = Store(default_credentials_path(home)).load()
    return [credentials.app_name(account) for account in credentials.accounts]


@pytest.mark.slow
def test_three_bots_are_told_apart(tmp_path: Path, practice: PracticeServer) -> None:
    for username, given, name in (
        ("alice", [], APP_NAME),
        ("bob", ["--app-name", "  Cat\nbot "], "Cat bot"),
        ("carol", ["--app-name=Dog bot"], "Dog bot"),
    ):
        line = ("sign-in", practice.address, "--scopes", "read", *given)
        done = run_in_process(tmp_path, *line, answers=[enter_code(username)])
        assert done.returncode == 0
        assert done.stderr.count(_listed_as(name)) == 1
        said, _, _ = done.stderr.partition("Permissions: ")
        assert _listed_as(name) in said
    assert _names(tmp_path) == [APP_NAME, "Cat bot", "Dog bot"]


def test_name_is_said_before_the_question_for_the_permissions(
    tmp_path: Path, practice: PracticeServer
) -> None:
    line = ("sign-in", practice.address, "--app-name", "Cat bot")
    done = run_in_process(tmp_path, *line, answers=["7", "1", enter_code()])
    assert done.returncode == 0
    said, question, asked = done.stderr.partition("What may programs on this computer do?")
    assert (_listed_as("Cat bot") in said, bool(question)) == (True, True)
    assert _listed_as("Cat bot") not in asked


@pytest.mark.slow
def test_renewal_keeps_the_name_unless_another_is_given(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    for given, name in (
        ([], APP_NAME),
        (["--app-name", "Cat bot"], "Cat bot"),
        ([], "Cat bot"),
        (["--app-name", ""], APP_NAME),
    ):
        done = run_in_process(tmp_path, "renew", *given, answers=[enter_code()])
        assert done.returncode == 0
        said, _, _ = done.stderr.partition("Allow access in your browser")
        assert _listed_as(name) in said
        assert _names(tmp_path) == [name]


@pytest.mark.slow
def test_renewal_of_an_imported_account_says_the_name_once(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    make_imported(default_credentials_path(tmp_path))
    line = ("renew", "--app-name", "Cat bot")
    done = run_in_process(tmp_path, *line, answers=["1", enter_code()])
    assert (done.returncode, done.stderr.count(_listed_as("Cat bot"))) == (0, 1)
    assert _names(tmp_path) == ["Cat bot"]


@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
def test_n_asks_for_the_name_until_the_server_takes_it(
    tmp_path: Path, practice: PracticeServer
) -> None:
    answers: list[Answer] = ["n", "n" * 61, "Cat bot", "1", enter_code()]
    done = run_in_process(tmp_path, "sign-in", practice.address, answers=answers)
    assert done.returncode == 0
    assert "takes names of at most 60 characters" in done.stderr
    assert done.stderr.count(_listed_as("Cat bot")) == 1
    assert _names(tmp_path) == ["Cat bot"]


@pytest.mark.parametrize("practice", ["mastodon"], indirect=True)
@pytest.mark.parametrize("command", ["sign-in", "renew"])
def test_name_that_is_too_long_for_the_server_is_refused(
    tmp_path: Path, practice: PracticeServer, command: str
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    address = practice.address
    line = [address, "--scopes=read"] if command == "sign-in" else ["alice"]
    refused = run_in_process(tmp_path, command, *line, "--app-name", "n" * 61, answers="n\n")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.endswith(
        f"{address} takes names of at most 60 characters, and this one has 61. Choose a shorter "
        "one.\n"
    )
    assert practice.requests.count(_REGISTER) == 1


@pytest.mark.slow
def test_sign_in_of_another_name_is_not_gone_on_with(
    tmp_path: Path, practice: PracticeServer
) -> None:
    """One that has its token already is gone on with otherwise, and needs no code."""
    path = default_credentials_path(tmp_path)
    asyncio.run(save_pending(path, practice.address, WizardStep.PROFILE))
    line = ("sign-in", practice.address, "--scopes", " ".join(POST.scopes))
    other = run_in_process(tmp_path, *line, "--app-name", "Cat bot")
    assert (other.returncode, _listed_as("Cat bot") in other.stderr) == (2, True)
    same = run_in_process(tmp_path, *line, "--app-name", APP_NAME)
    assert (same.returncode, _listed_as(APP_NAME) in same.stderr) == (0, False)
