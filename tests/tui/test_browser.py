"""Opening a link: with what, where, and what is known of it, told by programs that really run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from gts_wizard.tui import browser
from gts_wizard.tui.browser import Obstacle, Opening
from tests.helpers.fake_programs import FakePrograms

if TYPE_CHECKING:
    from pathlib import Path

_LINK = "https://example.org/oauth/authorize?client_id=01ABC&redirect_uri=urn:ietf&scope=read+push"
_SHOWN = {"DISPLAY": ":0"}
_AFAR = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
_EDITOR = {"VSCODE_IPC_HOOK_CLI": "/run/user/1000/vscode-ipc.sock"}
_POWERSHELL = ["-NoProfile", "-NonInteractive", "-Command", f"Start-Process '{_LINK}'"]
_TEXT = {"browsh", "elinks", "links", "links2", "lynx", "w3m", "www-browser"}


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look as long as it takes, on a slow computer too; nothing else is replaced here."""
    monkeypatch.setattr(browser, "_LOOK_SECONDS", 60)


@pytest.fixture
def computer(tmp_path: Path) -> FakePrograms:
    """A computer without any program."""
    return FakePrograms(tmp_path)


@pytest.mark.parametrize(
    ("environment", "programs", "opener"),
    [
        (_SHOWN, ("xdg-open", "firefox"), "xdg-open"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ("xdg-open", "firefox"), "xdg-open"),
        (_SHOWN, ("firefox", "lynx", "open"), "firefox"),
        ({**_SHOWN, "BROWSER": "epiphany"}, ("epiphany", "xdg-open", "wslview"), "epiphany"),
        ({**_SHOWN, "BROWSER": "lynx:epiphany"}, ("epiphany", "lynx", "xdg-open"), "epiphany"),
        ({**_SHOWN, "BROWSER": "missing:epiphany"}, ("epiphany", "xdg-open"), "epiphany"),
        ({**_SHOWN, "BROWSER": "missing"}, ("xdg-open",), "xdg-open"),
        ({**_SHOWN, "BROWSER": "w3m"}, ("w3m", "xdg-open"), "xdg-open"),
        ({**_SHOWN, "BROWSER": r"C:\Program Files\Firefox\firefox.exe"}, ("firefox",), "firefox"),
        ({**_SHOWN, "BROWSER": '" : :"'}, ("xdg-open",), "xdg-open"),
        ({"WSL_DISTRO_NAME": "Debian"}, ("wslview", "powershell.exe"), "wslview"),
        ({**_SHOWN, "WSL_DISTRO_NAME": "Debian"}, ("xdg-open", "wslview"), "wslview"),
        ({"WSL_DISTRO_NAME": "Debian", "BROWSER": "lynx"}, ("lynx", "wslview"), "wslview"),
        ({**_AFAR, **_EDITOR, "BROWSER": "helper"}, ("helper", "xdg-open"), "helper"),
        ({**_EDITOR, "BROWSER": "w3m:helper"}, ("helper", "w3m"), "helper"),
        ({**_SHOWN, **_EDITOR}, ("xdg-open",), "xdg-open"),
    ],
)
def test_the_best_opener_gets_the_link_and_nothing_else(
    computer: FakePrograms, environment: dict[str, str], programs: tuple[str, ...], opener: str
) -> None:
    computer.install(*programs)
    environment = {"PATH": computer.path, **environment}
    assert browser.can_open(environment)
    assert browser.try_to_open(_LINK, environment) is Opening.DONE
    assert computer.ran == {opener: [_LINK]}
    told = computer.browsers_of(opener)
    assert "firefox" in told
    assert not _TEXT.intersection(told)


def test_in_windows_powershell_gets_the_link_in_one_piece(computer: FakePrograms) -> None:
    computer.install("powershell.exe")
    assert browser.open_link(_LINK, {"PATH": computer.path, "WSL_DISTRO_NAME": "Debian"})
    assert computer.ran == {"powershell.exe": _POWERSHELL}


def test_a_mac_opens_without_a_display(
    computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    computer.install("open", "xdg-open")
    assert browser.can_open({"PATH": computer.path})
    assert browser.open_link(_LINK, {"PATH": computer.path})
    assert computer.ran == {"open": [_LINK]}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("epiphany --new-window", ["--new-window", _LINK]),
        ("epiphany --url=%s --quiet", [f"--url={_LINK}", "--quiet"]),
        ("epiphany -P 'my own' %s", ["-P", "my own", _LINK]),
    ],
)
def test_the_chosen_browser_may_be_a_whole_command(
    computer: FakePrograms, command: str, arguments: list[str]
) -> None:
    computer.install("epiphany")
    environment = {"PATH": computer.path, **_SHOWN, "BROWSER": command}
    assert browser.open_link(_LINK, environment)
    assert computer.ran == {"epiphany": arguments}


