"""`gts-wizard sign-in` line by line, with the answers coming through a pipe."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import WizardStep
from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.saved_state import save_pending
from tests.helpers.subprocess_cli import enter_code, run_in_process, sign_in_users

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.subprocess_cli import Answer

_WRONG_CODE = "A" * 48


def _signed_in(practice: PracticeServer) -> str:
    return f"You are signed in as @alice@{practice.address}.\n"


def _links(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if line.startswith("http")]


def _limit_is_told_before(stderr: str, question: str) -> list[bool]:
    """Tell of each sentence on tokens that can't be limited whether it precedes the question."""
    before, *_ = stderr.partition(question)
    sentence = "which can't limit access"
    return [True] * before.count(sentence) + [False] * stderr[len(before) :].count(sentence)


@pytest.mark.parametrize(
    ("practice", "limits"), [("0.17", [True]), ("0.20", [])], indirect=["practice"]
)
def test_with_address_and_scopes_only_the_code_is_asked_for(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer, limits: list[bool]
) -> None:
    codes: list[str] = []

    def enter(stderr: str) -> str:
        codes.append(enter_code()(stderr))
        return codes[0]

    line = ("sign-in", practice.address, "--scopes", "read write:media")
    done = run_in_process(tmp_path, *line, answers=[enter])
    assert "scope=read+write:media&" in _links(done.stderr)[0]
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    questions = [line for line in done.stderr.splitlines() if line.endswith(":")]
    assert questions == ["Paste the code:"]
    assert "Permissions: Read everything, Upload pictures" in done.stderr
    assert _limit_is_told_before(done.stderr, "Allow access in your browser") == limits
    assert codes[0] not in done.stdout + done.stderr
    assert not {"\x1b", "\r", "\b"} & set(done.stdout + done.stderr)
    (account,) = Store(credentials_path).load().accounts
    assert account.token.scopes == ("read", "write:media")


@pytest.mark.parametrize(
    ("practice", "limits"), [("0.17", [True]), ("0.20", [])], indirect=["practice"]
)
def test_every_question_is_answered_by_the_pipe(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer, limits: list[bool]
) -> None:
    handle = f"@alice@{practice.address}"
    choices = ["t", "7", "look around", "read nonsense", " 1. "]
    answers: list[Answer] = ["not an address", handle, *choices, enter_code()]
    done = run_in_process(tmp_path, "sign-in", "--plain", answers=answers)
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    for sentence in [
        "Type it like example.org",
        f"Server: Practice server\nAddress: {practice.address}\n",
        "1: Look around only. Read your timelines",
        "read:bookmarks: See your bookmarks",
        "Type 1 to 4, t or n.\n",
        "has no permission called nonsense.",
    ]:
        assert sentence in done.stderr
    assert done.stderr.count("Type 1 to 4, t or n.\n") == 2
    permissions = "What may programs on this computer do?"
    assert _limit_is_told_before(done.stderr, permissions) == limits
    (account,) = Store(credentials_path).load().accounts
    assert account.token.scopes == ("read",)


def test_wrong_code_is_asked_for_again(tmp_path: Path, practice: PracticeServer) -> None:
    line = ("sign-in", practice.address, "--scopes", "read")
    answers: list[Answer] = ["", "hello", _WRONG_CODE, enter_code()]
    done = run_in_process(tmp_path, *line, answers=answers)
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert "There's no code yet." in done.stderr
    assert "That's too short for a code." in done.stderr
    assert "doesn't accept this code." in done.stderr
    quoted = "The server said: “Bad Request: could not get access token: sql: no rows in result set"
    assert done.stderr.count(quoted) == 1
    assert (
        "make sure you're using the correct credentials”. Copy the whole code again" in done.stderr
    )
    assert _WRONG_CODE not in done.stderr
    assert (
        f"just now.\nCheck that the page with the code is at {practice.address}.\n" in done.stderr
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n\n"], ids=["line", "Windows", "blank line"])
def test_code_in_pieces_is_put_together(tmp_path: Path, practice: PracticeServer, end: str) -> None:
    def enter_pieces(stderr: str) -> str:
        code = enter_code()(stderr)
        return end.join([code[:20], code[20:40], code[40:]])

    line = ("sign-in", practice.address, "--scopes", "read")
    done = run_in_process(tmp_path, *line, answers=[enter_pieces])
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))


def test_f_gets_a_fresh_link(tmp_path: Path, practice: PracticeServer) -> None:
    line = ("sign-in", practice.address, "--scopes", "read")
    done = run_in_process(tmp_path, *line, answers=["f", enter_code()])
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    first, fresh = _links(done.stderr)
    assert first != fresh


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "code", "is_kept"),
    [(["r"], 0, False), (["s"], 2, True), (["t"], 2, True), ([], 2, True)],
    ids=["replace", "keep", "somebody else", "nobody answers"],
)
def test_account_that_is_there_is_replaced_only_on_request(
    tmp_path: Path, practice: PracticeServer, answers: list[Answer], code: int, is_kept: bool
) -> None:
    (before,) = sign_in_users(tmp_path, practice, "alice")
    line = ("sign-in", practice.address, "--scopes", "read")
    done = run_in_process(tmp_path, *line, answers=[enter_code(), *answers])
    assert f"You're already signed in as @alice@{practice.address}." in done.stderr
    assert (done.returncode, done.stdout) == (code, "" if code else _signed_in(practice))
    after = run_in_process(tmp_path, "token").stdout.strip()
    assert (after == before) == is_kept
    assert run_in_process(tmp_path, "check").returncode == 0
    assert (f"Nothing was changed: @alice@{practice.address}" in done.stderr) == is_kept
    assert practice.requests.count("POST /oauth/revoke") == 1
    assert len(_links(done.stderr)) == (2 if answers == ["t"] else 1)


