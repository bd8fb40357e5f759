"""Domains and hosts that claim each other: neither is believed alone, and no lie is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance, ServerTrouble, ToldToWait, WebPage, WireError
from gts_wizard.rules.address import read_address
from gts_wizard.server.discovery import find_server
from gts_wizard.server.transport import Transport
from tests.server.conftest import speaking_tls
from tests.server.hostile import Hostile
from tests.server.papers import V1, V2, card
from tests.server.scripts import http, says, sends_for_ever, site
from tests.server.split import (
    ALL_WAYS,
    FINGER,
    META,
    NODEINFO,
    WAYS,
    Pages,
    asked,
    fingers,
    found,
    host_pages,
    jrd,
    moved,
    xrd,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import trustme

    from tests.server.hostile import Script

    Way = Callable[[str], Pages]

PAGE = says(200, b"<!doctype html><title>Somebody's web page</title>")
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


@pytest.fixture
async def domain() -> AsyncIterator[Hostile]:
    """Where accounts may be of; a website."""
    async with Hostile(says(404), name="localhost") as server:
        yield server


@pytest.fixture
async def host(domain: Hostile) -> AsyncIterator[Hostile]:
    """Where the API answers: a GoToSocial with that account domain."""
    async with Hostile(says(404)) as server:
        server.script = site(host_pages(domain, server))
        yield server


@every_way
@pytest.mark.parametrize("claims", ["{host}", "example.org", "", None, "https://"])
async def test_a_host_that_does_not_confirm_the_domain_is_not_believed(
    transport: Transport, domain: Hostile, host: Hostile, way: Way, claims: str | None
) -> None:
    domain.script = site(way(host.origin))
    claim = claims and claims.format(host=host.host)
    # Were it asked, its WebFinger would know alice; but not of that domain.
    own_people = fingers({"alice", host.host}, host.host, host.origin)
    pages = {V2: card(account_domain=claim), FINGER: own_people}
    host.script = site({**host_pages(domain, host), **pages})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)


@pytest.mark.parametrize(
    ("pages", "leaf"),
    [
        ({}, NotAnInstance),
        ({V2: PAGE, V1: PAGE}, WebPage),
        ({V2: says(500)}, ServerTrouble),
        ({V2: says(503)}, ToldToWait),
    ],
)
async def test_a_domain_that_leads_to_no_instance_fails_as_its_host_does(
    transport: Transport, domain: Hostile, host: Hostile, pages: Pages, leaf: type[WireError]
) -> None:
    domain.script = site(dict.fromkeys(ALL_WAYS, moved(host.origin)))
    host.script = site({**host_pages(domain, host), V2: says(404), **pages})
    with pytest.raises(WireError, match=host.host) as caught:
        await found(transport, domain)
    assert type(caught.value) is leaf


async def test_a_log_in_page_is_no_lead(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site(dict.fromkeys(ALL_WAYS, http(302, Location=f"{host.origin}/log-in")))
    host.script = PAGE
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)
    assert asked(host) == {"/log-in"}


@pytest.mark.parametrize(
    "answer",
    [
        says(404),
        says(200, b"nonsense"),
        PAGE,
        says(200, b'{"links": []}'),
        says(200, b'{"links": [5, {"rel": "self"}, {"rel": "self", "href": 5}]}'),
        says(302, Location="urn:x"),
        says(302, Location="javascript:alert(1)"),
        says(302, Location="http://example.org/"),
        says(500),
        sends_for_ever(http(200, Content_Length="9999999")),
    ],
)
async def test_a_domain_that_does_not_lead_back_to_the_host_is_not_believed(
    transport: Transport, domain: Hostile, host: Hostile, answer: Script
) -> None:
    domain.script = answer
    assert (await found(transport, host)).account_domain == host.host
    assert asked(domain) == ALL_WAYS


@every_way
async def test_a_domain_that_leads_to_itself_is_not_believed_about_another(
    transport: Transport, domain: Hostile, host: Hostile, way: Way
) -> None:
    domain.script = site(way(domain.origin))
    assert (await found(transport, host)).account_domain == host.host


@every_way
async def test_a_domain_that_leads_to_a_third_server_is_not_believed_about_this_one(
    transport: Transport, domain: Hostile, host: Hostile, way: Way
) -> None:
    async with Hostile(says(404)) as third:
        domain.script = site(way(third.origin))
        assert (await found(transport, host)).account_domain == host.host


@pytest.mark.parametrize("page", ["webfinger", "host-meta", "nodeinfo"])
async def test_a_lead_from_https_to_http_is_none(
    transport: Transport, host: Hostile, trusted: trustme.CA, page: str
) -> None:
    tls = speaking_tls(trusted.issue_cert("localhost"))
    async with Hostile(site(WAYS[page](host.origin)), tls=tls, name="localhost") as secure:
        with pytest.raises(NotAnInstance, match=secure.host):
            await find_server(transport, read_address(secure.origin))
    assert host.visits == []


async def test_a_domain_that_sends_in_circles_is_asked_a_few_times_only(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = moved(host.origin)
    host.script = moved(domain.origin)
    with pytest.raises(NotAnInstance):
        await found(transport, domain)
    assert len(domain.visits) + len(host.visits) <= 5 * 4


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
    transport: Transport, domain: Hostile, address: str
) -> None:
    domain.script = site(
        {
            FINGER: jrd("", address),
            META: xrd(address),
            NODEINFO: {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0"}]},
        }
    )
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)
    assert asked(domain) == {V2, V1} | ALL_WAYS


async def test_a_host_meta_with_a_document_type_is_no_lead(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    harmless_looking = f'<!DOCTYPE XRD [<!ENTITY host "{host.origin}">]>'
    domain.script = site({META: xrd("&host;/", before=harmless_looking)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)
    assert host.visits == []


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
    transport: Transport, host: Hostile, claim: object
) -> None:
    host.script = site({V2: card(account_domain=claim)})
    assert (await found(transport, host)).account_domain == host.host


async def test_nothing_is_asked_in_the_clear_of_a_domain_elsewhere(
    host: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hostile(says(404)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        transport = Transport(deadline=10)
        host.script = site({V2: card(account_domain="gone.example")})
        assert (await found(transport, host)).account_domain == host.host
        await transport.aclose()
        assert proxy.visits == []
