"""The whole catalogue through the services: each case becomes its error, and does no harm."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import ServerError, Timeout, WizardError
from gts_wizard.services.container import open_services
from gts_wizard.storage.store import Store
from tests.helpers.hostile.case import LATER_STAGES, Case, Stage
from tests.helpers.hostile.cases import ALL_CASES, CASES_BY_KIND, NASTIEST
from tests.helpers.hostile.environments import OTHER_HOST, PATIENT, SOON, Environment
from tests.helpers.hostile.steps import BreakableServer, StepRunner
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.hostile.case import ExpectedError
    from tests.helpers.hostile.environments import Deadline, EnterEnvironment, FakeNetwork

LATER_CASES = [case for case in ALL_CASES if case.script is not None]
# Those of one kind with the same deadline share connections, as far as they leave them open.
SHARING_CASES = [
    [case for case in LATER_CASES if case in of_kind and case.is_slow is is_slow]
    for of_kind in CASES_BY_KIND.values()
    for is_slow in (False, True)
]


def check_message(failure: WizardError, words: str) -> None:
    """Check that a failure's message is complete, and holds no secret."""
    message = str(failure)
    assert words in message
    assert "{" not in message
    # The words of the server are part of it.
    assert len(message) < 600
    assert failure.hint
    assert not isinstance(failure, ServerError) or failure.host in failure.message
    assert "canary" not in repr(vars(failure)).lower()
    assert (failure.__cause__, failure.__context__) == (None, None)


def test_nastiest_cases_are_of_every_error() -> None:
    assert {case.error for case in NASTIEST} == {case.error for case in ALL_CASES}


@pytest.mark.parametrize("case", ALL_CASES, ids=str)
async def test_look_up_raises_error_and_saves_nothing(
    case: Case,
    network: FakeNetwork,
    enter: EnterEnvironment,
    deadline: Deadline,
    credentials_path: Path,
) -> None:
    deadline.seconds = SOON if case.is_slow else PATIENT
    async with (
        case.environment(network) as environment,
        aclosing(open_services(credentials_path)) as services,
    ):
        with enter(environment):
            if case.error is None:
                pending = await services.sign_in.look_up(environment.typed)
                assert pending.server.host == environment.host
            else:
                with pytest.raises(WizardError) as caught:
                    await services.sign_in.look_up(environment.typed)
                assert type(caught.value) is case.error
                check_message(caught.value, case.words)
                assert not credentials_path.exists()


async def outcome_of(steps: StepRunner, stage: Stage, case: Case) -> ExpectedError:
    """Return the error that a step ends with, if any."""
    try:
        # So that the test fails rather than hangs where the program's own deadline is missing.
        async with asyncio.timeout(PATIENT * 2):
            await steps.take(stage)
    except WizardError as failure:
        check_message(failure, case.words)
        return type(failure)
    return None


@pytest.mark.slow
@pytest.mark.parametrize("stage", LATER_STAGES, ids=lambda stage: stage.name.lower())
async def test_failed_step_changes_nothing_and_succeeds_later(
    stage: Stage, deadline: Deadline, credentials_path: Path
) -> None:
    breakable = BreakableServer()
    async with RawServer(breakable) as server, StepRunner(credentials_path, server.host) as steps:
        await steps.run_to(stage)
        before = Store(credentials_path).load()
        saved_bytes = credentials_path.read_bytes()
        outcomes: dict[str, ExpectedError] = {}
        for cases in SHARING_CASES:
            await steps.services.http.aclose()
            for case in cases:
                assert case.script is not None
                deadline.seconds = SOON if case.is_slow else PATIENT
                breakable.break_at(stage, case.script)
                outcomes[case.name] = await outcome_of(steps, stage, case)
                if credentials_path.read_bytes() != saved_bytes:
                    assert Store(credentials_path).load() == before, case.name
        assert outcomes == {case.name: case.error_at(stage) for case in LATER_CASES}
        breakable.repair()
        await steps.services.http.aclose()
        deadline.seconds = PATIENT
        await steps.take(stage)


@pytest.mark.parametrize("proxy", ["", "socks5h://127.0.0.1:{port}"], ids=["TLS", "SOCKS"])
async def test_timeout_in_handshake_closes_connection(
    proxy: str, enter: EnterEnvironment, deadline: Deadline, credentials_path: Path
) -> None:
    closed = asyncio.Event()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while await reader.read(4096):
                pass
        writer.close()
        closed.set()

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    settings = {"HTTPS_PROXY": proxy.format(port=port)}
    typed = OTHER_HOST if proxy else f"https://127.0.0.1:{port}"
    deadline.seconds = SOON
    async with listening, aclosing(open_services(credentials_path)) as services:
        with enter(Environment(typed, typed, settings=settings)), pytest.raises(Timeout):
            await services.sign_in.look_up(typed)
        async with asyncio.timeout(PATIENT):
            await closed.wait()