@pytest.mark.slow
def test_code_is_still_good_after_the_server_was_gone(
    tmp_path: Path, practice: PracticeServer
) -> None:
    line = ("sign-in", practice.address, "--scopes", "read")
    codes: list[str] = []

    def stop_server(stderr: str) -> str:
        codes.append(enter_code()(stderr))
        practice.stop()
        return codes[0]

    stopped = run_in_process(tmp_path, *line, answers=[stop_server])
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert f"No server answers at {practice.address}." in stopped.stderr
    gone = run_in_process(tmp_path, *line)
    assert (gone.returncode, gone.stdout) == (1, "")
    practice.start()
    done = run_in_process(tmp_path, *line, answers=codes)
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert _links(done.stderr) != _links(stopped.stderr)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "To name the server without being asked, run: gts-wizard sign-in example.org"),
        (["ADDRESS"], 'To choose without being asked, add for example: --scopes "read write"'),
        (["ADDRESS", "--scopes", "read"], "To continue, run: gts-wizard sign-in --plain"),
    ],
    ids=["address", "scopes", "code"],
)
def test_missing_answer_says_how_to_do_without(
    tmp_path: Path,
    credentials_path: Path,
    practice: PracticeServer,
    arguments: list[str],
    message: str,
) -> None:
    given = [practice.address if word == "ADDRESS" else word for word in arguments]
    done = run_in_process(tmp_path, "sign-in", *given)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(Store(credentials_path).load().pending_sign_ins) == bool(arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ADDRESS", "--scopes", ""], "Nothing is chosen yet."),
        (["ADDRESS", "--scopes", "read nonsense"], "has no permission called nonsense."),
        (["not an address"], "None of these words is an address."),
    ],
    ids=["no scope", "unknown scope", "address"],
)
def test_wrong_argument_is_not_asked_for_again(
    tmp_path: Path, practice: PracticeServer, arguments: list[str], message: str
) -> None:
    given = [practice.address if word == "ADDRESS" else word for word in arguments]
    done = run_in_process(tmp_path, "sign-in", *given, answers="1\n2\n3\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_q_stops_at_any_question(tmp_path: Path, practice: PracticeServer) -> None:
    for answers in ("q\n", f"{practice.address}\nQ\n", f"n\n{practice.address}\n1\nq\n"):
        done = run_in_process(tmp_path, "sign-in", answers=answers)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Stopped." in done.stderr.splitlines()


def _save_pending(
    credentials_path: Path,
    practice: PracticeServer,
    *scopes: str,
    step: WizardStep = WizardStep.AUTHORIZE,
) -> None:
    asyncio.run(save_pending(credentials_path, practice.address, step, scopes))


def test_pending_sign_in_is_continued(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    _save_pending(credentials_path, practice, "read")
    answers: list[Answer] = ["what?", "y", enter_code()]
    done = run_in_process(tmp_path, "sign-in", "--plain", answers=answers)
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert f"You started to sign in to {practice.address} just now." in done.stderr
    assert "Type y, n or f.\n" in done.stderr
    assert practice.requests.count("POST /api/v1/apps") == 1


def test_scopes_given_replace_those_of_a_pending_sign_in(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    _save_pending(credentials_path, practice, "read", "write")
    done = run_in_process(tmp_path, "sign-in", "--scopes", "read", answers=["y", enter_code()])
    assert done.returncode == 0
    assert "scope=read&" in _links(done.stderr)[0]
    (account,) = Store(credentials_path).load().accounts
    assert account.token.scopes == ("read",)


def test_pending_sign_in_can_be_forgotten(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    _save_pending(credentials_path, practice, "read")
    done = run_in_process(tmp_path, "sign-in", answers="f\n")
    assert done.returncode == 2
    assert "Step 1 of 5: Server\n" in done.stderr
    assert not Store(credentials_path).load().pending_sign_ins


def test_unverified_token_needs_no_second_code(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    _save_pending(credentials_path, practice, "read", step=WizardStep.PROFILE)
    other = run_in_process(tmp_path, "sign-in", practice.address, "--scopes", "write")
    assert (other.returncode, other.stdout) == (2, "")
    done = run_in_process(tmp_path, "sign-in", practice.address, "--scopes", "read")
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert "not finished yet" in done.stderr


def test_revoked_unverified_token_is_replaced(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    _save_pending(credentials_path, practice, "read", step=WizardStep.PROFILE)
    practice.revoke_tokens("alice")
    line = ("sign-in", practice.address, "--scopes", "read")
    done = run_in_process(tmp_path, *line, answers=[enter_code()])
    assert "no longer accepts this access" in done.stderr
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert Store(credentials_path).load().pending_sign_ins == ()
