"""The whole catalogue through the services: every mode ends in its own leaf, and strands nobody."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials.store import Store
from gts_wizard.errors import TooSlow, WireError, WizardError
from gts_wizard.services.wiring import open_services
from tests.hostile.catalogue import EVERY_MODE
from tests.hostile.conftest import PATIENT, SOON
from tests.hostile.journeys import Instance, Journey
from tests.hostile.modes import Mode, Stage
from tests.hostile.standing import ELSEWHERE, Place
from tests.server.hostile import Hostile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.conftest import Deadline, Visiting
    from tests.hostile.modes import Leaf
    from tests.hostile.standing import World

LATER = [mode for mode in EVERY_MODE if mode.script is not None]


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


@pytest.mark.parametrize("mode", EVERY_MODE, ids=str)
async def test_a_look_up_ends_as_the_catalogue_says_and_leaves_nothing_behind(
    mode: Mode, world: World, visit: Visiting, deadline: Deadline, shelf: Path
) -> None:
    deadline.seconds = SOON if mode.is_slow else PATIENT
    async with mode.stands(world) as place, aclosing(open_services(shelf)) as services:
        with visit(place):
            if mode.leaf is None:
                attempt = await services.sign_in.look_up(place.typed)
                assert attempt.server.host == place.host
            else:
                with pytest.raises(WizardError) as caught:
                    await services.sign_in.look_up(place.typed)
                assert type(caught.value) is mode.leaf
                look_at(caught.value, mode.words)
                assert not shelf.exists()


async def ending_of(journey: Journey, stage: Stage, mode: Mode) -> Leaf:
    """Return how a step ends."""
    try:
        # Only for the day the product's deadline is lost: then this fails, and does not hang.
        async with asyncio.timeout(PATIENT * 2):
            await journey.take(stage)
    except WizardError as failure:
        look_at(failure, mode.words)
        return type(failure)
    return None


@pytest.mark.parametrize("stage", list(Stage)[1:], ids=lambda stage: stage.name.lower())
async def test_a_step_that_failed_in_every_way_is_taken_as_soon_as_the_server_relents(
    stage: Stage, deadline: Deadline, shelf: Path
) -> None:
    instance = Instance()
    async with Hostile(instance) as server, Journey(shelf, server.host) as journey:
        await journey.walk_to(stage)
        before = Store(shelf).load()
        wrong: dict[str, tuple[Leaf, Leaf]] = {}
        for mode in LATER:
            assert mode.script is not None
            deadline.seconds = SOON if mode.is_slow else PATIENT
            await journey.services.connection.aclose()
            instance.turn(stage, mode.script)
            ending = await ending_of(journey, stage, mode)
            if ending is not mode.leaf_at(stage):
                wrong[mode.name] = (ending, mode.leaf_at(stage))
            assert Store(shelf).load() == before, mode.name
        assert wrong == {}
        instance.relent()
        await journey.services.connection.aclose()
        deadline.seconds = PATIENT
        await journey.take(stage)


@pytest.mark.parametrize("proxy", ["", "socks5h://127.0.0.1:{port}"], ids=["TLS", "SOCKS"])
async def test_a_handshake_that_is_given_up_leaves_no_connection_open(
    proxy: str, visit: Visiting, deadline: Deadline, shelf: Path
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
    typed = ELSEWHERE if proxy else f"https://127.0.0.1:{port}"
    deadline.seconds = SOON
    async with listening, aclosing(open_services(shelf)) as services:
        with visit(Place(typed, typed, settings=settings)), pytest.raises(TooSlow):
            await services.sign_in.look_up(typed)
        async with asyncio.timeout(PATIENT):
            await closed.wait()
