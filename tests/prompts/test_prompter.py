"""Asking for a secret on a terminal."""

from __future__ import annotations

import io
import os
import termios
from typing import TYPE_CHECKING

from gts_wizard.prompts.prompter import Prompter

if TYPE_CHECKING:
    import pytest


def test_echo_is_off_before_a_secret_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    master, terminal = os.openpty()
    echoes = []

    class Screen(io.StringIO):
        def write(self, text: str) -> int:
            echoes.append(bool(termios.tcgetattr(terminal)[3] & termios.ECHO))
            return super().write(text)

    with os.fdopen(terminal) as answers:
        monkeypatch.setattr("sys.stdin", answers)
        monkeypatch.setattr("sys.stderr", Screen())
        os.write(master, b"secret\n")
        assert Prompter().ask_hidden("Paste the code").reveal() == "secret"
    os.close(master)
    assert echoes
    assert not any(echoes)
