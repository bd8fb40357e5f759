"""The wizard's screens in a pseudo-terminal, worked by keystrokes alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeServer
from tests.helpers.browser_user import BrowserUser
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import sign_in_users
from tests.helpers.subprocesses import LONG_TESTS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.pty,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX"),
]

_ENTER, _TAB, _ESCAPE, _CTRL_C, _CTRL_Q = "\r", "\t", "\x1b", "\x03", "\x11"


def test_practice_signs_in_by_keys_alone(tmp_path: Path) -> None:
    with PtyTerminal(["practice"], home=tmp_path) as terminal, BrowserUser() as alice:
        terminal.wait_for("Welcome")
        terminal.send(_ENTER)
        terminal.wait_for("Where is your account?")
        terminal.wait_for("Practice: nothing here is real")
        terminal.send(_ENTER)
        terminal.wait_for("Practice server")
        terminal.send(_ENTER)
        terminal.wait_for("What may programs on this computer do?")
        terminal.send(_ENTER)
        terminal.wait_for("Allow access in your browser")
        terminal.send("p")
        terminal.wait_for("Press any key to go back")
        link = terminal.link()
        before = len(terminal.drawn)
        terminal.send(_CTRL_C)
        terminal.wait_until(lambda: b"I have the code" in terminal.drawn[before:], "the page again")
        terminal.send(_TAB + _ENTER)
        terminal.wait_for("Paste the code")
        terminal.paste(f"\n  {alice.get_code(link)}\n")
        terminal.wait_for("You are @alice@localhost:")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0
        assert terminal.said_after_the_screens == (
            "Practice is over, and nothing was kept. To start for real, run: gts-wizard"
        )
    assert not list(tmp_path.rglob("credentials.toml")), "practice leaves nothing behind"


def test_odd_bytes_and_pastes_press_no_keys(tmp_path: Path) -> None:
    with PtyTerminal([], home=tmp_path) as terminal:
        terminal.wait_for("Welcome")
        terminal.send(_ENTER)
        terminal.wait_for("Where is your account?")
        # Bytes that are no UTF-8.
        terminal.send("m\udcfcller.")
        terminal.paste("ex\udcff\udced\udca0a")
        terminal.wait_for("m\ufffdller.ex\ufffd\ufffd\ufffda")
        # Keys within a paste, and then one that is pressed.
        terminal.paste("exa\x1bm\x1b[Bple\x11.o\x03rg\x1b")
        terminal.send("x")
        terminal.wait_for("exam[Bple.orgx")
        # The beginning of a paste's end, and an answer of the terminal.
        terminal.paste("exam\x1b[20\x1b[?1c1~\x11ple.org")
        terminal.send("y")
        terminal.wait_for("exam[20[?1c1~ple.orgy")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0
        assert terminal.said_after_the_screens == "", "nothing is kept"


def test_killed_wizard_continues_where_it_was(tmp_path: Path, practice: PracticeServer) -> None:
    with BrowserUser() as alice:
        line = ["sign-in", practice.address, "--scopes", "read"]
        with PtyTerminal(line, home=tmp_path) as terminal:
            code = alice.get_code(terminal.link())
            terminal.signal(signal.SIGKILL)
            assert terminal.exit_code() == -signal.SIGKILL
        with PtyTerminal([], home=tmp_path) as terminal:
            terminal.wait_for("You started to sign in")
            terminal.send(_ENTER)
            terminal.wait_for("I have the code")
            terminal.send(_TAB + _ENTER)
            terminal.wait_for("Paste the code")
            terminal.paste(code)
            terminal.wait_for("You are @alice@localhost:")
            terminal.wait_for("▀▀▀")
            terminal.send(_ESCAPE)
            terminal.wait_for("Your accounts")
            terminal.send(_CTRL_Q)
            assert terminal.exit_code() == 0
            handle = f"@alice@{practice.address}"
            assert terminal.said_after_the_screens == (
                f"You are signed in as {handle}. To run a program with this account, type: "
                f"gts-wizard run {handle} -- COMMAND"
            )
    (saved,) = tmp_path.rglob("credentials.toml")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert os.environ["HOME"] not in str(saved)


def test_practice_leaves_no_files_when_the_terminal_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with PtyTerminal(["practice"], home=tmp_path) as terminal:
        terminal.wait_for("Welcome")
        assert list(tmp_path.glob("gts-wizard-practice-*"))
        terminal.send(_ENTER + _ENTER)
        terminal.hang_up()
        assert terminal.exit_code_unread() == 0
    assert not list(tmp_path.glob("gts-wizard-practice-*"))


@pytest.mark.skipif(not LONG_TESTS, reason="waits 40 seconds; set GTS_WIZARD_LONG_TESTS=1")
@pytest.mark.parametrize(
    "stuck", ["await asyncio.Event().wait()", "[(one := Lock()).acquire(), one.acquire()]"]
)
def test_stuck_program_is_ended(stuck: str, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    process = subprocess.Popen(
        [sys.executable, "-c", _STUCK.replace("STUCK", stuck), str(temporary)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert process.wait(60) == 1
    process.stdout.close()
    assert not temporary.exists()


_STUCK = """
import asyncio, sys
from pathlib import Path
from threading import Lock
from gts_wizard.tui.signals import install_signal_handlers

