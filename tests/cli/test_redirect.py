"""The whole program, on a desktop: an address, four times Enter, and nothing to paste."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpers.browser_program import install_browser
from tests.helpers.pty_terminal import PtyTerminal

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.practice import PracticeServer

_ENTER, _CTRL_Q = "\r", "\x11"


@pytest.mark.slow
@pytest.mark.pty
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_address_and_four_times_enter_sign_in(tmp_path: Path, practice: PracticeServer) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    page = install_browser(programs)
    path = f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"
    with PtyTerminal([], tmp_path, DISPLAY=":0", PATH=path) as terminal:
        terminal.wait_for("Welcome")
        terminal.send(_ENTER)
        terminal.wait_for("Where is your account?")
        terminal.send(practice.address)
        for shown in ("Practice server", "What may programs", "Open in browser"):
            terminal.send(_ENTER)
            terminal.wait_for(shown)
        terminal.send(_ENTER)
        terminal.wait_for(f"You are @alice@{practice.address}")
        terminal.wait_until(page.exists, "the last page in the browser")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0
    assert "You are connected" in page.read_text()
    assert not [request for request in practice.requests if request == "GET /oauth/oob"]
