"""How long a look-up takes: one deadline for all its requests, and what was learnt by then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.address import read_address
from gts_wizard.api.discovery import find_server
from gts_wizard.api.http import DEADLINE_SECONDS
from gts_wizard.api.session import LOOKUP_SECONDS, DeadlineClient
from gts_wizard.errors import NotAnInstance, ServerError, Timeout
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
    from gts_wizard.api.http import HttpClient
    from gts_wizard.models import Server
    from tests.helpers.fake_network import FakeNetwork
    from tests.helpers.raw_server import Responder


async def find_soon(http: HttpClient, host: str = "example.org") -> Server:
    """Look a server up within a second, though the HTTP client would wait for sixty."""
    async with asyncio.timeout(30):
        return await find_server(http, read_address(host), seconds=1)


def test_look_up_takes_no_longer_than_one_request_may() -> None:
    assert LOOKUP_SECONDS <= DEADLINE_SECONDS <= 15


@pytest.mark.slow
@pytest.mark.parametrize("script", [never_respond, drip_body])
async def test_silent_server_is_too_slow(http: HttpClient, script: Responder) -> None:
    async with RawServer(script) as server:
        with pytest.raises(Timeout, match=server.host):
            await find_soon(http, server.host)
        assert server.paths == [INSTANCE_V2]


@pytest.mark.slow
async def test_second_request_has_only_the_time_that_is_left(network: FakeNetwork) -> None:
    network.serve("example.org", respond_by_path({INSTANCE_V1: never_respond}))
    with pytest.raises(Timeout, match=r"example\.org"):
        await find_soon(network.http)


@pytest.mark.slow
async def test_website_with_silent_discovery_is_no_instance(network: FakeNetwork) -> None:
    silent = dict.fromkeys(DISCOVERY_PATHS, never_respond)
    server = network.serve("example.org", respond_by_path(silent))
    with pytest.raises(NotAnInstance, match=r"example\.org"):
        await find_soon(network.http)
    assert requested_paths(server) == {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS


@pytest.mark.slow
@pytest.mark.parametrize("silent", [INSTANCE_V2, INSTANCE_V1, NODEINFO, WEBFINGER])
async def test_silent_host_behind_a_domain_takes_no_longer(
    network: FakeNetwork, silent: str
) -> None:
    host = network.serve("social.example.org", respond_by_path({silent: never_respond}))
    moved = dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin))
    network.serve("example.org", respond_by_path(moved))
    with pytest.raises(ServerError):
        await find_soon(network.http)


@pytest.mark.slow
@pytest.mark.parametrize("silent", [NODEINFO, "/nodeinfo/2.0"])
async def test_silent_nodeinfo_does_not_prevent_the_sign_in(
    network: FakeNetwork, silent: str
) -> None:
    pages = {INSTANCE_V2: instance_document(), **nodeinfo_documents("https://example.org")}
    server = network.serve("example.org", respond_by_path({**pages, silent: never_respond}))
    found = await find_soon(network.http)
    assert (found.origin, found.software) == (server.origin, "")


@pytest.mark.slow
async def test_silent_domain_proves_nothing(network: FakeNetwork) -> None:
    domain = network.serve("example.org", never_respond)
    pages = {INSTANCE_V2: instance_document(account_domain=domain.host)}
    host = network.serve("social.example.org", respond_by_path(pages))
    assert (await find_soon(network.http, host.host)).account_domain == host.host
    assert requested_paths(domain) == DISCOVERY_PATHS


async def test_every_request_after_the_deadline_fails(network: FakeNetwork) -> None:
    network.serve("example.org", respond(200, b"{}"))
    look_up = DeadlineClient(network.http, seconds=0)
    for url in ("https://example.org/", "urn:x"):
        with pytest.raises(ServerError):
            await look_up.get(url)


async def test_cancelled_look_up_leaves_no_task_running(network: FakeNetwork) -> None:
    silent = dict.fromkeys(DISCOVERY_PATHS, never_respond)
    server = network.serve("example.org", respond_by_path(silent))
    tasks = asyncio.all_tasks()
    looking = asyncio.create_task(find_server(network.http, read_address("example.org")))
    async with asyncio.timeout(30):
        while requested_paths(server) != {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS:
            server.asked.clear()
            await server.asked.wait()
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert asyncio.all_tasks() <= tasks
