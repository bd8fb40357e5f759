"""Left with an access that could not be saved: the plain journey, and the screens."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.practice import PracticeInstance
from gts_wizard.rules.oob import authorize_link
from tests.helpers.browser_user import BrowserUser
from tests.helpers.clocks import PausableClock
from tests.helpers.full_disk import fill_disk, make_room, only_on_linux
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import PipedProcess, default_credentials_path

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = only_on_linux

ENTER, TAB, CTRL_C, CTRL_D, CTRL_Q = "\r", "\t", "\x03", "\x04", "\x11"
REVOKE = "POST /oauth/revoke"
UNSAVED = "Your server gave this wizard an access that could not be saved."
STAYS_ALIVE = "The access stays alive there until it is ended in your account's settings."
MAY_HAVE_ISSUED = (
    "Your server may have given this wizard an access all the same. "
    "Your account's settings there tell, and end it."
)
KEPT = "What you reached is kept."
STOP_OR = "saves it all there, q stops:"
DECIDE = "or try again (t)? [e]:"


def _line(practice: PracticeInstance) -> list[str]:
    return ["sign-in", practice.address, "--scopes", "read", "--plain"]


def _code(terminal: PtyTerminal) -> str:
    """Wait for the question, read the link off the screen, and let Alice allow it."""
    terminal.wait_for("Code (")
    (link,) = re.findall(r"^http.*?(?=\n\n)", terminal.text, re.MULTILINE | re.DOTALL)
    with BrowserUser() as alice:
        return alice.get_code("".join(link.split()))


def _fail_to_save(terminal: PtyTerminal) -> None:
    code = _code(terminal)
    fill_disk(terminal.process)
    terminal.send(f"{code}{ENTER}")
    terminal.wait_for(STOP_OR)


def _told(terminal: PtyTerminal) -> str:
    return " ".join(terminal.drawn.decode().split())


def _accounts(home: Path) -> list[str]:
    return [one.username for one in Store(default_credentials_path(home)).load().accounts]


@pytest.mark.parametrize("answer", ["", "q", CTRL_D])
def test_whoever_stops_ends_the_access(
    tmp_path: Path, practice: PracticeInstance, answer: str
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        terminal.send(f"q{ENTER}")
        terminal.wait_for(DECIDE)
        assert practice.requests.count(REVOKE) == 0
        terminal.send(answer if answer == CTRL_D else f"{answer}{ENTER}")
        terminal.wait_for(f"The access at {practice.address} has ended.")
        assert terminal.exit_code() == 2
    assert f"{UNSAVED} If you leave, this computer forgets it" in _told(terminal)
    assert KEPT not in _told(terminal)
    assert practice.requests.count(REVOKE) == 1


def test_whoever_stops_may_leave_the_access_alive(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        terminal.send(f"q{ENTER}")
        terminal.wait_for(DECIDE)
        terminal.send(f"l{ENTER}")
        assert terminal.exit_code() == 2
    assert _told(terminal).endswith(f"{STAYS_ALIVE} Stopped.")
    assert practice.requests.count(REVOKE) == 0


def test_whoever_stops_may_try_again(tmp_path: Path, practice: PracticeInstance) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        terminal.send(f"q{ENTER}")
        terminal.wait_for(DECIDE)
        make_room(terminal.process)
        terminal.send(f"t{ENTER}")
        terminal.wait_for("You are signed in as @alice")
        assert terminal.exit_code() == 0
    assert _accounts(tmp_path) == ["alice"]
    assert practice.requests.count(REVOKE) == 0


@pytest.mark.parametrize("practice", ["0.17"], indirect=True)
def test_an_access_that_can_not_be_ended_is_asked_about_again(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        terminal.send(f"q{ENTER}")
        terminal.wait_for(DECIDE)
        terminal.send(f"e{ENTER}")
        terminal.wait_until(lambda: terminal.drawn.count(DECIDE.encode()) == 2, "asked again")
        assert "too old to end an access on request. It stays good there." in _told(terminal)
        terminal.send(f"l{ENTER}")
        assert terminal.exit_code() == 2


@pytest.mark.parametrize("end", [CTRL_D, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_where_nobody_can_be_asked_the_access_is_ended(
    tmp_path: Path, practice: PracticeInstance, end: str | signal.Signals
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        if isinstance(end, signal.Signals):
            terminal.signal(end)
        else:
            terminal.send(end)
        assert terminal.exit_code() == 2
    ended = f"{UNSAVED} Ending the access. The access at {practice.address} has ended."
    assert ended in _told(terminal)
    assert KEPT not in _told(terminal)
    assert practice.requests.count(REVOKE) == 1


async def test_a_code_handed_in_while_leaving_is_not_called_kept_before_it_is(
    tmp_path: Path, practice: PracticeInstance, practice_clock: PausableClock
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        code = _code(terminal)
        fill_disk(terminal.process)
        practice_clock.pause()
        terminal.send(f"{code}{ENTER}")
        await practice_clock.wait_for_request()
        terminal.signal(signal.SIGINT)
        terminal.wait_for("One moment: your server has not answered yet.")
        practice_clock.resume()
        terminal.wait_for(f"The access at {practice.address} has ended.")
        assert terminal.exit_code() == 2
    assert KEPT not in _told(terminal)
    assert practice.requests.count(REVOKE) == 1


@pytest.mark.parametrize("practice", ["0.17", "0.20"], indirect=True)
def test_through_a_pipe_it_is_said_what_became_of_the_access(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PipedProcess(tmp_path, *_line(practice)) as plain, BrowserUser() as alice:
        code = alice.get_code(plain.read_link())
        fill_disk(plain.process)
        done = plain.end(code)
    assert (done.returncode, done.stdout) == (1, "")
    told = done.stderr.splitlines()[-4:]
    assert told[:2] == [UNSAVED, "Ending the access."]
    is_old = "too old to end an access on request. It stays good there." in told[2]
    assert is_old or told[2] == f"The access at {practice.address} has ended."
    assert "can't be written: file too large" in told[3]
    assert practice.requests.count(REVOKE) == 1


def test_a_file_that_became_unreadable_does_not_keep_the_access_alive(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        default_credentials_path(tmp_path).write_text("oops", "utf-8")
        terminal.signal(signal.SIGTERM)
        terminal.wait_for(f"The access at {practice.address} has ended.")
        assert terminal.exit_code() == 2
    assert practice.requests.count(REVOKE) == 1


def test_a_server_that_is_gone_is_said_to_keep_the_access(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        _fail_to_save(terminal)
        practice.stop()
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 2
        practice.start()
    assert f"No server answers at {practice.address}. {STAYS_ALIVE} Stopped." in _told(terminal)


def _walk_to_code_on_screens(terminal: PtyTerminal, home: Path) -> str:
    """Walk from the address to the field for the code; return one."""
    for page in ("Where is your account?", "That's it, go on", "What may programs"):
        terminal.wait_for(page)
        terminal.send(ENTER)
    terminal.wait_for("I have the code")
    (attempt,) = Store(default_credentials_path(home)).load().attempts
    terminal.send(f"{TAB}{ENTER}")
    terminal.wait_for("Paste the code")
    with BrowserUser() as alice:
        return alice.get_code(authorize_link(attempt))


def _fail_to_save_on_screens(terminal: PtyTerminal, home: Path) -> None:
    code = _walk_to_code_on_screens(terminal, home)
    fill_disk(terminal.process)
    terminal.paste(code)
    terminal.wait_for("file too large")


async def _leave_while_it_is_exchanged(
    terminal: PtyTerminal, home: Path, practice_clock: PausableClock, *, fills_disk: bool = False
) -> None:
    """Hand a code in, and leave while the server, behind the gate, has not answered."""
    code = _walk_to_code_on_screens(terminal, home)
    if fills_disk:
        fill_disk(terminal.process)
    practice_clock.pause()
    terminal.paste(code)
    await practice_clock.wait_for_request()
    terminal.send(CTRL_Q)
    terminal.wait_for("your server has not answered yet")
    terminal.wait_for("Leave without waiting")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP])
def test_the_screens_end_the_access_when_they_are_closed(
    tmp_path: Path, practice: PracticeInstance, end: signal.Signals
) -> None:
    with PtyTerminal(_line(practice)[:-1], tmp_path) as terminal:
        _fail_to_save_on_screens(terminal, tmp_path)
        terminal.signal(end)
        assert terminal.exit_code() == 2
    assert practice.requests.count(REVOKE) == 1


def test_closing_the_screens_says_which_access_stays_alive(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PtyTerminal(_line(practice)[:-1], tmp_path) as terminal:
        _fail_to_save_on_screens(terminal, tmp_path)
        practice.stop()
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 2
        practice.start()
    assert _told(terminal).endswith(f"{UNSAVED} {STAYS_ALIVE}")


async def test_a_code_handed_in_while_the_screens_are_left_still_brings_its_access(
    tmp_path: Path, practice: PracticeInstance, practice_clock: PausableClock
) -> None:
    with PtyTerminal(_line(practice)[:-1], tmp_path) as terminal:
        await _leave_while_it_is_exchanged(terminal, tmp_path, practice_clock)
        practice_clock.resume()
        assert terminal.exit_code() == 2
    assert "made a mistake" not in _told(terminal)
    [attempt] = Store(default_credentials_path(tmp_path)).load().attempts
    assert attempt.token is not None


@pytest.mark.parametrize(("signs_in", "code"), [(True, 0), (False, 2)])
def test_the_screens_tell_scripts_whether_anybody_signed_in(
    tmp_path: Path, practice: PracticeInstance, signs_in: bool, code: int
) -> None:
    with PtyTerminal(_line(practice)[:-1], tmp_path) as terminal:
        pasted = _walk_to_code_on_screens(terminal, tmp_path)
        if signs_in:
            terminal.paste(pasted)
            terminal.wait_for("You are @alice")
        terminal.send(CTRL_Q)
        assert terminal.exit_code() == code


def test_what_was_saved_elsewhere_can_be_found_again(
    tmp_path: Path, practice: PracticeInstance
) -> None:
    with PtyTerminal(_line(practice)[:-1], tmp_path) as terminal:
        _fail_to_save_on_screens(terminal, tmp_path)
        terminal.send(f"{TAB}{ENTER}")
        terminal.wait_for("Where should it be saved?")
        before = len(terminal.drawn)
        terminal.send(ENTER)
        terminal.wait_until(lambda: b"too large" in terminal.drawn[before:], "the same there")
        make_room(terminal.process)
        terminal.send(ENTER)
        terminal.wait_for("You are @alice")
        terminal.send(CTRL_Q)
        assert terminal.exit_code() == 0
    other = tmp_path / "gts-wizard-credentials.toml"
    assert _told(terminal).endswith(
        "Everything is kept in ~/gts-wizard-credentials.toml now. To start with that file, run: "
        f"GTS_WIZARD_CREDENTIALS={other} gts-wizard"
    )
    assert [one.username for one in Store(other).load().accounts] == ["alice"]


async def test_ctrl_c_leaves_the_screens_at_once_and_says_what_that_means(
    tmp_path: Path, practice: PracticeInstance, practice_clock: PausableClock
) -> None:
    with PtyTerminal(_line(practice)[:-1], tmp_path) as terminal:
        await _leave_while_it_is_exchanged(terminal, tmp_path, practice_clock)
        terminal.send(CTRL_C)
        assert terminal.exit_code() == 2
        practice_clock.resume()
    assert _told(terminal).endswith(MAY_HAVE_ISSUED)
    [attempt] = Store(default_credentials_path(tmp_path)).load().attempts
    assert attempt.token is None


async def test_ctrl_c_leaves_the_plain_journey_at_once_and_says_what_that_means(
    tmp_path: Path, practice: PracticeInstance, practice_clock: PausableClock
) -> None:
    with PtyTerminal(_line(practice), tmp_path) as terminal:
        code = _code(terminal)
        practice_clock.pause()
        terminal.send(f"{code}{ENTER}")
        await practice_clock.wait_for_request()
        terminal.signal(signal.SIGINT)
        terminal.wait_for("your server has not answered yet")
        terminal.signal(signal.SIGINT)
        assert terminal.exit_code() == 2
        practice_clock.resume()
    assert MAY_HAVE_ISSUED in _told(terminal)
    assert KEPT not in _told(terminal)


async def test_the_screens_ask_as_soon_as_the_code_handed_in_while_leaving_brought_an_access(
    tmp_path: Path, practice: PracticeInstance, practice_clock: PausableClock
) -> None:
    with PtyTerminal(_line(practice)[:-1], tmp_path) as terminal:
        await _leave_while_it_is_exchanged(terminal, tmp_path, practice_clock, fills_disk=True)
        practice_clock.resume()
        terminal.wait_for("Leave without saving?")
        terminal.send(ENTER)
        gone = ("Leave without saving?", "your server has not answered yet")
        terminal.wait_until(
            lambda: not any(words in terminal.text for words in gone), "the page alone"
        )
        terminal.wait_for("file too large")
        make_room(terminal.process)
        terminal.send(ENTER)
        terminal.wait_for("You are @alice")
