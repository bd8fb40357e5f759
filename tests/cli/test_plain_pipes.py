"""The plain journey with the answers coming through a pipe, as scripts give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.models import Step
from gts_wizard.practice import PracticeInstance
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.paste import read_paste
from gts_wizard.services.wiring import open_services
from tests.helpers.browser_user import BrowserUser
from tests.helpers.subprocess_cli import PipedProcess, default_credentials_path, run, sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.shelf import Shelf

WRONG = "A" * 48


def _code(link: str, who: str = "alice") -> str:
    with BrowserUser(f"{who}@example.org") as person:
        return person.get_code(link)


def _shelf(home: Path) -> Shelf:
    return Store(default_credentials_path(home)).load()


def _signed_in(practice: PracticeInstance, who: str = "alice") -> str:
    return f"You are signed in as @{who}@{practice.address}.\n"


def _assert_limits_are_said(home: Path, told: str, before: str) -> None:
    """Assert that an old server's one weakness is said, once and in time, and a new one's never."""
    shelf = _shelf(home)
    servers = [one.server for one in shelf.accounts] + [one.server for one in shelf.attempts]
    times = 1 if servers[0].version.startswith("0.17") else 0
    assert told.partition(before)[0].count("which can't limit an access") == times
    assert told.count("which can't limit an access") == times


@pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)
def test_with_address_and_scopes_only_the_code_is_asked_for(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PipedProcess(
        tmp_path, "sign-in", practice.address, "--scopes", "read write:media"
    ) as plain:
        link = plain.read_link()
        assert "scope=read+write:media&" in link
        code = _code(link)
        done = plain.end(code)
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    questions = [line for line in done.stderr.splitlines() if line.endswith(":")]
    assert questions == ["Code (f gets a fresh link):"]
    assert "Allowed: " in done.stderr
    _assert_limits_are_said(tmp_path, done.stderr, "Allow it in your browser")
    assert code not in done.stdout + done.stderr
    assert not {"\x1b", "\r", "\b"} & set(done.stdout + done.stderr)
    (account,) = _shelf(tmp_path).accounts
    assert account.token.scopes == ("read", "write:media")


@pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)
def test_every_answer_may_come_by_the_pipe(tmp_path: Path, practice: PracticeInstance) -> None:
    with PipedProcess(tmp_path, "sign-in", "--plain") as plain:
        for answer in ("not an address", f"@alice@{practice.address}", "t", "7", "read nonsense"):
            plain.answer(answer)
        plain.answer("1")
        done = plain.end(_code(plain.read_link()))
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    for told in [
        "Type it like example.org",
        f"Found Practice instance: {practice.address}",
        "1  Look around only. Read your timelines",
        "read:bookmarks: Read your bookmarks",
        "There is no permission called 7 there.",
        "There is no permission called nonsense there.",
    ]:
        assert told in done.stderr
    _assert_limits_are_said(tmp_path, done.stderr, "What may programs on this computer do?")
    (account,) = _shelf(tmp_path).accounts
    assert account.token.scopes == ("read",)


def test_a_wrong_code_is_asked_for_again(tmp_path: Path, practice: PracticeInstance) -> None:
    with PipedProcess(tmp_path, "sign-in", practice.address, "--scopes", "read") as plain:
        link = plain.read_link()
        for answer in ("", "hello", WRONG):
            plain.answer(answer)
        done = plain.end(_code(link))
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert "There is no code yet." in done.stderr
    assert "That is too short for a code." in done.stderr
    assert "The server does not accept this code." in done.stderr
    assert WRONG not in done.stderr


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n\n"])
def test_a_code_in_pieces_is_put_together(
    tmp_path: Path, practice: PracticeInstance, end: str
) -> None:
    with PipedProcess(tmp_path, "sign-in", practice.address, "--scopes", "read") as plain:
        code = _code(plain.read_link())
        done = plain.end(end.join([code[:20], code[20:40], code[40:]]))
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))


def test_a_fresh_link_is_a_letter_away(tmp_path: Path, practice: PracticeInstance) -> None:
    with PipedProcess(tmp_path, "sign-in", practice.address, "--scopes", "read") as plain:
        first = plain.read_link()
        plain.answer("f")
        second = plain.read_link()
        assert first != second
        done = plain.end(_code(second))
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))


def test_a_server_that_is_gone_ends_it_and_the_same_link_goes_on(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    line = ("sign-in", practice.address, "--scopes", "read")
    with PipedProcess(tmp_path, *line) as plain:
        link = plain.read_link()
        code = _code(link)
        practice.stop()
        done = plain.end(code)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"No server answers at {practice.address}." in done.stderr
    gone = run(tmp_path, *line)
    assert (gone.returncode, gone.stdout) == (1, "")
    practice.start()
    with PipedProcess(tmp_path, *line) as plain:
        assert plain.read_link() == link
        done = plain.end(code)
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "To name the server without being asked, run: gts-wizard sign-in example.org"),
        (["ADDRESS"], 'To choose without being asked, add for example: --scopes "read write"'),
        (["ADDRESS", "--scopes", "read"], "To go on, run the same command again."),
    ],
)
def test_without_answers_it_says_how_to_do_without_questions(
    tmp_path: Path, practice: PracticeInstance, arguments: list[str], told: str
) -> None:
    named = [practice.address if one == "ADDRESS" else one for one in arguments]
    done = run(tmp_path, "sign-in", *named)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr.splitlines()[-1]
    assert len(_shelf(tmp_path).attempts) == bool(arguments)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--scopes", ""], "Nothing is chosen yet."),
        (["--scopes", "read nonsense"], "There is no permission called nonsense there."),
        (["not an address"], "None of these words is an address."),
        ([""], "the name is empty; leave it out instead"),
    ],
)
def test_what_is_given_wrongly_ends_it(
    tmp_path: Path, practice: PracticeInstance, arguments: list[str], told: str
) -> None:
    named = arguments if arguments[0] != "--scopes" else [practice.address, *arguments]
    done = run(tmp_path, "sign-in", *named, answers="1\n2\n3\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_q_stops_at_any_question(tmp_path: Path, practice: PracticeInstance) -> None:
    for answers in ("q\n", f"{practice.address}\nQ\n", f"n\n{practice.address}\n1\nq\n"):
        done = run(tmp_path, "sign-in", answers=answers)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Stopped." in done.stderr.splitlines()[-1]


def test_what_was_begun_is_offered_and_gone_on_with(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    run(tmp_path, "sign-in", practice.address, "--scopes", "read")
    with PipedProcess(tmp_path, "sign-in", "--plain") as plain:
        plain.answer("what?")
        plain.answer("y")
        done = plain.end(_code(plain.read_link()))
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert f"You began to sign in to {practice.address} just now." in done.stderr
    assert "Please answer y, n or f." in done.stderr
    assert practice.requests.count("POST /api/v1/apps") == 1


def test_what_is_given_counts_for_more_than_what_was_begun(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    run(tmp_path, "sign-in", practice.address, "--scopes", "read write")
    with PipedProcess(tmp_path, "sign-in", "--scopes", "read") as plain:
        plain.answer("y")
        link = plain.read_link()
        assert "scope=read&" in link
        assert plain.end(_code(link)).returncode == 0
    assert _shelf(tmp_path).accounts[0].token.scopes == ("read",)


def test_what_was_begun_can_be_forgotten(tmp_path: Path, practice: PracticeInstance) -> None:
    run(tmp_path, "sign-in", practice.address, "--scopes", "read")
    done = run(tmp_path, "sign-in", answers="f\n")
    assert done.returncode == 2
    assert "Where is your account?" in done.stderr
    assert not _shelf(tmp_path).attempts


async def test_an_access_without_a_name_needs_no_second_code(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    services = open_services(default_credentials_path(tmp_path))
    attempt = await services.sign_in.look_up(practice.address)
    attempt = await services.sign_in.choose(attempt, ("read",))
    attempt = await services.sign_in.redeem(attempt, read_paste(_code(authorize_link(attempt))))
    await services.aclose()
    assert attempt.step is Step.PROFILE
    other = run(tmp_path, "sign-in", practice.address, "--scopes", "write")
    assert (other.returncode, other.stdout) == (2, "")
    done = run(tmp_path, "sign-in", practice.address, "--scopes", "read")
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert "your server has not yet said who you are" in done.stderr


async def test_an_access_that_ended_without_a_name_is_begun_anew(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    services = open_services(default_credentials_path(tmp_path))
    attempt = await services.sign_in.look_up(practice.address)
    attempt = await services.sign_in.choose(attempt, ("read",))
    await services.sign_in.redeem(attempt, read_paste(_code(authorize_link(attempt))))
    await services.aclose()
    practice.revoke_tokens("alice")
    with PipedProcess(tmp_path, "sign-in", practice.address, "--scopes", "read") as plain:
        done = plain.end(_code(plain.read_link()))
    assert "no longer accepts this access" in done.stderr
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    assert Store(default_credentials_path(tmp_path)).load().attempts == ()


@pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)
async def test_renew_asks_for_the_code_and_nothing_else(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    old = await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
    with PipedProcess(tmp_path, "renew", "alice") as plain:
        link = plain.read_link()
        cut_off = plain.end()
    assert cut_off.returncode == 2
    assert "It is allowed the same as before." in cut_off.stderr
    _assert_limits_are_said(tmp_path, cut_off.stderr, "Allow it in your browser")
    with PipedProcess(tmp_path, "renew", "--plain") as plain:
        assert plain.read_link() == link
        done = plain.end(_code(link))
    assert (done.returncode, done.stdout) == (0, _signed_in(practice))
    _assert_limits_are_said(tmp_path, done.stderr, "Allow it in your browser")
    assert "The access is renewed." in done.stderr
    assert run(tmp_path, "token").stdout not in {"", f"{old}\n"}
    assert run(tmp_path, "check").returncode == 0


async def test_a_renewal_with_other_permissions_goes_on_where_it_was(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
    links = []
    for scopes in ("read push", "push read", "read"):
        with PipedProcess(tmp_path, "renew", "alice", "--scopes", scopes) as plain:
            links.append(plain.read_link())
            plain.end()
    assert links[0] == links[1] != links[2]


@pytest.mark.parametrize(
    ("answer", "code", "kept"),
    [("k", 0, ["alice", "bob"]), ("s", 2, ["alice"]), ("", 2, ["alice"])],
)
async def test_renewing_with_a_different_person_is_asked_about(
    tmp_path: Path, practice: PracticeInstance, answer: str, code: int, kept: list[str]
) -> None:
    before = await sign_in(default_credentials_path(tmp_path), practice, "alice@example.org")
    with PipedProcess(tmp_path, "renew", "alice") as plain:
        done = plain.end(_code(plain.read_link(), "bob"), answer)
    assert done.returncode == code
    assert f"You wanted to renew @alice@{practice.address}, but it was @bob" in done.stderr
    assert [one.username for one in _shelf(tmp_path).accounts] == kept
    assert not _shelf(tmp_path).attempts
    assert run(tmp_path, "token", "alice").stdout == f"{before}\n"
    if code:
        assert done.stdout == ""
        assert f"Nothing was changed: @alice@{practice.address} is as it was." in done.stderr


def test_renewing_nobody_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, "renew")
    assert (done.returncode, done.stdout) == (4, "")
