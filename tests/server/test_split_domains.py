"""Split domains: accounts of one name, an API at another, each confirmed by the other.

`localhost` and `127.0.0.1` are the two names; both are this computer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance, WebPage, WireError
from gts_wizard.rules.address import read_address
from gts_wizard.server.discovery import find_server
from gts_wizard.server.transport import Transport
from tests.server.hostile import Hostile
from tests.server.papers import V1, V2, card, nodeinfo
from tests.server.scripts import http, says, site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gts_wizard.models import Server

NODEINFO = "/.well-known/nodeinfo"
PAGE = says(200, b"<!doctype html><title>Somebody's web page</title>")


@pytest.fixture
async def domain() -> AsyncIterator[Hostile]:
    """The account domain; a website."""
    async with Hostile(says(404), name="localhost") as server:
        yield server


@pytest.fixture
async def host() -> AsyncIterator[Hostile]:
    """Where the API answers."""
    async with Hostile(says(404)) as server:
        yield server


def split(domain: Hostile, host: Hostile, *, redirects: bool) -> None:
    """Set both up as GoToSocial's documentation says."""
    linked = nodeinfo(host.origin)[NODEINFO]
    away = http(301, Location=f"{host.origin}{NODEINFO}")
    domain.script = site({NODEINFO: away if redirects else linked})
    pages = {V2: card(account_domain=domain.host, domain=host.host), **nodeinfo(host.origin)}
    host.script = site(pages)


async def found(transport: Transport, server: Hostile) -> Server:
    """Return what is found at a server's address."""
    return await find_server(transport, read_address(f"@alice@{server.host}"))


@pytest.mark.parametrize("redirects", [True, False])
async def test_the_account_domain_leads_to_the_host(
    transport: Transport, domain: Hostile, host: Hostile, redirects: bool
) -> None:
    split(domain, host, redirects=redirects)
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert server.software == "gotosocial"
    assert domain.paths == [V2, V1, NODEINFO]


@pytest.mark.parametrize("redirects", [True, False])
async def test_the_host_knows_its_account_domain(
    transport: Transport, domain: Hostile, host: Hostile, redirects: bool
) -> None:
    split(domain, host, redirects=redirects)
    server = await found(transport, host)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert domain.paths == [NODEINFO]


async def test_an_account_domain_where_every_address_is_a_page_still_leads_to_the_host(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    split(domain, host, redirects=True)
    domain.script = site({NODEINFO: http(301, Location=f"{host.origin}{NODEINFO}")}, PAGE)
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)


async def test_an_account_domain_may_send_the_whole_api_on(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    split(domain, host, redirects=True)
    domain.script = site({V2: http(308, Location=f"{host.origin}{V2}")})
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert (domain.paths, host.paths[:1]) == ([V2], [V2])


@pytest.mark.parametrize("claims", ["{host}", "example.org", "", None, "https://"])
async def test_a_host_that_does_not_confirm_the_domain_is_not_believed(
    transport: Transport, domain: Hostile, host: Hostile, claims: str | None
) -> None:
    split(domain, host, redirects=True)
    claim = claims and claims.format(host=host.host)
    host.script = site({V2: card(account_domain=claim), **nodeinfo(host.origin)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)


async def test_a_domain_that_leads_to_no_instance(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site({NODEINFO: http(301, Location=f"{host.origin}{NODEINFO}")})
    for pages, leaf in ((nodeinfo(host.origin), NotAnInstance), ({V2: PAGE, V1: PAGE}, WebPage)):
        host.script = site({**nodeinfo(host.origin), **pages})
        with pytest.raises(WireError) as caught:
            await found(transport, domain)
        assert type(caught.value) is leaf


@pytest.mark.parametrize(
    "answer",
    [
        says(404),
        says(200, b"nonsense"),
        PAGE,
        says(200, b'{"links": []}'),
        says(302, Location="urn:x"),
        says(500),
    ],
)
async def test_a_foreign_domain_that_does_not_lead_back_is_not_believed(
    transport: Transport, domain: Hostile, host: Hostile, answer: object
) -> None:
    domain.script = site({NODEINFO: answer})
    host.script = site({V2: card(account_domain=domain.host, domain=host.host)})
    assert (await found(transport, host)).account_domain == host.host
    assert domain.paths == [NODEINFO]


async def test_a_foreign_domain_that_leads_to_itself_is_not_believed(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site(nodeinfo(domain.origin))
    host.script = site({V2: card(account_domain=domain.host)})
    assert (await found(transport, host)).account_domain == host.host


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


@pytest.mark.parametrize("key", ["domain", "uri"])
async def test_older_cards_tell_the_domain_in_other_ways(
    transport: Transport, domain: Hostile, host: Hostile, key: str
) -> None:
    split(domain, host, redirects=True)
    told = {key: domain.origin if key == "uri" else domain.host}
    host.script = site({V1: card(**told), **nodeinfo(host.origin)})
    assert (await found(transport, host)).account_domain == domain.host


async def test_capitals_and_a_slash_name_the_same_host(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    split(domain, host, redirects=False)
    shouted = nodeinfo(f"HTTP://LOCALHOST:{host.port}")
    host.script = site({V2: card(account_domain=domain.host), **shouted})
    domain.script = site(shouted)
    server = await found(transport, domain)
    assert server.origin == f"http://localhost:{host.port}"
