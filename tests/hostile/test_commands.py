"""The catalogue and the installed program: one plain line and an exit code, whatever happens."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gts_wizard.commands.output import MISUSED
from gts_wizard.credentials.store import Store
from gts_wizard.errors import CodeRefused
from tests.helpers.hostile.case import PLACEHOLDER, Case, Stage
from tests.helpers.hostile.cases import ALL_CASES, CASES_BY_KIND, NASTIEST
from tests.helpers.hostile.steps import LONG_CODE, BreakableServer
from tests.helpers.pty_terminal import environment
from tests.helpers.raw_server import RawServer
from tests.helpers.subprocess_cli import default_credentials_path, run
from tests.helpers.subprocesses import LONG_TESTS

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.errors import WizardError
    from tests.helpers.hostile.case import ExpectedError
    from tests.helpers.hostile.environments import Environment, FakeNetwork

BOUND_SECONDS = 15
_HASTILY = """
import sys
from gts_wizard.cli import main
from gts_wizard.server import connection
from gts_wizard.server.transport import Transport
connection._build = lambda: Transport(deadline=0.3)
sys.exit(main())
"""
FAST = [mode for mode in NASTIEST if not mode.is_slow]

Program = Callable[..., subprocess.CompletedProcess[str]]
"""Runs the program to its end, given a home, a command line and variables."""


def complaint_of(done: subprocess.CompletedProcess[str], leaf: type[WizardError]) -> str:
    """Return the line in which a program told a failure, once it is certain that all is plain."""
    # Another code is asked for then, and nobody answers.
    is_asked_again = issubclass(leaf, CodeRefused)
    assert done.stdout == ""
    assert done.returncode == (MISUSED if is_asked_again else leaf.exit_code), done.stderr
    assert "Traceback" not in done.stderr
    assert all(line.isprintable() for line in done.stderr.split("\n"))
    assert "canary" not in done.stderr.lower()
    told = done.stderr.splitlines()[-3 if is_asked_again else -1]
    for words in (*PLACEHOLDER.split(leaf.cause), *PLACEHOLDER.split(leaf.advice)):
        assert words in told, done.stderr
    return told


def run_hastily(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program with a deadline that is soon over."""
    return subprocess.run(
        [sys.executable, "-c", _HASTILY, *arguments],
        cwd=home,
        env={**environment(home), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def look_up(
    case: Case, network: FakeNetwork, program: Program = run
) -> tuple[Environment, subprocess.CompletedProcess[str]]:
    """Run `sign-in` where a mode is met, with nobody there to answer a question."""
    async with case.environment(network) as place:
        line = ("sign-in", place.typed, "--plain", "--scopes", "read")
        return place, await asyncio.to_thread(
            program, network.folder, *line, PYTHONWARNINGS="error", **place.variables
        )


@pytest.mark.parametrize("kind", CASES_BY_KIND)
async def test_a_look_up_that_fails_ends_the_program_with_one_plain_line(
    kind: str, network: FakeNetwork
) -> None:
    cores = asyncio.Semaphore(2)

    async def try_out(number: int, case: Case) -> None:
        own = replace(network, folder=network.folder / str(number))
        own.folder.mkdir()
        async with cores:
            place, done = await look_up(case, own, run_hastily if case.is_slow else run)
        if case.error is None:
            assert f"Found {place.host}" in done.stderr or "Found Somewhere" in done.stderr, case
            return
        assert case.words in complaint_of(done, case.error), case
        assert len(done.stderr.splitlines()) == 3, done.stderr
        assert not default_credentials_path(own.folder).exists(), case

    async with asyncio.TaskGroup() as trying:
        for number, mode in enumerate(CASES_BY_KIND[kind]):
            trying.create_task(try_out(number, mode))


async def ask(home: Path, *line: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program beside the servers of this process."""
    return await asyncio.to_thread(run, home, *line, answers=answers)


@pytest.mark.parametrize(
    "stage", [Stage.REGISTER, Stage.EXCHANGE, Stage.VERIFY], ids=lambda stage: stage.name.lower()
)
async def test_a_sign_in_that_fails_later_is_gone_on_with_by_the_same_command(
    stage: Stage, tmp_path: Path
) -> None:
    instance = BreakableServer()
    async with RawServer(instance) as server:
        line = ("sign-in", server.host, "--plain", "--scopes", "read")
        for mode in FAST:
            leaf = mode.error_at(stage)
            assert mode.script is not None
            assert leaf is not None
            instance.break_at(stage, mode.script)
            complaint_of(await ask(tmp_path, *line, answers=f"{LONG_CODE}\n"), leaf)
            (attempt,) = Store(default_credentials_path(tmp_path)).load().attempts
            assert (attempt.token is not None) is (stage is Stage.VERIFY), mode
        instance.repair()
        done = await ask(tmp_path, *line, answers=f"{LONG_CODE}\n")
        assert (done.returncode, done.stdout) == (
            0,
            f"You are signed in as @alice@{server.host}.\n",
        )
        assert server.paths.count(Stage.EXCHANGE.value) == 1 + len(FAST) * (stage is Stage.EXCHANGE)


def causes(leaf: ExpectedError, told: str) -> bool:
    """Tell whether a line names the cause of a leaf."""
    return leaf is not None and all(words in told for words in PLACEHOLDER.split(leaf.cause))


async def test_checking_and_signing_out_fail_in_plain_lines_and_lose_nothing(
    tmp_path: Path,
) -> None:
    instance = BreakableServer()
    async with RawServer(instance) as server:
        line = ("sign-in", server.host, "--plain", "--scopes", "read")
        await ask(tmp_path, *line, answers=f"{LONG_CODE}\n")
        shelf = Store(default_credentials_path(tmp_path))
        (before,) = shelf.load().accounts
        for mode in FAST:
            assert mode.script is not None
            instance.break_at(Stage.VERIFY, mode.script)
            checked = await ask(tmp_path, "check")
            assert checked.returncode == 1, mode
            assert "canary" not in (checked.stdout + checked.stderr).lower(), mode
            (failure,) = checked.stderr.splitlines()
            assert causes(mode.error_at(Stage.VERIFY), failure), failure
            if mode.error_at(Stage.REVOKE) is None:
                continue
            instance.break_at(Stage.REVOKE, mode.script)
            ended = await ask(tmp_path, "sign-out", before.handle)
            assert (ended.returncode, ended.stdout) == (1, ""), mode
            assert "canary" not in ended.stderr.lower(), mode
            failure, kept = ended.stderr.splitlines()
            assert causes(mode.error_at(Stage.REVOKE), failure), failure
            assert kept.startswith("Nothing was removed.")
        (after,) = shelf.load().accounts
        assert after.token == before.token


@pytest.mark.skipif(not LONG_TESTS, reason="waits 15 seconds; set GTS_WIZARD_LONG_TESTS=1")
@pytest.mark.parametrize("case", [one for one in ALL_CASES if one.is_slow], ids=str)
async def test_nothing_takes_longer_than_15_seconds(case: Case, network: FakeNetwork) -> None:
    before = time.monotonic()
    _, done = await look_up(case, network)
    taken = time.monotonic() - before
    assert case.error is not None
    complaint_of(done, case.error)
    assert BOUND_SECONDS <= taken < BOUND_SECONDS + 5, "starting takes its time, too"
