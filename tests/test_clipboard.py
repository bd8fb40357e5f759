"""The tools that read the clipboard: which one is run, and what of its output is taken."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from gts_wizard import clipboard
from gts_wizard.clipboard import read_clipboard
from tests.helpers.fake_programs import FakePrograms

if TYPE_CHECKING:
    from pathlib import Path

_DISPLAY = {"DISPLAY": ":0"}
_WSL = {"WSL_DISTRO_NAME": "Debian"}
_PATIENCE_SECONDS = 60


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    """The computer that the wizard runs on, a Linux without any program yet."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(clipboard, "_SECONDS", _PATIENCE_SECONDS)
    return FakePrograms(tmp_path)


def _read(computer: FakePrograms, variables: dict[str, str]) -> str | None:
    """Return what is read from the clipboard, as text."""
    secret = read_clipboard({"PATH": computer.path, **variables})
    return None if secret is None else secret.reveal()


@pytest.mark.parametrize(
    ("platform", "variables", "programs"),
    [
        ("linux", _DISPLAY, ("xclip", "xsel", "wl-paste")),
        ("linux", _DISPLAY, ("xsel", "wl-paste")),
        ("linux", {**_DISPLAY, "WAYLAND_DISPLAY": "wayland-0"}, ("wl-paste", "xclip")),
        ("linux", {**_WSL, **_DISPLAY}, ("powershell.exe", "xclip")),
        ("darwin", {}, ("pbpaste", "xclip")),
    ],
)
def test_clipboard_is_read_with_the_tool_of_the_desktop(
    computer: FakePrograms,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    variables: dict[str, str],
    programs: tuple[str, ...],
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    computer.install(*programs, then=r"printf '\nexample.org\r\n'")
    assert _read(computer, variables) == "\nexample.org\r\n"
    assert list(computer.ran) == [programs[0]]


@pytest.mark.parametrize(
    ("variables", "then"),
    [
        ({**_DISPLAY, "SSH_TTY": "/dev/pts/1"}, "printf example.org"),
        ({**_DISPLAY, "SSH_CLIENT": "10.0.0.1 1 22"}, "printf example.org"),
        ({}, "printf example.org"),
        (_DISPLAY, "printf example.org; exit 1"),
        (_DISPLAY, "printf '   '"),
        (_DISPLAY, r"printf 'example.org\211PNG'"),
        (_DISPLAY, "printf example.org%065536d"),
        (_DISPLAY, "while :; do printf 0123456789012345678901234567890123456789; done"),
    ],
    ids=["SSH terminal", "SSH", "no display", "fails", "empty", "picture", "long", "endless"],
)
def test_nothing_is_read_where_there_is_no_fitting_text(
    computer: FakePrograms, variables: dict[str, str], then: str
) -> None:
    computer.install("xclip", then=then)
    assert _read(computer, variables) is None
    assert bool(computer.ran) is (variables == _DISPLAY)


def test_nothing_is_read_where_no_tool_is(computer: FakePrograms) -> None:
    assert _read(computer, _DISPLAY) is None


async def test_hanging_tool_and_what_it_started_is_ended(
    computer: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_SECONDS", 0.05)
    with computer.hanging("helper"):
        computer.install("xclip", then=f'"{computer.path}/helper" & wait')
        async with asyncio.timeout(_PATIENCE_SECONDS):
            assert await asyncio.to_thread(_read, computer, _DISPLAY) is None


def test_tool_prints_nothing_on_the_terminal(
    computer: FakePrograms, capfd: pytest.CaptureFixture[str]
) -> None:
    computer.install("xclip", then="echo GARBAGE >&2; printf example.org")
    assert _read(computer, _DISPLAY) == "example.org"
    assert "GARBAGE" not in "".join(capfd.readouterr())
