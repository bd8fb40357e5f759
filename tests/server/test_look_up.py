"""How long a look-up takes: one deadline for all its questions, and what was learnt by then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance, TooSlow, WireError
from gts_wizard.rules.address import read_address
from gts_wizard.server.discovery import find_server
from gts_wizard.server.look_up import LOOK_UP_SECONDS, LookUp
from tests.helpers.raw_responses import drip_body, never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import INSTANCE_V1, INSTANCE_V2, instance_document, nodeinfo_documents
from tests.helpers.split_domain import (
    DISCOVERY_PATHS,
    NODEINFO,
    WEBFINGER,
    redirect_to,
    requested_paths,
)

if TYPE_CHECKING:
    from gts_wizard.models import Server
    from gts_wizard.server.transport import Transport
    from tests.helpers.raw_server import Responder


async def hastily(transport: Transport, server: RawServer) -> Server:
    """Look a server up within a moment, though its transport would wait for ten seconds."""
    async with asyncio.timeout(5):
        return await find_server(transport, read_address(server.host), seconds=0.5)


def test_nobody_waits_for_longer_than_a_single_request_may_take() -> None:
    assert LOOK_UP_SECONDS <= 15


@pytest.mark.parametrize("script", [never_respond, drip_body])
async def test_a_silent_website_is_too_slow(transport: Transport, script: Responder) -> None:
    async with RawServer(script) as server:
        with pytest.raises(TooSlow, match=server.host):
            await hastily(transport, server)
        assert server.paths == [INSTANCE_V2]


async def test_the_older_card_has_the_time_that_the_newer_one_left(transport: Transport) -> None:
    async with RawServer(respond_by_path({INSTANCE_V1: never_respond})) as server:
        with pytest.raises(TooSlow, match=server.host):
            await hastily(transport, server)


async def test_a_website_silent_in_every_way_is_no_instance(transport: Transport) -> None:
    async with RawServer(respond_by_path(dict.fromkeys(DISCOVERY_PATHS, never_respond))) as server:
        with pytest.raises(NotAnInstance, match=server.host):
            await hastily(transport, server)
        assert requested_paths(server) == {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS


@pytest.mark.parametrize("silent", [INSTANCE_V2, INSTANCE_V1, NODEINFO, WEBFINGER])
async def test_a_silent_host_behind_a_domain_takes_no_longer(
    transport: Transport, silent: str
) -> None:
    async with (
        RawServer(respond_by_path({silent: never_respond})) as host,
        RawServer(
            respond_by_path(dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin))),
            name="localhost",
        ) as domain,
    ):
        with pytest.raises(WireError):
            await hastily(transport, domain)


async def test_silence_about_the_software_keeps_nobody_from_signing_in(
    transport: Transport,
) -> None:
    async with RawServer(respond(404)) as server:
        for path in (NODEINFO, "/nodeinfo/2.0"):
            server.script = respond_by_path(
                {
                    INSTANCE_V2: instance_document(),
                    **nodeinfo_documents(server.origin),
                    path: never_respond,
                }
            )
            found = await hastily(transport, server)
            assert (found.origin, found.software) == (server.origin, "")


async def test_a_silent_domain_proves_nothing_and_keeps_nobody_from_signing_in(
    transport: Transport,
) -> None:
    async with RawServer(never_respond, name="localhost") as domain:
        async with RawServer(
            respond_by_path({INSTANCE_V2: instance_document(account_domain=domain.host)})
        ) as host:
            assert (await hastily(transport, host)).account_domain == host.host
        assert requested_paths(domain) == DISCOVERY_PATHS


async def test_after_the_deadline_every_question_fails(transport: Transport) -> None:
    async with RawServer(respond(200, b"{}")) as server:
        look_up = LookUp(transport, seconds=0)
        for url in (server.url, "urn:x"):
            with pytest.raises(WireError):
                await look_up.get(url)


async def test_a_look_up_that_is_given_up_leaves_nothing_running(transport: Transport) -> None:
    async with RawServer(respond_by_path(dict.fromkeys(DISCOVERY_PATHS, never_respond))) as server:
        before = asyncio.all_tasks()
        looking = asyncio.ensure_future(find_server(transport, read_address(server.host)))
        async with asyncio.timeout(5):
            while requested_paths(server) != {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS:
                server.asked.clear()
                await server.asked.wait()
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        serving = {task for task in asyncio.all_tasks() if "_serve" in str(task.get_coro())}
        assert asyncio.all_tasks() - serving <= before
