"""The plain journey as a screen reader has it, line by line, in a narrow terminal."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard.practice import PracticeServer
from gts_wizard.storage.store import Store
from tests.helpers.browser_user import BrowserUser
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import default_credentials_path, sign_in_users

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    Answer: TypeAlias = "str | Callable[[str], str]"

pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX"),
]

_COLUMNS = 60
_DECORATION = re.compile(r"[★●○→✓✗…•\u2500-\u257f]|[^\S\n ]|  ")
_PLACE = re.compile(r"\b(above|below|left|right|screen|button|field|F\d)\b", re.IGNORECASE)
_SERVER = "Address of your server, such as example.org:"
_IS_THEIRS = "Type y or n (Enter for y):"
_PERMISSIONS = "Type 1 to 4, t or n (Enter for 2):"
_CODE = "Paste the code:"
_LONG_NAME = "A bot whose name has so many words that it takes more than a line"


class _Listener:
    """Somebody who hears each line once, as it comes, and types an answer where a question ends.

    Args:
        arguments: the command line after the program's name.
        home: the home directory.
        dialogue: each question with its answer, or with what makes that of all that was heard.
        credentials: the path of the credentials file; the default one when empty.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        home: Path,
        dialogue: Sequence[tuple[str, Answer]],
        credentials: str = "",
    ) -> None:
        self.heard = ""
        arguments = [*arguments, "--plain"]
        with PtyTerminal(arguments, home, GTS_WIZARD_CREDENTIALS=credentials) as terminal:
            terminal.resize(_COLUMNS, 24)
            for question, answer in dialogue:
                self._hear(terminal, f"{question} ")
                typed = answer if isinstance(answer, str) else answer(self.heard)
                if question == _CODE:
                    terminal.wait_until(lambda: not terminal.shows_typing, "nothing shown")
                terminal.send(f"{typed}\r")
                # The terminal repeats what is typed; the wizard does not say it.
                shown = "" if question == _CODE else typed
                self._hear(terminal, f"{shown}\r\n")
                self.heard = self.heard.removesuffix(f"{shown}\n") + "\n"
            self.code = terminal.exit_code()
            self.heard += terminal.drawn.decode().replace("\r\n", "\n")

    def _hear(self, terminal: PtyTerminal, end: str) -> None:
        """Hear what is said up to these words, and with them."""
        terminal.wait_until(lambda: end.encode() in terminal.drawn, end)
        said, _, terminal.drawn = terminal.drawn.partition(end.encode())
        self.heard += f"{said.decode()}{end}".replace("\r\n", "\n")

    @property
    def lines(self) -> list[str]:
        return self.heard.splitlines()

    @property
    def sentences(self) -> str:
        """What was said, whatever line a word came on."""
        return " ".join(self.heard.split())

    def in_order(self, *lines: str) -> bool:
        """Whether these lines were heard, each after the one before."""
        rest = iter(self.lines)
        return all(line in rest for line in lines)


def _code(heard: str) -> str:
    *_, link = (line for line in heard.splitlines() if line.startswith("http"))
    with BrowserUser() as alice:
        return alice.get_code(link)


def test_journey_is_told_line_by_line(tmp_path: Path, practice: PracticeServer) -> None:
    heard = _Listener(
        ["sign-in"],
        tmp_path,
        [
            (_SERVER, "?"),
            (_SERVER, "no address"),
            (_SERVER, practice.address),
            (_IS_THEIRS, "y"),
            (_PERMISSIONS, "?"),
            (_PERMISSIONS, "t"),
            (_PERMISSIONS, "7"),
            (_PERMISSIONS, "n"),
            ("Name (Enter for GoToSocial Wizard):", "?"),
            ("Name (Enter for GoToSocial Wizard):", _LONG_NAME),
            (_PERMISSIONS, "n"),
            ("than a line):", "Cat bot"),
            (_PERMISSIONS, "2"),
            (_CODE, "?"),
            (_CODE, "f"),
            (_CODE, _code),
        ],
    )
    assert heard.code == 0
    assert heard.lines[0] == "GoToSocial Wizard: sign in"
    assert heard.in_order(
        "Step 1 of 5: Server",
        "Server: Practice server",
        f"Address: {practice.address}",
        "Is this your server?",
        "Step 2 of 5: Permissions",
        "1: Look around only. Read your timelines, notifications and",
        "profile. Change nothing.",
        "t: List every single permission, with its technical word",
        "Type 1 to 4, t or n.",
        "Your server will list this as “Cat bot”.",
        "Permissions: Look around and post",
        "Step 3 of 5: Allow access in your browser",
        "Step 4 of 5: Code",
        "Step 5 of 5: You",
        "Permissions: Look around and post",
        f"You are signed in as @alice@{practice.address}.",
    )
    for explanation in (
        "if your handle is @alice@example.org",
        "Instead of a number, you can type technical words",
        "give each its own name",
        "The whole sentence works too",
        "Paste a code only if you opened that page yourself",
    ):
        assert explanation.lower() in heard.sentences.lower()
    assert not _DECORATION.findall(heard.heard)
    assert not _PLACE.findall(heard.heard)
    # The terminal itself would break a longer line, within a word.
    assert [line for line in heard.lines if len(line) > _COLUMNS and line[:4] != "http"] == []
    saved = Store(default_credentials_path(tmp_path)).load()
    assert [saved.app_name(account) for account in saved.accounts] == ["Cat bot"]


