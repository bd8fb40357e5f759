"""`gts-wizard practice --serve`: the practice server alone."""

from __future__ import annotations

import re
import signal
import subprocess
from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard.cli import practice as command
from gts_wizard.practice import EMULATED_SERVERS, PracticeServer
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.subprocess_cli import run_in_process

if TYPE_CHECKING:
    from pathlib import Path


def _served_version(origin: str) -> str:
    instance = httpx.get(f"{origin}/api/v1/instance", trust_env=False).json()
    return str(instance["version"])


@pytest.mark.slow
def test_practice_server_runs_until_ctrl_c(tmp_path: Path) -> None:
    served = subprocess.Popen(
        [PROGRAM, "practice", "--serve"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert served.stdout is not None
    line = served.stdout.readline()
    match = re.search(r"http://(localhost:\d+)", line)
    assert match is not None, line
    assert _served_version(match[0]).startswith("0.20.")
    served.send_signal(signal.SIGINT)
    out, err = served.communicate(timeout=60)
    assert (served.returncode, out) == (2, "")
    assert err.startswith(f"In another terminal, run: gts-wizard sign-in {match[1]}\n")
    assert "Traceback" not in err


@pytest.mark.parametrize("emulates", EMULATED_SERVERS)
def test_practice_server_is_like_the_server_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulates: str
) -> None:
    versions: list[str] = []

    def serve(server: PracticeServer) -> int:
        versions.append(_served_version(server.origin))
        return 0

    monkeypatch.setattr(command, "_serve", serve)
    assert run_in_process(tmp_path, "practice", "--serve", "--like", emulates).returncode == 0
    assert versions == [EMULATED_SERVERS[emulates].reported_version]


def test_port_in_use_is_told(tmp_path: Path, practice: PracticeServer) -> None:
    done = run_in_process(tmp_path, "practice", "--serve", "--port", str(practice.port))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Port {practice.port} can't be used" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "70000"], "--port: A port is a number from 0 to 65535."),
        (["--port", "http"], "--port: A port is a number from 0 to 65535."),
        (["--like", "0.1"], "--like can't be '0.1'. Choose from: "),
    ],
    ids=["port", "word", "server"],
)
def test_impossible_option_is_refused(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = run_in_process(tmp_path, "practice", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