async def main():
    install_signal_handlers(lambda: None)
    print("ready", flush=True)
    STUCK

folder = Path(sys.argv[1])
folder.mkdir()
try:
    asyncio.run(main())
finally:
    folder.rmdir()
"""


def test_sign_in_opens_the_wizard_with_its_address_at_any_size(
    tmp_path: Path, practice: PracticeServer
) -> None:
    with PtyTerminal(["sign-in", f"@alice@{practice.address}"], home=tmp_path) as terminal:
        field = f"┃  @alice@{practice.address} "
        terminal.wait_for(field)
        terminal.resize(60, 20)
        terminal.wait_for("● Server")
        terminal.wait_for(field)
        terminal.resize(120, 40)
        terminal.wait_for("○ Permissions")
        terminal.wait_for(field)
        terminal.send(_ENTER)
        terminal.wait_for("Practice server")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 2
        assert terminal.said_after_the_screens == (
            f"Your sign-in as @alice@{practice.address} is not finished. "
            "Your progress is saved. To continue, run: gts-wizard"
        )


def test_sign_in_with_scopes_and_a_name_opens_at_the_link(
    tmp_path: Path, practice: PracticeServer
) -> None:
    line = ["sign-in", practice.address, "--scopes", "read write:media", "--app-name", "Cat bot"]
    with PtyTerminal(line, home=tmp_path) as terminal:
        assert "scope=read+write:media&" in terminal.link()
        terminal.wait_for("there as “Cat bot”.")
        terminal.send(_CTRL_C + _CTRL_C)
        assert terminal.exit_code() == 2
        assert terminal.said_after_the_screens == (
            f"Your sign-in to {practice.address} is not finished. "
            "Your progress is saved. To continue, run: gts-wizard"
        )


def test_renew_prints_a_notice_and_opens_at_the_link_with_a_name(
    tmp_path: Path, credentials_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    credentials_path.chmod(0o644)
    with PtyTerminal(["renew", "alice", "--app-name", "Cat bot"], home=tmp_path) as terminal:
        terminal.wait_for(f"This renews @alice@{practice.address}.")
        terminal.wait_for("Asks for: Look around only. Registered there as “Cat bot”.")
        assert "Allow access in your browser" in terminal.text
        notice = b"Others on this computer could open"
        assert terminal.drawn.partition(b"\x1b[?1049h")[0].count(notice) == 1
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 2
        assert terminal.drawn.count(notice) == 1
        assert terminal.said_after_the_screens == (
            f"The renewal of @alice@{practice.address} is not finished. "
            "Your progress is saved. To continue, run: gts-wizard"
        )


def test_screens_are_not_shown_in_a_dumb_terminal(tmp_path: Path) -> None:
    with PtyTerminal([], tmp_path, TERM="dumb") as terminal:
        terminal.wait_for("gts-wizard sign-in --plain")
        assert terminal.exit_code() == 2
