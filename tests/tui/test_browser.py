"""Opening a link: with which program, where, and what comes of it; the programs really run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from gts_wizard import browser
from gts_wizard.browser import Obstacle, OpenResult
from tests.helpers.fake_programs import FakePrograms

if TYPE_CHECKING:
    from pathlib import Path

_LINK = "https://example.org/oauth/authorize?client_id=01ABC&redirect_uri=urn:ietf&scope=read+push"
_DISPLAY = {"DISPLAY": ":0"}
_SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
_EDITOR = {"VSCODE_IPC_HOOK_CLI": "/run/user/1000/vscode-ipc.sock"}
_POWERSHELL = ["-NoProfile", "-NonInteractive", "-Command", f"Start-Process '{_LINK}'"]
_TEXT_BROWSERS = {"browsh", "elinks", "links", "links2", "lynx", "w3m", "www-browser"}


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look as long as it takes, on a slow computer too, and in a container as anywhere."""
    monkeypatch.setattr(browser, "_WATCH_SECONDS", 60)
    monkeypatch.setattr(browser, "_CONTAINER_MARKS", ())


@pytest.fixture
def computer(tmp_path: Path) -> FakePrograms:
    """A computer without any program."""
    return FakePrograms(tmp_path)


@pytest.mark.parametrize(
    ("environment", "programs", "opener"),
    [
        (_DISPLAY, ("xdg-open", "firefox"), "xdg-open"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ("xdg-open", "firefox"), "xdg-open"),
        (_DISPLAY, ("firefox", "lynx", "open"), "firefox"),
        ({**_DISPLAY, "BROWSER": "epiphany"}, ("epiphany", "xdg-open", "wslview"), "epiphany"),
        ({**_DISPLAY, "BROWSER": "lynx:epiphany"}, ("epiphany", "lynx", "xdg-open"), "epiphany"),
        ({**_DISPLAY, "BROWSER": "missing:epiphany"}, ("epiphany", "xdg-open"), "epiphany"),
        ({**_DISPLAY, "BROWSER": "missing"}, ("xdg-open",), "xdg-open"),
        ({**_DISPLAY, "BROWSER": "w3m"}, ("w3m", "xdg-open"), "xdg-open"),
        ({**_DISPLAY, "BROWSER": r"C:\Program Files\Firefox\firefox.exe"}, ("firefox",), "firefox"),
        ({**_DISPLAY, "BROWSER": '" : :"'}, ("xdg-open",), "xdg-open"),
        ({"WSL_DISTRO_NAME": "Debian"}, ("wslview", "powershell.exe"), "wslview"),
        ({**_DISPLAY, "WSL_DISTRO_NAME": "Debian"}, ("xdg-open", "wslview"), "wslview"),
        ({"WSL_DISTRO_NAME": "Debian", "BROWSER": "lynx"}, ("lynx", "wslview"), "wslview"),
        ({**_SSH, **_EDITOR, "BROWSER": "helper"}, ("helper", "xdg-open"), "helper"),
        ({**_EDITOR, "BROWSER": "w3m:helper"}, ("helper", "w3m"), "helper"),
        ({**_SSH, "BROWSER": "helper"}, ("helper", "xdg-open"), "helper"),
        ({"BROWSER": "helper"}, ("helper", "wslview", "xdg-open"), "helper"),
        ({"WSL_DISTRO_NAME": "Debian", "BROWSER": "helper"}, ("helper", "wslview"), "helper"),
        ({**_DISPLAY, **_EDITOR}, ("xdg-open",), "xdg-open"),
    ],
)
def test_best_opener_gets_the_link_and_nothing_else(
    computer: FakePrograms, environment: dict[str, str], programs: tuple[str, ...], opener: str
) -> None:
    computer.install(*programs)
    environment = {"PATH": computer.path, **environment}
    assert browser.can_open(environment)
    assert browser.open_and_watch(_LINK, environment) is OpenResult.DONE
    assert computer.ran == {opener: [_LINK]}
    browsers = computer.browsers_of(opener)
    assert "firefox" in browsers
    assert not _TEXT_BROWSERS.intersection(browsers)


