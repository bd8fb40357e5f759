"""Domains and hosts that claim each other: neither is believed alone, and no lie is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance, ServerTrouble, ToldToWait, WebPage, WireError
from gts_wizard.rules.address import read_address
from gts_wizard.server.discovery import find_server
from gts_wizard.server.transport import Transport
from tests.helpers.raw_responses import endless_body, http_response, respond, respond_by_path
from tests.helpers.raw_server import RawServer, tls_context
from tests.helpers.samples import INSTANCE_V1, INSTANCE_V2, instance_document
from tests.helpers.split_domain import (
    DISCOVERY_METHODS,
    DISCOVERY_PATHS,
    HOST_META,
    NODEINFO,
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

    import trustme

    from tests.helpers.raw_server import Responder

    Way = Callable[[str], Pages]

PAGE = respond(200, b"<!doctype html><title>Somebody's web page</title>")
every_way = pytest.mark.parametrize("way", DISCOVERY_METHODS.values(), ids=DISCOVERY_METHODS.keys())


@pytest.fixture
async def domain() -> AsyncIterator[RawServer]:
    """Where accounts may be of; a website."""
    async with RawServer(respond(404), name="localhost") as server:
        yield server


@pytest.fixture
async def host(domain: RawServer) -> AsyncIterator[RawServer]:
    """Where the API answers: a GoToSocial with that account domain."""
    async with RawServer(respond(404)) as server:
        server.script = respond_by_path(host_documents(domain, server))
        yield server


@every_way
@pytest.mark.parametrize("claims", ["{host}", "example.org", "", None, "https://"])
async def test_a_host_that_does_not_confirm_the_domain_is_not_believed(
    transport: Transport, domain: RawServer, host: RawServer, way: Way, claims: str | None
) -> None:
    domain.script = respond_by_path(way(host.origin))
    claim = claims and claims.format(host=host.host)
    # Were it asked, its WebFinger would know alice; but not of that domain.
    own_people = respond_webfinger({"alice", host.host}, host.host, host.origin)
    pages = {INSTANCE_V2: instance_document(account_domain=claim), WEBFINGER: own_people}
    host.script = respond_by_path({**host_documents(domain, host), **pages})
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)


@pytest.mark.parametrize(
    ("pages", "leaf"),
    [
        ({}, NotAnInstance),
        ({INSTANCE_V2: PAGE, INSTANCE_V1: PAGE}, WebPage),
        ({INSTANCE_V2: respond(500)}, ServerTrouble),
        ({INSTANCE_V2: respond(503)}, ToldToWait),
    ],
)
async def test_a_domain_that_leads_to_no_instance_fails_as_its_host_does(
    transport: Transport, domain: RawServer, host: RawServer, pages: Pages, leaf: type[WireError]
) -> None:
    domain.script = respond_by_path(dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin)))
    host.script = respond_by_path(
        {**host_documents(domain, host), INSTANCE_V2: respond(404), **pages}
    )
    with pytest.raises(WireError, match=host.host) as caught:
        await discover(transport, domain)
    assert type(caught.value) is leaf


async def test_a_log_in_page_is_no_lead(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = respond_by_path(
        dict.fromkeys(DISCOVERY_PATHS, http_response(302, Location=f"{host.origin}/log-in"))
    )
    host.script = PAGE
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)
    assert requested_paths(host) == {"/log-in"}


@pytest.mark.parametrize(
    "answer",
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
        endless_body(http_response(200, Content_Length="9999999")),
    ],
)
async def test_a_domain_that_does_not_lead_back_to_the_host_is_not_believed(
    transport: Transport, domain: RawServer, host: RawServer, answer: Responder
) -> None:
    domain.script = answer
    assert (await discover(transport, host)).account_domain == host.host
    assert requested_paths(domain) == DISCOVERY_PATHS


@every_way
async def test_a_domain_that_leads_to_itself_is_not_believed_about_another(
    transport: Transport, domain: RawServer, host: RawServer, way: Way
) -> None:
    domain.script = respond_by_path(way(domain.origin))
    assert (await discover(transport, host)).account_domain == host.host


@every_way
async def test_a_domain_that_leads_to_a_third_server_is_not_believed_about_this_one(
    transport: Transport, domain: RawServer, host: RawServer, way: Way
) -> None:
    async with RawServer(respond(404)) as third:
        domain.script = respond_by_path(way(third.origin))
        assert (await discover(transport, host)).account_domain == host.host


@pytest.mark.parametrize("page", ["webfinger", "host-meta", "nodeinfo"])
async def test_a_lead_from_https_to_http_is_none(
    transport: Transport, host: RawServer, trusted: trustme.CA, page: str
) -> None:
    tls = tls_context(trusted.issue_cert("localhost"))
    async with RawServer(
        respond_by_path(DISCOVERY_METHODS[page](host.origin)), tls=tls, name="localhost"
    ) as secure:
        with pytest.raises(NotAnInstance, match=secure.host):
            await find_server(transport, read_address(secure.origin))
    assert host.received_requests == []


async def test_a_domain_that_sends_in_circles_is_asked_a_few_times_only(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    domain.script = redirect_to(host.origin)
    host.script = redirect_to(domain.origin)
    with pytest.raises(NotAnInstance):
        await discover(transport, domain)
    assert len(domain.received_requests) + len(host.received_requests) <= 5 * 4


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://example.org/",
        "http://[::1",
        "urn:x",
        "file:///etc/passwd",
        "https://alice:secret@127.0.0.1/",
        "https://{uri}/",
        "//example.org/",
        "",
    ],
)
async def test_a_lead_that_must_not_be_followed_is_none(
    transport: Transport, domain: RawServer, address: str
) -> None:
    domain.script = respond_by_path(
        {
            WEBFINGER: jrd("", address),
            HOST_META: xrd(address),
            NODEINFO: {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0"}]},
        }
    )
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)
    assert requested_paths(domain) == {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS


async def test_a_host_meta_with_a_document_type_is_no_lead(
    transport: Transport, domain: RawServer, host: RawServer
) -> None:
    harmless_looking = f'<!DOCTYPE XRD [<!ENTITY host "{host.origin}">]>'
    domain.script = respond_by_path({HOST_META: xrd("&host;/", before=harmless_looking)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await discover(transport, domain)
    assert host.received_requests == []


@pytest.mark.parametrize(
    "claim",
    [
        "gone.example",
        "http://gone.example",
        "localhost:0",
        "not a domain",
        "a@b@c",
        5,
        ["example.org"],
        "x" * 5000,
        "\u202eexample.org",
    ],
)
async def test_a_claim_that_can_not_be_checked_is_not_believed(
    transport: Transport, host: RawServer, claim: object
) -> None:
    host.script = respond_by_path({INSTANCE_V2: instance_document(account_domain=claim)})
    assert (await discover(transport, host)).account_domain == host.host


async def test_nothing_is_asked_in_the_clear_of_a_domain_elsewhere(
    host: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(respond(404)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        transport = Transport(deadline=10)
        host.script = respond_by_path(
            {INSTANCE_V2: instance_document(account_domain="gone.example")}
        )
        assert (await discover(transport, host)).account_domain == host.host
        await transport.aclose()
        assert proxy.received_requests == []
