"""Split domains: accounts of one name, an API at another, found from either name.

`localhost` and `127.0.0.1` are the two names; both are this computer. GoToSocial's page about it:
https://docs.gotosocial.org/en/latest/advanced/host-account-domain/.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance
from tests.server.hostile import Hostile
from tests.server.papers import V1, V2, card, nodeinfo
from tests.server.scripts import http, never_answers, says, site
from tests.server.split import (
    ACTIVITY,
    ALL_WAYS,
    FINGER,
    HIDDEN,
    LINKED_DATA,
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

    from gts_wizard.server.transport import Transport
    from tests.server.hostile import Script

    Way = Callable[[str], Pages]

PAGE = says(200, b"<!doctype html><title>Somebody's web page</title>")
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
handle_or_domain = pytest.mark.parametrize("username", ["alice", ""], ids=["handle", "domain"])


@pytest.fixture
async def domain() -> AsyncIterator[Hostile]:
    """The account domain; a website."""
    async with Hostile(says(404), name="localhost") as server:
        yield server


@pytest.fixture
async def host(domain: Hostile) -> AsyncIterator[Hostile]:
    """Where the API answers: a GoToSocial with that account domain."""
    async with Hostile(says(404)) as server:
        server.script = site(host_pages(domain, server))
        yield server


@every_way
@handle_or_domain
async def test_every_way_alone_leads_from_the_account_domain_to_the_host(
    transport: Transport, domain: Hostile, host: Hostile, way: Way, username: str
) -> None:
    domain.script = site(way(host.origin))
    server = await found(transport, domain, username)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert (server.software, server.version) == ("gotosocial", "0.19.2")
    assert domain.paths[:2] == [V2, V1]
    assert asked(domain) <= {V2, V1} | ALL_WAYS


@every_way
@handle_or_domain
async def test_every_way_alone_proves_the_account_domain_that_a_host_claims(
    transport: Transport, domain: Hostile, host: Hostile, way: Way, username: str
) -> None:
    domain.script = site(way(host.origin))
    server = await found(transport, host, username)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert asked(domain) <= ALL_WAYS


@every_way
@pytest.mark.parametrize(
    "elsewhere",
    [
        PAGE,
        HIDDEN,
        says(403, b"<html>Forbidden"),
        says(200, b'"OK"'),
        says(200, b'{"hello": "world"}'),
        says(500),
        says(502, b"<html>Bad gateway"),
        says(405),
    ],
)
async def test_whatever_the_website_answers_it_still_leads_to_the_host(
    transport: Transport, domain: Hostile, host: Hostile, way: Way, elsewhere: Script
) -> None:
    domain.script = site(way(host.origin), elsewhere)
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)


@pytest.mark.parametrize("silent", [{FINGER, META}, {FINGER, NODEINFO}, {META, NODEINFO}])
async def test_one_way_that_answers_is_not_kept_waiting_by_the_others(
    transport: Transport, domain: Hostile, host: Hostile, silent: set[str]
) -> None:
    await_nothing = dict.fromkeys(silent, never_answers)
    domain.script = site({**dict.fromkeys(ALL_WAYS, moved(host.origin)), **await_nothing})
    for typed in (domain, host):
        # The transport itself would wait for ten seconds.
        async with asyncio.timeout(5):
            assert (await found(transport, typed)).account_domain == domain.host


async def test_a_host_is_asked_once_however_many_ways_lead_to_it(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site(dict.fromkeys(ALL_WAYS, moved(host.origin)))
    host.script = site({**host_pages(domain, host), V2: card(account_domain="example.org")})
    with pytest.raises(NotAnInstance):
        await found(transport, domain)
    assert host.paths.count(V2) == 1


async def test_webfinger_is_asked_for_the_account_that_was_typed(
    transport: Transport, domain: Hostile
) -> None:
    for username, name in (("alice", "alice"), ("", domain.host)):
        with pytest.raises(NotAnInstance):
            await found(transport, domain, username)
        account = f"acct%3A{name}%40{domain.host}".replace(":", "%3A")
        assert f"{FINGER}?resource={account}" in domain.paths
    assert b"Accept: application/jrd+json, application/json\r\n" in domain.received
    assert b"Accept: application/xrd+xml\r\n" in domain.received


async def test_the_end_of_a_redirect_tells_the_host_where_the_account_is_not_known(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site({FINGER: moved(host.origin)})
    server = await found(transport, domain, "nobody")
    assert (server.origin, server.account_domain) == (host.origin, domain.host)


async def test_a_domain_that_knows_one_account_only_leads_there_for_its_handle(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site({FINGER: fingers({"alice"}, domain.host, host.origin)})
    for typed in (domain, host):
        assert (await found(transport, typed)).account_domain == domain.host
    assert (await found(transport, host, "bob")).account_domain == host.host


async def test_a_link_may_be_relative_to_where_a_redirect_ended(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site({NODEINFO: moved(host.origin)})
    host.script = site({**host_pages(domain, host), **nodeinfo("")})
    assert (await found(transport, domain)).software == "gotosocial"


@pytest.mark.parametrize("kind", [ACTIVITY, LINKED_DATA, LINKED_DATA.replace(" ", "")])
async def test_the_actor_has_one_of_two_types(
    transport: Transport, domain: Hostile, host: Hostile, kind: str
) -> None:
    domain.script = site({FINGER: jrd("", f"{host.origin}/users/alice", kind)})
    assert (await found(transport, domain)).origin == host.origin


@pytest.mark.parametrize("kind", ["text/html", "application/ld+json", "", "application/json"])
async def test_a_link_of_another_type_is_no_actor(
    transport: Transport, domain: Hostile, host: Hostile, kind: str
) -> None:
    domain.script = site({FINGER: jrd("", f"{host.origin}/users/alice", kind)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)
    assert host.visits == []


async def test_a_link_of_another_relation_is_no_actor(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    link = {"rel": "alternate", "type": ACTIVITY, "href": f"{host.origin}/users/alice"}
    domain.script = site({FINGER: {"links": [link]}})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)
    assert host.visits == []


async def test_an_account_domain_may_send_the_whole_api_on(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site({V2: http(308, Location=f"{host.origin}{V2}")})
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert (domain.paths, host.paths[:1]) == ([V2], [V2])


@pytest.mark.parametrize("key", ["domain", "uri"])
async def test_older_cards_tell_the_domain_in_other_ways(
    transport: Transport, domain: Hostile, host: Hostile, key: str
) -> None:
    domain.script = site({NODEINFO: moved(host.origin)})
    told = {key: domain.origin if key == "uri" else domain.host}
    host.script = site({V1: card(**told), **nodeinfo(host.origin)})
    for typed in (domain, host):
        assert (await found(transport, typed)).account_domain == domain.host


async def test_capitals_and_a_slash_name_the_same_host(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    shouted = f"HTTP://LOCALHOST:{host.port}"
    host.script = site({V2: card(account_domain=domain.host)})
    for page in (nodeinfo(shouted)[NODEINFO], xrd(f"{shouted}/"), jrd("", f"{shouted}/")):
        domain.script = site(dict.fromkeys(ALL_WAYS, page))
        assert (await found(transport, domain)).origin == f"http://localhost:{host.port}"