def test_powershell_gets_the_link_whole(computer: FakePrograms) -> None:
    computer.install("powershell.exe")
    assert browser.open_link(_LINK, {"PATH": computer.path, "WSL_DISTRO_NAME": "Debian"})
    assert computer.ran == {"powershell.exe": _POWERSHELL}


def test_mac_opens_links_without_display(
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
def test_browser_variable_may_be_a_whole_command(
    computer: FakePrograms, command: str, arguments: list[str]
) -> None:
    computer.install("epiphany")
    environment = {"PATH": computer.path, **_DISPLAY, "BROWSER": command}
    assert browser.open_link(_LINK, environment)
    assert computer.ran == {"epiphany": arguments}


def test_link_for_powershell_is_quoted(computer: FakePrograms) -> None:
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
        ({**_DISPLAY, **_SSH}, ("xdg-open", "wslview"), Obstacle.REMOTE),
        ({**_EDITOR, **_SSH, "BROWSER": "w3m"}, ("xdg-open", "w3m"), Obstacle.REMOTE),
        ({**_DISPLAY, "SSH_TTY": "/dev/pts/1"}, ("xdg-open",), Obstacle.REMOTE),
        ({"SSH_CLIENT": "10.0.0.1 1 22", "BROWSER": "lynx"}, ("lynx",), Obstacle.REMOTE),
        ({"BROWSER": "lynx"}, ("lynx", "xdg-open"), Obstacle.TEXT_ONLY),
        ({"BROWSER": "/usr/bin/w3m -o x=1 %s"}, ("xdg-open",), Obstacle.TEXT_ONLY),
        ({"BROWSER": "www-browser:epiphany"}, ("xdg-open",), Obstacle.TEXT_ONLY),
        ({**_DISPLAY, "BROWSER": "lynx"}, ("lynx",), Obstacle.TEXT_ONLY),
        ({}, ("xdg-open", "firefox"), Obstacle.NO_DISPLAY),
        ({"DISPLAY": "", "BROWSER": "firefox"}, ("xdg-open",), Obstacle.NO_DISPLAY),
        (_DISPLAY, ("open", "lynx"), Obstacle.NO_BROWSER),
    ],
)
def test_obstacle_is_named_and_nothing_is_started(
    computer: FakePrograms,
    environment: dict[str, str],
    programs: tuple[str, ...],
    obstacle: Obstacle,
) -> None:
    computer.install(*programs)
    environment = {"PATH": computer.path, **environment}
    assert not browser.can_open(environment)
    assert browser.find_obstacle(environment) is obstacle
    assert browser.open_and_watch(_LINK, environment) is OpenResult.FAILED
    assert not computer.ran


@pytest.mark.parametrize(
    ("environment", "obstacle", "is_here"),
    [
        (_DISPLAY, None, True),
        ({**_DISPLAY, "BROWSER": "helper"}, None, True),
        ({**_DISPLAY, "container": "podman"}, None, True),
        ({**_DISPLAY, "container": "podman", "BROWSER": "helper"}, None, False),
        ({"container": "podman", "BROWSER": "helper"}, Obstacle.NO_DISPLAY, False),
        ({"BROWSER": "helper"}, Obstacle.NO_DISPLAY, False),
        ({**_SSH, "BROWSER": "helper"}, Obstacle.REMOTE, False),
        ({**_SSH, **_DISPLAY, "BROWSER": "helper"}, Obstacle.REMOTE, False),
        ({**_SSH, **_EDITOR, "BROWSER": "helper"}, None, False),
        ({"WSL_DISTRO_NAME": "Debian"}, None, False),
        ({"WSL_DISTRO_NAME": "Debian", "BROWSER": "helper"}, None, False),
        ({**_DISPLAY, "WSL_INTEROP": "/run/WSL/1_interop"}, None, False),
    ],
)
def test_browser_that_is_forwarded_to_is_not_here(
    computer: FakePrograms,
    environment: dict[str, str],
    obstacle: Obstacle | None,
    *,
    is_here: bool,
) -> None:
    computer.install("helper", "xdg-open", "wslview")
    environment = {"PATH": computer.path, **environment}
    assert browser.can_open(environment)
    assert browser.find_obstacle(environment) is obstacle
    assert browser.opens_here(environment) is is_here


