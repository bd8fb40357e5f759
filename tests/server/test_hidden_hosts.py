"""Hosts whose card is hidden or names only themselves: their own WebFinger has the last word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance
from tests.helpers.raw_responses import json_bytes, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import INSTANCE_V1, INSTANCE_V2, instance_document, nodeinfo_documents
from tests.helpers.split_domain import (
    DISCOVERY_METHODS,
    HOST_META,
    RESTRICTED,
    WEBFINGER,
    Pages,
    discover,
    host_documents,
    jrd,
    redirect_to,
    requested_paths,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from gts_wizard.server.transport import Transport
    from tests.helpers.raw_server import Responder

    Way = Callable[[str], Pages]

PAGE = respond(200, b"<!doctype html><title>Somebody's web page</title>")
every_way = pytest.mark.parametrize("way", DISCOVERY_METHODS.values(), ids=DISCOVERY_METHODS.keys())
handle_or_domain = pytest.mark.parametrize("username", ["alice", ""], ids=["handle", "domain"])


@pytest.fixture
async def domain() -> AsyncIterator[RawServer]:
    """The account domain; a website."""
    async with RawServer(respond(404), name="localhost") as server:
        yield server


@pytest.fixture
async def host(domain: RawServer) -> AsyncIterator[RawServer]:
    """Where the API answers: a GoToSocial with that account domain."""
    async with RawServer(respond(404)) as server:
        server.script = respond_by_path(host_documents(domain, server))
        yield server


@every_way
@handle_or_domain
async def test_a_host_that_hides_its_card_confirms_by_webfinger(
    transport: Transport, domain: RawServer, host: RawServer, way: Way, username: str
) -> None:
    domain.script = respond_by_path(way(host.origin))
    host.script = respond_by_path({**host_documents(domain, host), INSTANCE_V2: RESTRICTED})
    server = await discover(transport, domain, username)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert server.software == "gotosocial"


async def test_a_host_whose_card_names_only_itself_confirms_by_webfinger(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    akkoma = instance_document(uri=host.origin, version="2.7.2 (compatible; Akkoma 3.10.4)")
    domain.script = respond_by_path({HOST_META: redirect_to(host.origin)})
    host.script = respond_by_path(
        {**host_documents(domain, host), INSTANCE_V2: respond(404), INSTANCE_V1: akkoma}
    )
    server = await discover(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert server.software == "akkoma"


async def test_a_hidden_card_and_ways_that_lead_home_make_an_ordinary_instance(
    transport: Transport, domain: RawServer
) -> None:
    domain.script = respond_by_path({**host_documents(domain, domain), INSTANCE_V2: RESTRICTED})
    server = await discover(transport, domain)
    assert (server.origin, server.account_domain) == (domain.origin, domain.host)


async def test_another_name_of_a_hidden_instance_leads_to_it_under_its_own(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = redirect_to(host.origin)
    host.script = respond_by_path({**host_documents(host, host), INSTANCE_V2: RESTRICTED})
    server = await discover(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, host.host)


async def test_a_card_that_names_a_third_domain_is_not_overruled_by_webfinger(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = respond_by_path({WEBFINGER: redirect_to(host.origin)})
    third = instance_document(account_domain="example.org")
    host.script = respond_by_path({**host_documents(domain, host), INSTANCE_V2: third})
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)


@every_way
@pytest.mark.parametrize(
    "answer",
    [
        respond(404),
        respond(401),
        PAGE,
        respond(200, b"nonsense"),
        respond(200, b'{"subject": 5}'),
        respond(200, json_bytes(jrd("acct:alice@example.org", "urn:x"))),
    ],
)
async def test_a_hidden_host_that_does_not_confirm_the_domain_is_not_believed(
    transport: Transport, domain: RawServer, host: RawServer, way: Way, answer: Responder
) -> None:
    domain.script = respond_by_path(way(host.origin))
    host.script = respond_by_path(
        {INSTANCE_V2: RESTRICTED, WEBFINGER: answer, **nodeinfo_documents(host.origin)}
    )
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)


async def test_a_domain_does_not_confirm_itself_through_the_host_s_redirect(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    own_word = jrd(f"acct:alice@{domain.host}", f"{host.origin}/users/alice")
    domain.script = respond_by_path({WEBFINGER: own_word})
    host.script = respond_by_path({INSTANCE_V2: RESTRICTED, WEBFINGER: redirect_to(domain.origin)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)
    assert WEBFINGER in requested_paths(host)


@every_way
async def test_an_api_that_forbids_is_no_instance_where_the_domain_leads_elsewhere(
    transport: Transport, domain: RawServer, host: RawServer, way: Way
) -> None:
    domain.script = respond_by_path(way(host.origin), RESTRICTED)
    host.script = respond_by_path({INSTANCE_V2: instance_document(account_domain=host.host)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)
