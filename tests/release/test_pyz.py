"""The program of one file, run by a Python that has no packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers import subprocess_cli
from tests.helpers.browser_user import BrowserUser
from tests.helpers.pty_terminal import PtyTerminal
from tests.helpers.subprocess_cli import run, sign_in_users

if TYPE_CHECKING:
    from gts_wizard.practice import PracticeServer

pytestmark = [pytest.mark.pty, pytest.mark.slow]

_BUILD = Path(__file__).parents[2] / ".ci" / "release" / "build.py"
_BARE_PYTHON = (sys.executable, "-I", "-S")
_CTRL_Q = "\x11"
_OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 10, 13)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, built as for a release."""
    folder = tmp_path_factory.mktemp("release")
    done = subprocess.run(
        [sys.executable, str(_BUILD), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if "connection broken by" in done.stdout:
        pytest.skip("no network to fetch the packages that the file holds")
    assert done.returncode == 0, done.stdout
    return folder / "gts-wizard.pyz"


@pytest.fixture
def pyz(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file, which now is what the helpers run."""
    monkeypatch.setattr(PtyTerminal, "program", str(built))
    monkeypatch.setattr(subprocess_cli, "PROGRAM", str(built))
    return built


@pytest.mark.usefixtures("pyz")
def test_signs_in_at_its_practice_server_without_a_picture(tmp_path: Path) -> None:
    with (
        PtyTerminal(["practice"], tmp_path, prefix=_BARE_PYTHON) as terminal,
        BrowserUser() as alice,
    ):
        terminal.wait_for("Welcome")
        terminal.send("\r")
        terminal.wait_for("localhost:")
        terminal.send("\r")
        terminal.wait_for("Practice server")
        terminal.send("\r")
        terminal.wait_for("What may programs on this computer do?")
        terminal.send("\r")
        terminal.paste(alice.get_code(terminal.link()))
        terminal.wait_for("You are @alice@localhost:")
        terminal.send("i")
        terminal.wait_for("To see it, run:")
        terminal.send(_CTRL_Q)
        assert terminal.exit_code() == 0
    assert [*tmp_path.iterdir()] == [], "nothing is extracted"


@pytest.mark.usefixtures("pyz")
def test_prints_a_token(tmp_path: Path, practice: PracticeServer) -> None:
    [token] = sign_in_users(tmp_path, practice, "alice")
    done = run(tmp_path, "token", prefix=_BARE_PYTHON)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{token}\n", "")
    assert len([*tmp_path.iterdir()]) == 1, "nothing is extracted beside the credentials"


def test_tells_an_older_python_what_it_needs(built: Path) -> None:
    done = subprocess.run(
        [*_BARE_PYTHON, "-c", _OLD_PYTHON, str(built)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "needs Python 3.11 or newer, and this is Python 3.10." in done.stderr