def test_mark_of_a_container_is_found(
    computer: FakePrograms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.install("helper")
    environment = {"PATH": computer.path, **_DISPLAY, "BROWSER": "helper"}
    monkeypatch.setattr(browser, "_CONTAINER_MARKS", (tmp_path / ".dockerenv",))
    assert browser.opens_here(environment)
    (tmp_path / ".dockerenv").touch()
    assert not browser.opens_here(environment)


@pytest.mark.parametrize("command", ["explorer.exe", "/mnt/c/Windows/explorer.exe"])
def test_explorer_does_not_tell_whether_it_opened(computer: FakePrograms, command: str) -> None:
    computer.install("explorer.exe", then="exit 1")
    if "/" in command:
        command = str(computer.folder / "explorer.exe")
    environment = {"PATH": computer.path, "WSL_DISTRO_NAME": "Debian", "BROWSER": command}
    assert browser.open_and_watch(_LINK, environment) is OpenResult.UNSURE


def test_mac_over_ssh_is_remote(computer: FakePrograms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    computer.install("open")
    assert not browser.can_open({"PATH": computer.path, **_SSH})
    assert browser.find_obstacle({"PATH": computer.path, **_SSH}) is Obstacle.REMOTE


@pytest.mark.parametrize("ending", ["exit 3", "kill -9 $$"])
def test_failing_opener_is_noticed(computer: FakePrograms, ending: str) -> None:
    computer.install("xdg-open", then=ending)
    environment = {"PATH": computer.path, **_DISPLAY}
    assert browser.open_and_watch(_LINK, environment) is OpenResult.FAILED
    assert not browser.open_link(_LINK, environment)


def test_opener_that_cannot_start_fails(computer: FakePrograms) -> None:
    computer.install("xdg-open")
    (computer.folder / "xdg-open").write_text("#!/does/not/exist\n")
    environment = {"PATH": computer.path, **_DISPLAY}
    assert browser.can_open(environment)
    assert browser.open_and_watch(_LINK, environment) is OpenResult.FAILED


def test_file_that_is_not_executable_is_skipped(computer: FakePrograms) -> None:
    computer.install("xdg-open", "firefox")
    (computer.folder / "xdg-open").chmod(0o644)
    assert browser.open_link(_LINK, {"PATH": computer.path, **_DISPLAY})
    assert computer.ran == {"firefox": [_LINK]}


def test_hanging_opener_goes_on_and_leaves_no_zombie(
    computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_WATCH_SECONDS", 0.01)
    with computer.hanging("xdg-open") as opener:
        environment = {"PATH": computer.path, **_DISPLAY}
        assert browser.open_and_watch(_LINK, environment) is OpenResult.UNSURE
        process, word = opener.let_end()
    assert word == "lived"
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_opener_gets_the_environment_and_prints_nothing(
    computer: FakePrograms, capfd: pytest.CaptureFixture[str]
) -> None:
    noted = computer.folder / "environment"
    computer.install("xdg-open", then=f'/usr/bin/env >"{noted}"; echo out; echo err >&2')
    environment = {"PATH": computer.path, **_DISPLAY, "LANG": "fr_FR.UTF-8"}
    assert browser.open_link(_LINK, environment)
    assert capfd.readouterr() == ("", "")
    got = dict(line.split("=", 1) for line in noted.read_text().splitlines())
    assert environment.items() <= got.items()
    assert got.keys() - environment.keys() <= {"BROWSER", "PWD", "OLDPWD", "SHLVL", "_"}
