"""The whole catalogue through the services: every mode ends in its own leaf, and strands nobody."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.errors import TooSlow, WireError, WizardError
from gts_wizard.services.wiring import open_services
from tests.helpers.hostile.case import Case, Stage
from tests.helpers.hostile.cases import ALL_CASES
from tests.helpers.hostile.environments import OTHER_HOST, PATIENT, SOON, Environment
from tests.helpers.hostile.steps import BreakableServer, StepRunner
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.hostile.case import ExpectedError
    from tests.helpers.hostile.environments import Deadline, FakeNetwork, Visiting

LATER = [mode for mode in ALL_CASES if mode.script is not None]


def look_at(failure: WizardError, words: str) -> None:
    """Make sure that a failure says what a person needs, and nothing that is secret."""
    told = str(failure)
    assert words in told
    assert "{" not in told
    assert len(told) < 400
    assert failure.what_to_do
    assert not isinstance(failure, WireError) or failure.host in failure.what_happened
    assert "canary" not in repr(vars(failure)).lower()
    assert (failure.__cause__, failure.__context__) == (None, None)


@pytest.mark.parametrize("case", ALL_CASES, ids=str)
async def test_a_look_up_ends_as_the_catalogue_says_and_leaves_nothing_behind(
    case: Case, network: FakeNetwork, visit: Visiting, deadline: Deadline, credentials_path: Path
) -> None:
    deadline.seconds = SOON if case.is_slow else PATIENT
    async with (
        case.environment(network) as place,
        aclosing(open_services(credentials_path)) as services,
    ):
        with visit(place):
            if case.error is None:
                attempt = await services.sign_in.look_up(place.typed)
                assert attempt.server.host == place.host
            else:
                with pytest.raises(WizardError) as caught:
                    await services.sign_in.look_up(place.typed)
                assert type(caught.value) is case.error
                look_at(caught.value, case.words)
                assert not credentials_path.exists()


async def ending_of(journey: StepRunner, stage: Stage, case: Case) -> ExpectedError:
    """Return how a step ends."""
    try:
        # Only for the day the product's deadline is lost: then this fails, and does not hang.
        async with asyncio.timeout(PATIENT * 2):
            await journey.take(stage)
    except WizardError as failure:
        look_at(failure, case.words)
        return type(failure)
    return None


@pytest.mark.parametrize("stage", list(Stage)[1:], ids=lambda stage: stage.name.lower())
async def test_a_step_that_failed_in_every_way_is_taken_as_soon_as_the_server_relents(
    stage: Stage, deadline: Deadline, credentials_path: Path
) -> None:
    instance = BreakableServer()
    async with RawServer(instance) as server, StepRunner(credentials_path, server.host) as journey:
        await journey.run_to(stage)
        before = Store(credentials_path).load()
        wrong: dict[str, tuple[ExpectedError, ExpectedError]] = {}
        for mode in LATER:
            assert mode.script is not None
            deadline.seconds = SOON if mode.is_slow else PATIENT
            await journey.services.connection.aclose()
            instance.break_at(stage, mode.script)
            ending = await ending_of(journey, stage, mode)
            if ending is not mode.error_at(stage):
                wrong[mode.name] = (ending, mode.error_at(stage))
            assert Store(credentials_path).load() == before, mode.name
        assert wrong == {}
        instance.repair()
        await journey.services.connection.aclose()
        deadline.seconds = PATIENT
        await journey.take(stage)


@pytest.mark.parametrize("proxy", ["", "socks5h://127.0.0.1:{port}"], ids=["TLS", "SOCKS"])
async def test_a_handshake_that_is_given_up_leaves_no_connection_open(
    proxy: str, visit: Visiting, deadline: Deadline, credentials_path: Path
) -> None:
    closed = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while await reader.read(4096):
                pass
        writer.close()
        closed.set()

    listening = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    settings = {"HTTPS_PROXY": proxy.format(port=port)}
    typed = OTHER_HOST if proxy else f"https://127.0.0.1:{port}"
    deadline.seconds = SOON
    async with listening, aclosing(open_services(credentials_path)) as services:
        with visit(Environment(typed, typed, settings=settings)), pytest.raises(TooSlow):
            await services.sign_in.look_up(typed)
        async with asyncio.timeout(PATIENT):
            await closed.wait()
