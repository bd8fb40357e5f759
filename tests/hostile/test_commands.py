"""The nastiest cases and the program's commands: one plain line and an exit code."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import pytest
from anyio.from_thread import start_blocking_portal

from gts_wizard.cli.output import USAGE_ERROR
from gts_wizard.errors import CodeRefused
from gts_wizard.storage.store import Store
from tests.helpers.hostile.case import PLACEHOLDER, Case, Stage, hint_template
from tests.helpers.hostile.cases import ALL_CASES, CASES_BY_NAME, NASTIEST
from tests.helpers.hostile.environments import PATIENT, SOON
from tests.helpers.hostile.steps import LONG_CODE, BreakableServer, StepRunner
from tests.helpers.raw_server import RawServer
from tests.helpers.subprocess_cli import default_credentials_path, run, run_in_process
from tests.helpers.subprocesses import LONG_TESTS

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from gts_wizard.errors import WizardError
    from tests.helpers.hostile.case import ExpectedError
    from tests.helpers.hostile.environments import (
        Deadline,
        EnterEnvironment,
        Environment,
        FakeNetwork,
    )

T = TypeVar("T")

DEADLINE_SECONDS = 15
REPEATED_REQUEST = CASES_BY_NAME["status 400 that repeats the request"]
NESTED_LISTS = CASES_BY_NAME["mebibyte of lists in lists"]
RESET = CASES_BY_NAME["connection reset within the body"]
REDIRECT_WITH_CODE = CASES_BY_NAME["redirect to urn:ietf:wg:oauth:2.0:oob?code=canary"]


def check_message(
    done: subprocess.CompletedProcess[str], error: type[WizardError], *, is_typed: bool = False
) -> str:
    """Check an exit code and that all output is plain; return the line with the message."""
    # After a refused code the program asks for another one, and gets none.
    asks_again = issubclass(error, CodeRefused)
    assert done.stdout == ""
    assert done.returncode == (USAGE_ERROR if asks_again else error.exit_code), done.stderr
    assert "Traceback" not in done.stderr
    assert all(line.isprintable() for line in done.stderr.split("\n"))
    assert "canary" not in done.stderr.lower()
    message = done.stderr.splitlines()[-5 if asks_again else -1]
    for words in (
        *PLACEHOLDER.split(error.message_template),
        *PLACEHOLDER.split(hint_template(error, is_typed=is_typed)),
    ):
        assert words in message, done.stderr
    return message


def check_look_up(done: subprocess.CompletedProcess[str], case: Case, target: Environment) -> None:
    """Check what is printed of a look-up, and that nothing is saved of one that failed."""
    if case.error is None:
        assert f"Server: {target.host}\n" in done.stderr or "Server: Somewhere\n" in done.stderr
        return
    assert case.words in check_message(done, case.error, is_typed=True)
    assert len(done.stderr.splitlines()) == 6, done.stderr


@contextmanager
def opened(servers: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Open servers in another thread, for the program runs an event loop in this one."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(servers) as entered:
        yield entered


def sign_in_line(target: Environment) -> tuple[str, ...]:
    """Return the command line that signs in at the address of an environment."""
    return ("sign-in", target.typed, "--plain", "--scopes", "read")


async def run_look_up(
    case: Case, network: FakeNetwork
) -> tuple[Environment, subprocess.CompletedProcess[str]]:
    """Run `sign-in` as a process in a case's environment, without answers to its questions."""
    async with case.environment(network) as target:
        line = sign_in_line(target)
        return target, await asyncio.to_thread(
            run, network.folder, *line, PYTHONWARNINGS="error", **target.variables
        )


@pytest.mark.parametrize("case", NASTIEST, ids=str)
def test_failed_look_up_is_one_line_and_saves_nothing(
    case: Case, network: FakeNetwork, enter: EnterEnvironment, deadline: Deadline
) -> None:
    deadline.seconds = SOON if case.is_slow else PATIENT
    with opened(case.environment(network)) as target, enter(target):
        done = run_in_process(network.folder, *sign_in_line(target), **target.settings)
    check_look_up(done, case, target)
    assert default_credentials_path(network.folder).exists() is (case.error is None)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in NASTIEST if not case.is_slow], ids=str)
