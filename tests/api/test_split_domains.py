"""Split domains: accounts of `example.org` on the server `social.example.org`.

Neither is believed about the other alone. GoToSocial's page about it:
https://docs.gotosocial.org/en/latest/advanced/host-account-domain/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.http import HttpClient
from gts_wizard.errors import NotAnInstance, RateLimited, ServerError, ServerFailure, UnexpectedHtml
from tests.helpers.raw_responses import http_response, respond, respond_by_path
from tests.helpers.raw_server import RawServer
from tests.helpers.samples import INSTANCE_V1, INSTANCE_V2, instance_document, nodeinfo_documents
from tests.helpers.split_domain import (
    DISCOVERY_METHODS,
    DISCOVERY_PATHS,
    HOST_META,
    NODEINFO,
    RESTRICTED,
    WEBFINGER,
    discover,
    host_documents,
    jrd,
    redirect_to,
    requested_paths,
    respond_webfinger,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.models import Server
    from tests.helpers.fake_network import FakeNetwork, FakeServer
    from tests.helpers.raw_server import Responder
    from tests.helpers.split_domain import Pages

    Method = Callable[[str], Pages]

PAGE = respond(200, b"<!doctype html><title>A web page</title>")
every_method = pytest.mark.parametrize(
    "method", DISCOVERY_METHODS.values(), ids=DISCOVERY_METHODS.keys()
)
link_or_redirect = pytest.mark.parametrize("method", ["webfinger", "webfinger, moved"])
handle_or_domain = pytest.mark.parametrize("username", ["alice", ""], ids=["handle", "domain"])


@pytest.fixture
def domain(network: FakeNetwork) -> FakeServer:
    """The account domain; a website."""
    return network.serve("example.org")


@pytest.fixture
def host(network: FakeNetwork, domain: FakeServer) -> FakeServer:
    """Where the API answers: a GoToSocial with that account domain."""
    server = network.serve("social.example.org")
    server.script = respond_by_path(host_documents(domain, server))
    return server


def names(server: Server) -> tuple[str, str]:
    """Return a server's origin and the domain of its accounts."""
    return server.origin, server.account_domain


async def assert_no_instance(network: FakeNetwork, domain: FakeServer) -> None:
    """Assert that there is said to be no instance, of the domain and not of its host."""
    with pytest.raises(NotAnInstance) as caught:
        await discover(network.http, domain)
    assert caught.value.host == domain.host


@every_method
@handle_or_domain
async def test_domain_leads_to_its_host_and_proves_the_hosts_claim(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, method: Method, username: str
) -> None:
    domain.script = respond_by_path(method(host.origin))
    server = await discover(network.http, domain, username)
    assert names(server) == (host.origin, domain.host)
    assert (server.software, server.version) == ("gotosocial", "0.19.2")
    assert domain.paths[:2] == [INSTANCE_V2, INSTANCE_V1]
    assert requested_paths(domain) <= {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS
    domain.received_requests.clear()
    server = await discover(network.http, host, username)
    assert names(server) == (host.origin, domain.host)
    assert requested_paths(domain) <= DISCOVERY_PATHS


@pytest.mark.parametrize("method", ["webfinger", "host-meta"])
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
    ids=["page", "401", "403 page", "string", "other JSON", "500", "502 page", "405"],
)
async def test_website_on_the_domain_does_not_hide_the_host(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, method: str, elsewhere: Responder
) -> None:
    domain.script = respond_by_path(DISCOVERY_METHODS[method](host.origin), elsewhere)
    assert names(await discover(network.http, domain)) == (host.origin, domain.host)


