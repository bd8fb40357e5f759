"""What the program of `gts-wizard run` finds is as it was before: bytes, files and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import TOKEN, make_account
from tests.helpers.subprocess_cli import default_credentials_path, run, save_accounts

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE_SECONDS = 60
_NO_TEXT = b"\xff\x00\r\n\xfe"
_SHOW_BYTES = 'cat; printf %s "$1$VALUE" | od -An -tx1; cat nothing-here >&2'
_WAIT_FOR_CTRL_C = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
print("ready", flush=True)
print(signal.sigwait({signal.SIGINT}).name, flush=True)
raise SystemExit(3)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one account in it."""
    save_accounts(tmp_path, make_account())
    return tmp_path


@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
def test_bytes_that_are_no_text_pass_unchanged(home: Path, language: str) -> None:
    program = [b"sh", b"-c", _SHOW_BYTES.encode(), b"sh", b"a\xff\xfe"]

    def play(*prefix: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*prefix, *program],
            cwd=home,
            env={**environment(home), "LC_ALL": language, "VALUE": "b\udcff"},
            input=_NO_TEXT,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )

    done, alone = play(PROGRAM, "run", "--"), play()
    assert done.stdout.startswith(_NO_TEXT)
    assert b"61 ff fe 62 ff" in done.stdout
    assert (done.returncode, done.stdout, done.stderr) == (1, alone.stdout, alone.stderr)


def test_program_gets_no_file_that_the_wizard_opened(home: Path) -> None:
    command = ["ls", "/dev/fd"]
    alone = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run(home, "run", "--", *command).stdout == alone.stdout


def test_program_that_nobody_reads_ends_by_the_signal(home: Path) -> None:
    with subprocess.Popen(
        [PROGRAM, "run", "--", "yes"],
        cwd=home,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.readline() == b"y\n"
        started.stdout.close()
        assert started.wait(_PATIENCE_SECONDS) == -signal.SIGPIPE
        assert started.stderr.read() == b""


@pytest.mark.slow
def test_ctrl_c_reaches_the_program_alone(home: Path) -> None:
    with subprocess.Popen(
        [PROGRAM, "run", "--", sys.executable, "-c", _WAIT_FOR_CTRL_C],
        cwd=home,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        # What a terminal does: everything in the foreground gets it.
        os.killpg(started.pid, signal.SIGINT)
        assert started.communicate(timeout=_PATIENCE_SECONDS) == ("SIGINT\n", "")
        assert started.returncode == 3


def test_credentials_from_a_pipe_are_the_programs(home: Path) -> None:
    command = 'GTS_WIZARD_CREDENTIALS=<(cat "$0") "$@"'
    path = default_credentials_path(home)
    hidden = path.rename(home / "credentials")
    words = ("run", "alice", "--", "sh", "-c", 'echo "$MASTODON_ACCESS_TOKEN"')
    done = run(home, *words, prefix=("bash", "-c", command, str(hidden)))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{TOKEN}\n", "")
