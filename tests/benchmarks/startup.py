"""How long starting takes: `python -m tests.benchmarks.startup`.

It prints a Markdown table: processor time of whole processes, commands against an interpreter that
imports `argparse`, `tomllib` and `platformdirs`, and the time until the first screen can be
used against a bare Textual app. Runs alternate, so that a busy machine slows both alike.
"""

import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gts_wizard.storage.store import Store
from tests.helpers.pty_terminal import PROGRAM, environment
from tests.helpers.sample_accounts import add_account
from tests.helpers.subprocess_cli import default_credentials_path

RUNS = 21
COMMANDS = (["token"], ["accounts"], ["path"], ["--help"])
BARE_COMMAND = [sys.executable, "-c", "import argparse, tomllib, platformdirs"]
# A terminal responds to "primary device attributes" (DA1), which ends the wizard's questions.
_DEVICE_QUERY, _DEVICE_REPORT = b"\x1b[c", b"\x1b[?62;c"
BARE_APP = """
from textual.app import App
from textual.widgets import Button, Footer, Header, Input, Static
class Bare(App):
    def compose(self):
        yield Header()
        yield Static("Welcome")
        yield Input()
        for label in ("One", "Two", "Three"):
            yield Button(label)
        yield Footer()
Bare().run()
"""


def processor_seconds(command: list[str], home: Path) -> float:
    """Run a command to its end, and return its user and system time, in seconds."""
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def seconds_to_welcome(command: list[str], home: Path) -> float:
    """Start a full-screen program, and return after how many seconds it has drawn “Welcome”."""
    master, slave = pty.openpty()
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment(home), stdin=slave, stdout=slave, stderr=slave
    ) as process:
        os.close(slave)
        drawn = b""
        while b"Welcome" not in drawn:
            piece = os.read(master, 65536)
            drawn += piece
            if _DEVICE_QUERY in piece:
                os.write(master, _DEVICE_REPORT)
        seconds = time.perf_counter() - started
        process.kill()
    os.close(master)
    return seconds


def main() -> None:
    """Print the table."""
    say("| started | median (ms) | bare (ms) | ratio |")
    say("| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        Store(default_credentials_path(home)).update(add_account("alice"))
        for arguments in COMMANDS:
            pairs = [
                (
                    processor_seconds([PROGRAM, *arguments], home),
                    processor_seconds(BARE_COMMAND, home),
                )
                for _ in range(RUNS)
            ]
            row(f"gts-wizard {' '.join(arguments)}", pairs)
    with tempfile.TemporaryDirectory() as folder:
        home, bare = Path(folder), [sys.executable, "-c", BARE_APP]
        pairs = [
            (seconds_to_welcome([PROGRAM], home), seconds_to_welcome(bare, home))
            for _ in range(RUNS)
        ]
        row("the first screen", pairs)


def row(name: str, pairs: list[tuple[float, float]]) -> None:
    """Print one row.

    Args:
        name: what was started.
        pairs: its seconds, and those of what it is compared with, run by run.
    """
    ours, bare = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(own / other for own, other in pairs)
    say(f"| `{name}` | {ours:.0f} | {bare:.0f} | {ratio:.2f} |")


def say(line: str) -> None:
    """Print a line at once, for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