async def test_process_ends_with_one_line_after_failed_look_up(
    case: Case, network: FakeNetwork
) -> None:
    target, done = await run_look_up(case, network)
    check_look_up(done, case, target)
    assert default_credentials_path(network.folder).exists() is (case.error is None)


@pytest.mark.slow
def test_failed_sign_in_goes_on_with_same_command(tmp_path: Path) -> None:
    breakable = BreakableServer()
    with opened(RawServer(breakable)) as server:
        line = ("sign-in", server.host, "--plain", "--scopes", "read")
        for stage, case in [
            (Stage.REGISTER, REPEATED_REQUEST),
            (Stage.EXCHANGE, REPEATED_REQUEST),
            (Stage.EXCHANGE, RESET),
            (Stage.VERIFY, REPEATED_REQUEST),
        ]:
            error = case.error_at(stage)
            assert case.script is not None
            assert error is not None
            breakable.break_at(stage, case.script)
            check_message(run_in_process(tmp_path, *line, answers=f"{LONG_CODE}\n"), error)
            *_, pending = Store(default_credentials_path(tmp_path)).load().pending_sign_ins
            assert (pending.token is not None) is (stage is Stage.VERIFY), case
        breakable.repair()
        done = run_in_process(tmp_path, *line, answers=f"{LONG_CODE}\n")
        assert (done.returncode, done.stdout) == (
            0,
            f"You are signed in as @alice@{server.host}.\n",
        )
        # Twice it failed, and once it succeeded; the token is not asked for again.
        assert server.paths.count(Stage.EXCHANGE.value) == 3


def names_cause(message: str, error: ExpectedError) -> bool:
    """Tell whether a message has the cause of an error."""
    return error is not None and all(
        words in message for words in PLACEHOLDER.split(error.message_template)
    )


async def run_to_notifications(credentials_path: Path, host: str) -> None:
    """Sign in to a server."""
    async with StepRunner(credentials_path, host) as steps:
        await steps.run_to(Stage.NOTIFICATIONS)


def test_failed_check_and_sign_out_keep_the_account(tmp_path: Path) -> None:
    breakable = BreakableServer()
    credentials_path = default_credentials_path(tmp_path)
    with opened(RawServer(breakable)) as server:
        asyncio.run(run_to_notifications(credentials_path, server.host))
        (before,) = Store(credentials_path).load().accounts
        for case in (REPEATED_REQUEST, NESTED_LISTS):
            assert case.script is not None
            breakable.break_at(Stage.VERIFY, case.script)
            done = run_in_process(tmp_path, "check")
            assert done.returncode == 1, case
            assert "canary" not in (done.stdout + done.stderr).lower(), case
            (message,) = done.stderr.splitlines()
            assert names_cause(message, case.error_at(Stage.VERIFY)), message
        for case in (REPEATED_REQUEST, REDIRECT_WITH_CODE):
            assert case.script is not None
            breakable.break_at(Stage.REVOKE, case.script)
            done = run_in_process(tmp_path, "sign-out", before.handle)
            assert (done.returncode, done.stdout) == (1, ""), case
            assert "canary" not in done.stderr.lower(), case
            message, outcome = done.stderr.splitlines()
            assert names_cause(message, case.error_at(Stage.REVOKE)), message
            assert outcome.startswith(f"{before.handle} is still saved here.")
        (after,) = Store(credentials_path).load().accounts
        assert after.token == before.token


@pytest.mark.slow
@pytest.mark.skipif(not LONG_TESTS, reason="waits 15 seconds; set GTS_WIZARD_LONG_TESTS=1")
@pytest.mark.parametrize("case", [case for case in ALL_CASES if case.is_slow], ids=str)
async def test_look_up_takes_at_most_15_seconds(case: Case, network: FakeNetwork) -> None:
    before = time.monotonic()
    _, done = await run_look_up(case, network)
    seconds = time.monotonic() - before
    assert case.error is not None
    check_message(done, case.error, is_typed=True)
    assert DEADLINE_SECONDS <= seconds < DEADLINE_SECONDS + 5, "with the program's start"
