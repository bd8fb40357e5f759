"""Split domains: accounts of one name, an API at another, found from either name.

`localhost` and `127.0.0.1` are the two names; both are this computer. GoToSocial's page about it:
https://docs.gotosocial.org/en/latest/advanced/host-account-domain/.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance
from tests.helpers.raw_responses import http_response, never_respond, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import INSTANCE_V1, INSTANCE_V2, instance_document, nodeinfo_documents
from tests.helpers.split_domain import (
    ACTIVITY,
    DISCOVERY_METHODS,
    DISCOVERY_PATHS,
    HOST_META,
    LINKED_DATA,
    NODEINFO,
    RESTRICTED,
    WEBFINGER,
    Pages,
    discover,
    host_documents,
    jrd,
    redirect_to,
    requested_paths,
    respond_webfinger,
    xrd,
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
async def test_every_way_alone_leads_from_the_account_domain_to_the_host(
    transport: Transport, domain: RawServer, host: RawServer, way: Way, username: str
) -> None:
    domain.script = respond_by_path(way(host.origin))
    server = await discover(transport, domain, username)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert (server.software, server.version) == ("gotosocial", "0.19.2")
    assert domain.paths[:2] == [INSTANCE_V2, INSTANCE_V1]
    assert requested_paths(domain) <= {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS


@every_way
@handle_or_domain
async def test_every_way_alone_proves_the_account_domain_that_a_host_claims(
    transport: Transport, domain: RawServer, host: RawServer, way: Way, username: str
) -> None:
    domain.script = respond_by_path(way(host.origin))
    server = await discover(transport, host, username)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert requested_paths(domain) <= DISCOVERY_PATHS


@every_way
@pytest.mark.parametrize(
    "elsewhere",
    [
        PAGE,
        RESTRICTED,
        respond(403, b"<html>Forbidden"),
        respond(200, b'"OK"'),
        respond(200, b'{"hello": "world"}'),
        respond(500),
        respond(502, b"<html>Bad gateway"),
        respond(405),
    ],
)
async def test_whatever_the_website_answers_it_still_leads_to_the_host(
    transport: Transport, domain: RawServer, host: RawServer, way: Way, elsewhere: Responder
) -> None:
    domain.script = respond_by_path(way(host.origin), elsewhere)
    server = await discover(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)


@pytest.mark.parametrize(
    "silent", [{WEBFINGER, HOST_META}, {WEBFINGER, NODEINFO}, {HOST_META, NODEINFO}]
)
async def test_one_way_that_answers_is_not_kept_waiting_by_the_others(
    transport: Transport, domain: RawServer, host: RawServer, silent: set[str]
) -> None:
    await_nothing = dict.fromkeys(silent, never_respond)
    domain.script = respond_by_path(
        {**dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin)), **await_nothing}
    )
    for typed in (domain, host):
        # The transport itself would wait for ten seconds.
        async with asyncio.timeout(5):
            assert (await discover(transport, typed)).account_domain == domain.host


async def test_a_host_is_asked_once_however_many_ways_lead_to_it(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = respond_by_path(dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin)))
    host.script = respond_by_path(
        {
            **host_documents(domain, host),
            INSTANCE_V2: instance_document(account_domain="example.org"),
        }
    )
    with pytest.raises(NotAnInstance):
        await discover(transport, domain)
    assert host.paths.count(INSTANCE_V2) == 1


async def test_webfinger_is_asked_for_the_account_that_was_typed(
    transport: Transport, domain: RawServer
) -> None:
    for username, name in (("alice", "alice"), ("", domain.host)):
        with pytest.raises(NotAnInstance):
            await discover(transport, domain, username)
        account = f"acct%3A{name}%40{domain.host}".replace(":", "%3A")
        assert f"{WEBFINGER}?resource={account}" in domain.paths
    assert b"Accept: application/jrd+json, application/json\r\n" in domain.received
    assert b"Accept: application/xrd+xml\r\n" in domain.received


async def test_the_end_of_a_redirect_tells_the_host_where_the_account_is_not_known(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = respond_by_path({WEBFINGER: redirect_to(host.origin)})
    server = await discover(transport, domain, "nobody")
    assert (server.origin, server.account_domain) == (host.origin, domain.host)


async def test_a_domain_that_knows_one_account_only_leads_there_for_its_handle(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = respond_by_path(
        {WEBFINGER: respond_webfinger({"alice"}, domain.host, host.origin)}
    )
    for typed in (domain, host):
        assert (await discover(transport, typed)).account_domain == domain.host
    assert (await discover(transport, host, "bob")).account_domain == host.host


async def test_a_link_may_be_relative_to_where_a_redirect_ended(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = respond_by_path({NODEINFO: redirect_to(host.origin)})
    host.script = respond_by_path({**host_documents(domain, host), **nodeinfo_documents("")})
    assert (await discover(transport, domain)).software == "gotosocial"


@pytest.mark.parametrize("kind", [ACTIVITY, LINKED_DATA, LINKED_DATA.replace(" ", "")])
async def test_the_actor_has_one_of_two_types(
    transport: Transport, domain: RawServer, host: RawServer, kind: str
) -> None:
    domain.script = respond_by_path({WEBFINGER: jrd("", f"{host.origin}/users/alice", kind)})
    assert (await discover(transport, domain)).origin == host.origin


@pytest.mark.parametrize("kind", ["text/html", "application/ld+json", "", "application/json"])
async def test_a_link_of_another_type_is_no_actor(
    transport: Transport, domain: RawServer, host: RawServer, kind: str
) -> None:
    domain.script = respond_by_path({WEBFINGER: jrd("", f"{host.origin}/users/alice", kind)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)
    assert host.received_requests == []


async def test_a_link_of_another_relation_is_no_actor(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    link = {"rel": "alternate", "type": ACTIVITY, "href": f"{host.origin}/users/alice"}
    domain.script = respond_by_path({WEBFINGER: {"links": [link]}})
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)
    assert host.received_requests == []


async def test_an_account_domain_may_send_the_whole_api_on(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = respond_by_path(
        {INSTANCE_V2: http_response(308, Location=f"{host.origin}{INSTANCE_V2}")}
    )
    server = await discover(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert (domain.paths, host.paths[:1]) == ([INSTANCE_V2], [INSTANCE_V2])


@pytest.mark.parametrize("key", ["domain", "uri"])
async def test_older_cards_tell_the_domain_in_other_ways(
    transport: Transport, domain: RawServer, host: RawServer, key: str
) -> None:
    domain.script = respond_by_path({NODEINFO: redirect_to(host.origin)})
    told = {key: domain.origin if key == "uri" else domain.host}
    host.script = respond_by_path(
        {INSTANCE_V1: instance_document(**told), **nodeinfo_documents(host.origin)}
    )
    for typed in (domain, host):
        assert (await discover(transport, typed)).account_domain == domain.host


async def test_capitals_and_a_slash_name_the_same_host(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    shouted = f"HTTP://LOCALHOST:{host.port}"
    host.script = respond_by_path({INSTANCE_V2: instance_document(account_domain=domain.host)})
    for page in (nodeinfo_documents(shouted)[NODEINFO], xrd(f"{shouted}/"), jrd("", f"{shouted}/")):
        domain.script = respond_by_path(dict.fromkeys(DISCOVERY_PATHS, page))
        assert (await discover(transport, domain)).origin == f"http://localhost:{host.port}"
