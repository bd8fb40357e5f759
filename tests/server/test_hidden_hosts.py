"""Hosts whose card is hidden or names only themselves: their own WebFinger has the last word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import NotAnInstance
from tests.server.hostile import Hostile
from tests.server.papers import V1, V2, card, nodeinfo
from tests.server.scripts import json_bytes, says, site
from tests.server.split import (
    FINGER,
    HIDDEN,
    META,
    WAYS,
    Pages,
    asked,
    found,
    host_pages,
    jrd,
    moved,
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
async def test_a_host_that_hides_its_card_confirms_by_webfinger(
    transport: Transport, domain: Hostile, host: Hostile, way: Way, username: str
) -> None:
    domain.script = site(way(host.origin))
    host.script = site({**host_pages(domain, host), V2: HIDDEN})
    server = await found(transport, domain, username)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert server.software == "gotosocial"


async def test_a_host_whose_card_names_only_itself_confirms_by_webfinger(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    akkoma = card(uri=host.origin, version="2.7.2 (compatible; Akkoma 3.10.4)")
    domain.script = site({META: moved(host.origin)})
    host.script = site({**host_pages(domain, host), V2: says(404), V1: akkoma})
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, domain.host)
    assert server.software == "akkoma"


async def test_a_hidden_card_and_ways_that_lead_home_make_an_ordinary_instance(
    transport: Transport, domain: Hostile
) -> None:
    domain.script = site({**host_pages(domain, domain), V2: HIDDEN})
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (domain.origin, domain.host)


async def test_another_name_of_a_hidden_instance_leads_to_it_under_its_own(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = moved(host.origin)
    host.script = site({**host_pages(host, host), V2: HIDDEN})
    server = await found(transport, domain)
    assert (server.origin, server.account_domain) == (host.origin, host.host)


async def test_a_card_that_names_a_third_domain_is_not_overruled_by_webfinger(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    domain.script = site({FINGER: moved(host.origin)})
    third = card(account_domain="example.org")
    host.script = site({**host_pages(domain, host), V2: third})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)


@every_way
@pytest.mark.parametrize(
    "answer",
    [
        says(404),
        says(401),
        PAGE,
        says(200, b"nonsense"),
        says(200, b'{"subject": 5}'),
        says(200, json_bytes(jrd("acct:alice@example.org", "urn:x"))),
    ],
)
async def test_a_hidden_host_that_does_not_confirm_the_domain_is_not_believed(
    transport: Transport, domain: Hostile, host: Hostile, way: Way, answer: Script
) -> None:
    domain.script = site(way(host.origin))
    host.script = site({V2: HIDDEN, FINGER: answer, **nodeinfo(host.origin)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)


async def test_a_domain_does_not_confirm_itself_through_the_host_s_redirect(
    transport: Transport, domain: Hostile, host: Hostile
) -> None:
    own_word = jrd(f"acct:alice@{domain.host}", f"{host.origin}/users/alice")
    domain.script = site({FINGER: own_word})
    host.script = site({V2: HIDDEN, FINGER: moved(domain.origin)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)
    assert FINGER in asked(host)


@every_way
async def test_an_api_that_forbids_is_no_instance_where_the_domain_leads_elsewhere(
    transport: Transport, domain: Hostile, host: Hostile, way: Way
) -> None:
    domain.script = site(way(host.origin), HIDDEN)
    host.script = site({V2: card(account_domain=host.host)})
    with pytest.raises(NotAnInstance, match=domain.host):
        await found(transport, domain)
