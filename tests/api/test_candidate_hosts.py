"""Where a domain's WebFinger, host-meta and NodeInfo lead, and where they must not."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from gts_wizard.address import read_address
from gts_wizard.api.discovery import candidate_hosts
from gts_wizard.api.session import DeadlineClient
from tests.helpers.raw_responses import http_response, never_respond, respond, respond_by_path
from tests.helpers.split_domain import (
    DISCOVERY_METHODS,
    DISCOVERY_PATHS,
    HOST_META,
    NODEINFO,
    WEBFINGER,
    jrd,
    redirect_to,
    requested_paths,
    xrd,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.fake_network import FakeNetwork, FakeServer
    from tests.helpers.raw_server import Responder
    from tests.helpers.split_domain import Pages

    Method = Callable[[str], Pages]

PAGE = respond(200, b"<!doctype html><title>A web page</title>")
NODEINFO_LINK = "http://nodeinfo.diaspora.software/ns/schema/2.0"
every_method = pytest.mark.parametrize(
    "method", DISCOVERY_METHODS.values(), ids=DISCOVERY_METHODS.keys()
)


@pytest.fixture
def domain(network: FakeNetwork) -> FakeServer:
    """The account domain; a website."""
    return network.serve("example.org")


@pytest.fixture
def host(network: FakeNetwork) -> FakeServer:
    """The server that the domain may lead to; it knows no page."""
    return network.serve("social.example.org")


async def origins(network: FakeNetwork, typed: str = "@alice@example.org") -> list[str]:
    """Return the origins of the servers that a domain leads to."""
    look_up = DeadlineClient(network.http, 60)
    return [server.origin async for server in candidate_hosts(look_up, read_address(typed))]


@every_method
async def test_each_method_leads_to_the_host(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, method: Method
) -> None:
    domain.script = respond_by_path(method(host.origin))
    for typed in ("@alice@example.org", "example.org"):
        assert await origins(network, typed) == [host.origin]
    assert requested_paths(domain) == DISCOVERY_PATHS


@every_method
async def test_domain_that_leads_to_itself_leads_nowhere(
    network: FakeNetwork, domain: FakeServer, method: Method
) -> None:
    domain.script = respond_by_path(method(domain.origin))
    assert await origins(network) == []


async def test_host_is_named_once(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = respond_by_path(dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin)))
    assert await origins(network) == [host.origin]


async def test_methods_may_lead_to_different_servers(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    third = network.serve("third.example")
    pages = {WEBFINGER: redirect_to(host.origin), HOST_META: redirect_to(third.origin)}
    domain.script = respond_by_path(pages)
    assert set(await origins(network)) == {host.origin, third.origin}


@pytest.mark.parametrize("answering", sorted(DISCOVERY_PATHS))
async def test_first_answer_does_not_wait_for_the_others(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, answering: str
) -> None:
    pages: Pages = dict.fromkeys(DISCOVERY_PATHS, never_respond)
    domain.script = respond_by_path({**pages, answering: redirect_to(host.origin)})
    look_up = DeadlineClient(network.http, 60)
    # The look-up itself would take sixty seconds.
    async with (
        asyncio.timeout(30),
        aclosing(candidate_hosts(look_up, read_address("example.org"))) as servers,
    ):
        assert (await anext(servers)).origin == host.origin


async def test_questions_name_the_account_and_the_format(
    network: FakeNetwork, domain: FakeServer
) -> None:
    for typed, name in (("@alice@example.org", "alice"), ("example.org", "example.org")):
        await origins(network, typed)
        assert f"{WEBFINGER}?resource=acct%3A{name}%40example.org" in domain.paths
    assert b"Accept: application/jrd+json, application/json\r\n" in domain.received
    assert b"Accept: application/xrd+xml\r\n" in domain.received


async def test_log_in_page_at_the_end_of_a_redirect_is_no_lead(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = respond(302, Location=f"{host.origin}/log-in")
    host.script = PAGE
    assert await origins(network) == []
    assert requested_paths(host) == {"/log-in"}


@pytest.mark.parametrize(
    "script",
    [
        respond(404),
        respond(200, b"nonsense"),
        PAGE,
        respond(200, b'{"links": []}'),
        respond(200, b'{"links": [5, {"rel": "self"}, {"rel": "self", "href": 5}]}'),
        respond(302, Location="urn:x"),
        respond(302, Location="javascript:alert(1)"),
        respond(302, Location="http://example.org/"),
        respond(500),
        respond(200, b"x" * (1024 * 1024 + 1)),
    ],
    ids=[
        *("404", "no JSON", "page", "no links", "odd links"),
        *("urn", "javascript", "http", "500", "too large"),
    ],
)
async def test_useless_answer_is_no_lead(
    network: FakeNetwork, domain: FakeServer, script: Responder
) -> None:
    domain.script = script
    assert await origins(network) == []
    assert requested_paths(domain) == DISCOVERY_PATHS


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "http://social.example.org/", "http://[::1", "urn:x"),
        *("file:///etc/passwd", "https://alice:secret@social.example.org/", "https://{uri}/"),
        *("http://127.0.0.1/", "https://localhost/", "//example.org/", ""),
    ],
)
async def test_address_that_must_not_be_followed_is_no_lead(
    network: FakeNetwork, domain: FakeServer, address: str
) -> None:
    pages: Pages = {
        WEBFINGER: jrd("", address),
        HOST_META: xrd(address),
        NODEINFO: {"links": [{"rel": NODEINFO_LINK, "href": address}]},
    }
    domain.script = respond_by_path(pages)
    assert await origins(network) == []


async def test_nodeinfo_link_without_address_is_no_lead(
    network: FakeNetwork, domain: FakeServer
) -> None:
    domain.script = respond_by_path({NODEINFO: {"links": [{"rel": NODEINFO_LINK}]}})
    assert await origins(network) == []


async def test_host_meta_with_a_document_type_is_no_lead(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    document_type = f'<!DOCTYPE XRD [<!ENTITY host "{host.origin}">]>'
    domain.script = respond_by_path({HOST_META: xrd("&host;/", before=document_type)})
    assert await origins(network) == []


async def test_actor_of_another_type_is_no_lead(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = respond_by_path({WEBFINGER: jrd("", f"{host.origin}/@alice", "text/html")})
    assert await origins(network) == []


@pytest.mark.parametrize("end", ["", "/"])
async def test_capitals_and_a_slash_name_the_same_host(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, end: str
) -> None:
    capitals = f"HTTPS://SOCIAL.EXAMPLE.ORG{end}"
    pages: Pages = {
        WEBFINGER: jrd("", capitals),
        HOST_META: xrd(capitals),
        NODEINFO: {"links": [{"rel": NODEINFO_LINK, "href": capitals}]},
    }
    for path, page in pages.items():
        domain.script = respond_by_path({path: page})
        assert await origins(network) == [host.origin]


async def test_link_is_relative_to_where_a_redirect_ended(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    moved = http_response(302, Location=f"{host.origin}/webfinger")
    domain.script = respond_by_path({WEBFINGER: moved})
    host.script = respond_by_path({"/webfinger": jrd("", "/users/alice")})
    assert await origins(network) == [host.origin]