async def test_domain_may_redirect_the_api_itself(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    moved = http_response(308, Location=f"{host.origin}{INSTANCE_V2}")
    domain.script = respond_by_path({INSTANCE_V2: moved})
    assert names(await discover(network.http, domain)) == (host.origin, domain.host)
    assert (domain.paths, host.paths[:1]) == ([INSTANCE_V2], [INSTANCE_V2])


async def test_redirect_of_webfinger_suffices_for_an_unknown_account(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = respond_by_path({WEBFINGER: redirect_to(host.origin)})
    server = await discover(network.http, domain, "nobody")
    assert names(server) == (host.origin, domain.host)


async def test_domain_that_knows_one_account_proves_it_for_that_one(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    knows_alice = respond_webfinger({"alice"}, domain.host, host.origin)
    domain.script = respond_by_path({WEBFINGER: knows_alice})
    for typed in (domain, host):
        assert (await discover(network.http, typed)).account_domain == domain.host
    assert (await discover(network.http, host, "bob")).account_domain == host.host


@pytest.mark.parametrize("key", ["domain", "uri"])
async def test_older_instance_documents_name_the_domain_elsewhere(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, key: str
) -> None:
    domain.script = respond_by_path({NODEINFO: redirect_to(host.origin)})
    document = instance_document(**{key: domain.origin if key == "uri" else domain.host})
    pages = {INSTANCE_V1: document, **nodeinfo_documents(host.origin)}
    host.script = respond_by_path(pages)
    for typed in (domain, host):
        assert (await discover(network.http, typed)).account_domain == domain.host


@link_or_redirect
async def test_host_of_its_own_accounts_is_not_believed(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, method: str
) -> None:
    domain.script = respond_by_path(DISCOVERY_METHODS[method](host.origin))
    host.script = respond_by_path(host_documents(host, host))
    await assert_no_instance(network, domain)


@pytest.mark.parametrize("claim", ["social.example.org", "third.example", "", None, "https://"])
async def test_host_that_claims_another_domain_is_not_believed(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, claim: str | None
) -> None:
    domain.script = respond_by_path(DISCOVERY_METHODS["host-meta"](host.origin))
    # Its WebFinger knows alice, but not of that domain.
    knows_its_own = respond_webfinger({"alice", host.host}, host.host, host.origin)
    pages = {INSTANCE_V2: instance_document(account_domain=claim), WEBFINGER: knows_its_own}
    host.script = respond_by_path({**host_documents(domain, host), **pages})
    await assert_no_instance(network, domain)


@pytest.mark.parametrize(
    ("pages", "error"),
    [
        ({}, NotAnInstance),
        ({INSTANCE_V2: PAGE, INSTANCE_V1: PAGE}, UnexpectedHtml),
        ({INSTANCE_V2: respond(500)}, ServerFailure),
        ({INSTANCE_V2: respond(503)}, RateLimited),
    ],
    ids=["404", "page", "500", "503"],
)
async def test_failure_of_the_host_is_told_once(
    network: FakeNetwork,
    domain: FakeServer,
    host: FakeServer,
    pages: Pages,
    error: type[ServerError],
) -> None:
    domain.script = respond_by_path(dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin)))
    not_there = {INSTANCE_V2: respond(404), **pages}
    host.script = respond_by_path({**host_documents(domain, host), **not_there})
    with pytest.raises(ServerError, match=r"social\.example\.org") as caught:
        await discover(network.http, domain)
    assert type(caught.value) is error
    assert host.paths.count(INSTANCE_V2) == 1


async def test_website_that_leads_nowhere_is_no_instance(
    network: FakeNetwork, domain: FakeServer
) -> None:
    await assert_no_instance(network, domain)
    assert requested_paths(domain) == {INSTANCE_V2, INSTANCE_V1} | DISCOVERY_PATHS


async def test_redirects_in_circles_end_soon(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = redirect_to(host.origin)
    host.script = redirect_to(domain.origin)
    with pytest.raises(NotAnInstance):
        await discover(network.http, domain)
    assert len(domain.received_requests) + len(host.received_requests) <= 5 * 4


async def test_claim_that_the_domain_does_not_prove_is_dropped(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    assert (await discover(network.http, host)).account_domain == host.host
    assert requested_paths(domain) == DISCOVERY_PATHS
    third = network.serve("third.example")
    for leads_to in (domain.origin, third.origin):
        for method in DISCOVERY_METHODS.values():
            domain.script = respond_by_path(method(leads_to))
            assert (await discover(network.http, host)).account_domain == host.host


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
        pytest.param("x" * 5000, id="long"),
        "\u202eexample.org",
    ],
)
async def test_claim_that_nobody_can_prove_is_dropped(
    network: FakeNetwork, host: FakeServer, claim: object
) -> None:
    host.script = respond_by_path({INSTANCE_V2: instance_document(account_domain=claim)})
    assert (await discover(network.http, host)).account_domain == host.host


async def test_claimed_domain_elsewhere_is_not_asked_over_http(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = {INSTANCE_V2: instance_document(account_domain="gone.example")}
    async with RawServer(respond(404)) as proxy, RawServer(respond_by_path(pages)) as host:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        http = HttpClient(deadline=60)
        assert (await discover(http, host)).account_domain == host.host
        await http.aclose()
        assert proxy.received_requests == []


async def test_split_domain_on_real_connections(http: HttpClient) -> None:
    async with RawServer(respond(404), name="localhost") as domain, RawServer(respond(404)) as host:
        domain.script = respond_by_path(dict.fromkeys(DISCOVERY_PATHS, redirect_to(host.origin)))
        host.script = respond_by_path(host_documents(domain, host))
        for typed in (domain, host):
            assert names(await discover(http, typed)) == (host.origin, domain.host)


@every_method
async def test_host_with_hidden_document_confirms_by_webfinger(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, method: Method
) -> None:
    domain.script = respond_by_path(method(host.origin))
    host.script = respond_by_path({**host_documents(domain, host), INSTANCE_V2: RESTRICTED})
    for username in ("alice", ""):
        server = await discover(network.http, domain, username)
        assert names(server) == (host.origin, domain.host)
        assert server.software == "gotosocial"


async def test_host_that_names_only_itself_confirms_by_webfinger(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = respond_by_path({HOST_META: redirect_to(host.origin)})
    akkoma = instance_document(uri=host.origin, version="2.7.2 (compatible; Akkoma 3.10.4)")
    pages = {INSTANCE_V2: respond(404), INSTANCE_V1: akkoma}
    host.script = respond_by_path({**host_documents(domain, host), **pages})
    server = await discover(network.http, domain)
    assert names(server) == (host.origin, domain.host)
    assert server.software == "akkoma"


async def test_hidden_document_without_other_host_is_ordinary(
    network: FakeNetwork, domain: FakeServer
) -> None:
    pages = {**host_documents(domain, domain), INSTANCE_V2: RESTRICTED}
    domain.script = respond_by_path(pages)
    assert names(await discover(network.http, domain)) == (domain.origin, domain.host)


async def test_redirect_to_a_hidden_document_keeps_the_hosts_name(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = redirect_to(host.origin)
    host.script = respond_by_path({**host_documents(host, host), INSTANCE_V2: RESTRICTED})
    assert names(await discover(network.http, domain)) == (host.origin, host.host)


async def test_webfinger_does_not_overrule_a_third_domain(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    domain.script = respond_by_path({WEBFINGER: redirect_to(host.origin)})
    third = instance_document(account_domain="third.example")
    host.script = respond_by_path({**host_documents(domain, host), INSTANCE_V2: third})
    await assert_no_instance(network, domain)


@link_or_redirect
async def test_hidden_host_without_webfinger_is_not_believed(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, method: str
) -> None:
    domain.script = respond_by_path(DISCOVERY_METHODS[method](host.origin))
    host.script = respond_by_path({INSTANCE_V2: RESTRICTED, **nodeinfo_documents(host.origin)})
    await assert_no_instance(network, domain)


async def test_domain_does_not_confirm_itself_through_a_redirect(
    network: FakeNetwork, domain: FakeServer, host: FakeServer
) -> None:
    own_word = jrd(f"acct:alice@{domain.host}", f"{host.origin}/users/alice")
    domain.script = respond_by_path({WEBFINGER: own_word})
    host.script = respond_by_path({INSTANCE_V2: RESTRICTED, WEBFINGER: redirect_to(domain.origin)})
    await assert_no_instance(network, domain)
    assert WEBFINGER in requested_paths(host)


@link_or_redirect
async def test_api_that_forbids_is_no_instance_if_the_domain_leads_away(
    network: FakeNetwork, domain: FakeServer, host: FakeServer, method: str
) -> None:
    domain.script = respond_by_path(DISCOVERY_METHODS[method](host.origin), RESTRICTED)
    host.script = respond_by_path({INSTANCE_V2: instance_document(account_domain=host.host)})
    await assert_no_instance(network, domain)