def test_nothing_in_a_link_means_anything_to_powershell(computer: FakePrograms) -> None:
    computer.install("powershell.exe")
    link = "https://example.org/it's`here\"$(exit 1);\N{RIGHT SINGLE QUOTATION MARK}|\\x?a=1&b=%2F"
    assert browser.open_link(link, {"PATH": computer.path})
    command = computer.ran["powershell.exe"][-1]
    sent = command.removeprefix("Start-Process '").removesuffix("'")
    assert unquote(sent) == unquote(link)
    assert sent.endswith("?a=1&b=%2F"), "what a link is made of stays as it is"
    assert not set(sent).intersection("'`\"$();|\\\N{RIGHT SINGLE QUOTATION MARK}")


@pytest.mark.parametrize(
    ("environment", "programs", "obstacle"),
    [
        ({**_SHOWN, **_AFAR}, ("xdg-open", "wslview"), Obstacle.REMOTE),
        ({**_EDITOR, **_AFAR, "BROWSER": "w3m"}, ("xdg-open", "w3m"), Obstacle.REMOTE),
        ({**_SHOWN, "SSH_TTY": "/dev/pts/1"}, ("xdg-open",), Obstacle.REMOTE),
        ({"SSH_CLIENT": "10.0.0.1 1 22", "BROWSER": "lynx"}, ("lynx",), Obstacle.REMOTE),
        ({"BROWSER": "lynx"}, ("lynx", "xdg-open"), Obstacle.TEXT_ONLY),
        ({"BROWSER": "/usr/bin/w3m -o x=1 %s"}, ("xdg-open",), Obstacle.TEXT_ONLY),
        ({"BROWSER": "www-browser:epiphany"}, ("xdg-open", "epiphany"), Obstacle.TEXT_ONLY),
        ({**_SHOWN, "BROWSER": "lynx"}, ("lynx",), Obstacle.TEXT_ONLY),
        ({}, ("xdg-open", "firefox"), Obstacle.NO_DISPLAY),
        ({"DISPLAY": "", "BROWSER": "firefox"}, ("firefox",), Obstacle.NO_DISPLAY),
        (_SHOWN, ("open", "lynx"), Obstacle.NO_BROWSER),
    ],
)
def test_where_something_is_in_the_way_nothing_is_started(
    computer: FakePrograms,
    environment: dict[str, str],
    programs: tuple[str, ...],
    obstacle: Obstacle,
) -> None:
    computer.install(*programs)
    environment = {"PATH": computer.path, **environment}
    assert not browser.can_open(environment)
    assert browser.obstacle(environment) is obstacle
    assert browser.try_to_open(_LINK, environment) is Opening.FAILED
    assert not computer.ran


def test_a_mac_in_the_next_room_is_remote(
    computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    computer.install("open")
    assert not browser.can_open({"PATH": computer.path, **_AFAR})
    assert browser.obstacle({"PATH": computer.path, **_AFAR}) is Obstacle.REMOTE


@pytest.mark.parametrize("ending", ["exit 3", "kill -9 $$"])
def test_an_opener_that_fails_is_noticed(computer: FakePrograms, ending: str) -> None:
    computer.install("xdg-open", then=ending)
    environment = {"PATH": computer.path, **_SHOWN}
    assert browser.try_to_open(_LINK, environment) is Opening.FAILED
    assert not browser.open_link(_LINK, environment)


def test_an_opener_that_cannot_be_started_fails(computer: FakePrograms) -> None:
    computer.install("xdg-open")
    (computer.folder / "xdg-open").write_text("#!/does/not/exist\n")
    environment = {"PATH": computer.path, **_SHOWN}
    assert browser.can_open(environment)
    assert browser.try_to_open(_LINK, environment) is Opening.FAILED


def test_a_file_that_is_no_program_is_passed_over(computer: FakePrograms) -> None:
    computer.install("xdg-open", "firefox")
    (computer.folder / "xdg-open").chmod(0o644)
    assert browser.open_link(_LINK, {"PATH": computer.path, **_SHOWN})
    assert computer.ran == {"firefox": [_LINK]}


def test_a_hanging_opener_lives_on_and_leaves_nothing_behind(
    computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_LOOK_SECONDS", 0.01)
    with computer.hanging("xdg-open") as opener:
        environment = {"PATH": computer.path, **_SHOWN}
        assert browser.try_to_open(_LINK, environment) is Opening.UNSURE
        process, word = opener.let_end()
    assert word == "lived"
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_an_opener_gets_the_environment_and_says_nothing(
    computer: FakePrograms, capfd: pytest.CaptureFixture[str]
) -> None:
    noted = computer.folder / "environment"
    computer.install("xdg-open", then=f'/usr/bin/env >"{noted}"; echo out; echo err >&2')
    environment = {"PATH": computer.path, **_SHOWN, "LANG": "fr_FR.UTF-8"}
    assert browser.open_link(_LINK, environment)
    assert capfd.readouterr() == ("", "")
    got = dict(line.split("=", 1) for line in noted.read_text().splitlines())
    assert environment.items() <= got.items()
    assert got.keys() - environment.keys() <= {"BROWSER", "PWD", "OLDPWD", "SHLVL", "_"}
