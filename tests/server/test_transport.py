"""One transport over its life: cancelled, reused, closed."""

from __future__ import annotations

import asyncio

import pytest

from gts_wizard.errors import TooSlow, WireError
from gts_wizard.practice import PracticeInstance
from gts_wizard.server.transport import Transport
from tests.helpers.raw_responses import drip_body, never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer

CARD = "/api/v2/instance"


@pytest.mark.parametrize("script", [never_respond, drip_body])
async def test_cancelling_is_a_cancellation_and_leaves_the_transport_usable(
    transport: Transport, script: object
) -> None:
    pages = {"/slow": script, "/thing": {"fine": 1}}
    async with RawServer(respond_by_path(pages)) as server:
        asking = asyncio.create_task(transport.get(f"{server.origin}/slow"))
        await server.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert asking.cancelled()
        assert (await transport.get(server.url)).document() == {"fine": 1}


async def test_a_deadline_of_the_caller_stays_the_callers(transport: Transport) -> None:
    async with RawServer(never_respond) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await transport.get(server.url)


async def test_being_too_slow_leaves_the_transport_usable(hasty: Transport) -> None:
    async with RawServer(respond_by_path({"/slow": drip_body, "/thing": {"fine": 1}})) as server:
        with pytest.raises(TooSlow):
            await hasty.get(f"{server.origin}/slow")
        assert (await hasty.get(server.url)).document() == {"fine": 1}


async def test_many_requests_share_one_connection(transport: Transport) -> None:
    with PracticeInstance() as practice:
        for _ in range(10):
            (await transport.get(practice.origin + CARD)).document()
        assert practice.connections == 1
        assert practice.requests == [f"GET {CARD}"] * 10


async def test_a_server_that_came_back_is_reached_again(transport: Transport) -> None:
    practice = PracticeInstance()
    with practice:
        (await transport.get(practice.origin + CARD)).document()
    with practice:
        (await transport.get(practice.origin + CARD)).document()


async def test_requests_at_the_same_time_do_not_mix(transport: Transport) -> None:
    pages = {f"/{number}": {"number": number} for number in range(30)}
    async with RawServer(respond_by_path(pages)) as server:
        answers = await asyncio.gather(
            *(transport.get(f"{server.origin}/{number}") for number in range(30))
        )
    assert [answer.document()["number"] for answer in answers] == list(range(30))


async def test_closing_with_a_request_pending_is_clean() -> None:
    transport = Transport(deadline=10)
    async with RawServer(never_respond) as server:
        asking = asyncio.create_task(transport.get(server.url))
        await server.asked.wait()
        await transport.aclose()
        with pytest.raises(WireError) as caught:
            await asking
    assert caught.value.host == server.host


async def test_a_closed_transport_fails_as_the_wire_does_and_closes_twice() -> None:
    transport = Transport(deadline=10)
    async with RawServer(respond(200, b"{}")) as server:
        await transport.get(server.url)
        await transport.aclose()
        await transport.aclose()
        with pytest.raises(WireError):
            await transport.get(server.url)
        assert len(server.received_requests) == 1


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_both_names_of_this_computer_are_asked_over_http(
    transport: Transport, name: str
) -> None:
    async with RawServer(respond(200, b"{}"), name=name) as server:
        assert (await transport.get(server.url)).host == f"{name}:{server.port}"