def test_wrong_server_is_left_for_another(tmp_path: Path, practice: PracticeServer) -> None:
    with PracticeServer() as wrong:
        heard = _Listener(
            ["sign-in"],
            tmp_path,
            [
                (_SERVER, wrong.address),
                (_IS_THEIRS, "?"),
                (_IS_THEIRS, "n"),
                (_SERVER, practice.address),
                (_IS_THEIRS, ""),
                (_PERMISSIONS, ""),
                (_CODE, _code),
            ],
        )
    assert heard.code == 0
    assert heard.in_order(
        f"Address: {wrong.address}",
        "Is this your server?",
        "n: No, type another address",
        "n asks for the address again.",
        f"Address: {practice.address}",
        f"You are signed in as @alice@{practice.address}.",
    )
    assert Store(default_credentials_path(tmp_path)).load().pending_sign_ins == ()


def test_link_stands_alone(tmp_path: Path, practice: PracticeServer) -> None:
    heard = _Listener(["sign-in", practice.address, "--scopes", "read"], tmp_path, [(_CODE, "q")])
    (at,) = (number for number, line in enumerate(heard.lines) if line.startswith("http"))
    assert (heard.lines[at - 1], heard.lines[at + 1]) == ("", "")
    assert "Open this link in a browser." in heard.lines[at - 2]


def test_renewal_numbers_its_own_steps_and_changes_permissions(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    kept = "Type 1 to 4, t or n (Enter for 1):"
    heard = _Listener(
        ["renew"], tmp_path, [(_CODE, "?"), (_CODE, "p"), (kept, "2"), (_CODE, _code)]
    )
    assert heard.code == 0
    change = "Type p to change the permissions."
    assert heard.in_order(
        f"GoToSocial Wizard: renew @alice@{practice.address}",
        "Step 1 of 4: Permissions",
        "Permissions: Look around only",
        "Step 2 of 4: Allow access in your browser",
        change,
        "Step 3 of 4: Code",
        change,
        "Step 1 of 4: Permissions",
        "Permissions: Look around and post",
        "Step 2 of 4: Allow access in your browser",
        "Step 3 of 4: Code",
        "Step 4 of 4: You",
        "Permissions: Look around and post",
    )
    (account,) = Store(default_credentials_path(tmp_path)).load().accounts
    assert account.token.scopes == ("read", "write:media", "write:statuses")


def test_stopping_names_the_command_that_continues(
    tmp_path: Path, practice: PracticeServer
) -> None:
    sign_in_users(tmp_path, practice, "alice")
    renewal = f"gts-wizard renew @alice@{practice.address} --plain"
    stopped = _Listener(["renew", "alice"], tmp_path, [(_CODE, "q")])
    assert stopped.lines[0] == f"GoToSocial Wizard: renew @alice@{practice.address}"
    assert stopped.lines[-3:] == ["Your progress is saved.", "To continue, run:", renewal]
    resume = "Type y, n or f (Enter for y):"
    continued = _Listener(
        renewal.split()[1:-1], tmp_path, [(resume, "?"), (resume, "y"), (_CODE, _code)]
    )
    assert continued.code == 0
    assert continued.in_order(
        f"You started to renew @alice@{practice.address} just now.",
        "Continue?",
        "y: Yes, continue",
        "n: No, start another; this one is kept",
        "f: Forget this one, and start another",
        "n starts another. You can still continue this one later.",
    )


def test_command_that_continues_names_a_file_chosen_on_the_way(
    tmp_path: Path, practice: PracticeServer
) -> None:
    default_credentials_path(tmp_path).mkdir(parents=True)
    elsewhere = "Press Enter to try again, or name another file:"
    heard = _Listener(
        ["sign-in", practice.address, "--scopes", "read"],
        tmp_path,
        [(elsewhere, "?"), (elsewhere, "~/other.toml"), (_CODE, "q")],
    )
    assert "everything is saved there from now on" in heard.sentences
    assert heard.lines[-2:] == [
        "To continue, run:",
        f"GTS_WIZARD_CREDENTIALS={tmp_path}/other.toml gts-wizard sign-in --plain",
    ]


def test_command_that_continues_leads_back_to_the_default_file(
    tmp_path: Path, practice: PracticeServer
) -> None:
    elsewhere = "Press Enter to try again, or name another file:"
    heard = _Listener(
        ["sign-in", practice.address, "--scopes", "read"],
        tmp_path,
        [(elsewhere, str(default_credentials_path(tmp_path))), (_CODE, "q")],
        credentials=str(tmp_path),
    )
    assert heard.lines[-1] == "GTS_WIZARD_CREDENTIALS='' gts-wizard sign-in --plain"
