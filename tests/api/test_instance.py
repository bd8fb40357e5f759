"""Instance documents: who the server is, what it runs, and servers that hide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.address import read_address
from gts_wizard.api.instance import InstanceInfo, fetch_instance
from gts_wizard.api.session import DeadlineClient
from gts_wizard.errors import (
    InvalidResponse,
    NotAnInstance,
    ProgramsBlocked,
    RateLimited,
    ResponseTooLarge,
    ServerError,
    ServerFailure,
    UnexpectedHtml,
)
from gts_wizard.oauth.server_features import software_name
from tests.helpers.raw_responses import http_response, respond, respond_by_path
from tests.helpers.samples import INSTANCE_V1, INSTANCE_V2, instance_document, nodeinfo_documents
from tests.helpers.split_domain import RESTRICTED

if TYPE_CHECKING:
    from tests.helpers.fake_network import FakeNetwork
    from tests.helpers.raw_server import Responder

ORIGIN = "https://example.org"
PAGE = http_response(200, b"<!doctype html><title>Hello</title>", Content_Type="text/html")
DOCUMENTS: dict[str, tuple[str, dict[str, object]]] = {
    "Mastodon 4.3.0": (
        INSTANCE_V2,
        {
            "version": "4.3.0",
            "source_url": "https://github.com/mastodon/mastodon",
            "domain": "example.org",
        },
    ),
    "Mastodon 4.3.0+glitch": (
        INSTANCE_V2,
        {
            "version": "4.3.0+glitch",
            "source_url": "https://github.com/glitch-soc/mastodon",
            "domain": "example.org",
        },
    ),
    "Akkoma 3.10.4": (
        INSTANCE_V1,
        {"version": "2.7.2 (compatible; Akkoma 3.10.4)", "uri": ORIGIN},
    ),
    "Pleroma 2.6.0": (
        INSTANCE_V1,
        {"version": "2.7.2 (compatible; Pleroma 2.6.0)", "uri": ORIGIN},
    ),
    "Iceshrimp.net 2024.1": (
        INSTANCE_V2,
        {"version": "4.2.1 (compatible; Iceshrimp.NET 2024.1)", "domain": "example.org"},
    ),
    "Pixelfed 0.12.3": (
        INSTANCE_V1,
        {"version": "2.7.2 (compatible; Pixelfed 0.12.3)", "uri": "example.org"},
    ),
    "Friendica 2024.12": (
        INSTANCE_V2,
        {
            "version": "2.8.0 (compatible; Friendica 2024.12)",
            "source_url": "https://git.friendi.ca/friendica/friendica",
            "domain": "example.org",
        },
    ),
    "GoToSocial 0.19.2": (
        INSTANCE_V2,
        {
            "version": "0.19.2+git-a1b2c3d",
            "source_url": "https://codeberg.org/superseriousbusiness/gotosocial",
            "account_domain": "example.org",
        },
    ),
}
# Their documents don't name the software; NodeInfo does.
FORKS: dict[str, tuple[str, dict[str, object]]] = {
    "gotosocial": (INSTANCE_V2, {"source_url": "https://git.example.org/me/my-gts"}),
    "mastodon": (INSTANCE_V1, {}),
    "hometown": (INSTANCE_V2, {"source_url": "https://github.com/hometown-fork/hometown"}),
}


async def read_instance(network: FakeNetwork) -> InstanceInfo:
    """Return what `example.org` shows of itself."""
    return await fetch_instance(DeadlineClient(network.http, 60), read_address("example.org"))


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_known_software_needs_no_nodeinfo(network: FakeNetwork, name: str) -> None:
    path, fields = DOCUMENTS[name]
    pages = {path: instance_document(**fields)}
    host = network.serve("example.org", respond_by_path(pages))
    server = (await read_instance(network)).server
    assert host.paths == ([INSTANCE_V2] if path == INSTANCE_V2 else [INSTANCE_V2, INSTANCE_V1])
    assert (server.origin, server.account_domain) == (ORIGIN, "example.org")
    assert software_name(server).startswith(name)


@pytest.mark.parametrize("key", ["account_domain", "domain", "uri"])
@pytest.mark.parametrize("domain", ["accounts.example", "https://accounts.example"])
async def test_account_domain_stands_under_one_of_three_keys(
    network: FakeNetwork, key: str, domain: str
) -> None:
    pages = {INSTANCE_V2: instance_document(**{key: domain})}
    network.serve("example.org", respond_by_path(pages))
    assert (await read_instance(network)).server.account_domain == "accounts.example"


@pytest.mark.parametrize("software", FORKS)
async def test_fork_is_named_by_its_nodeinfo(network: FakeNetwork, software: str) -> None:
    path, fields = FORKS[software]
    pages = {path: instance_document(**fields), **nodeinfo_documents(ORIGIN, software)}
    network.serve("example.org", respond_by_path(pages))
    server = (await read_instance(network)).server
    assert (server.origin, server.software, server.version) == (ORIGIN, software, "0.19.2")
    assert software_name(server).lower() == f"{software} 0.19.2"


@pytest.mark.parametrize("source", [None, "https://git.example.org/me/my-own-fork", "", 5])
async def test_unknown_source_leaves_the_name_to_nodeinfo(
    network: FakeNetwork, source: object
) -> None:
    pages = {INSTANCE_V1: instance_document(source_url=source), **nodeinfo_documents(ORIGIN)}
    network.serve("example.org", respond_by_path(pages))
    server = (await read_instance(network)).server
    assert (server.software, server.version) == ("gotosocial", "0.19.2")


async def test_without_nodeinfo_the_software_has_no_name(network: FakeNetwork) -> None:
    network.serve("example.org", respond_by_path({INSTANCE_V2: instance_document()}))
    server = (await read_instance(network)).server
    assert (server.software, server.version) == ("", "1.2.3")


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("software", ["gotosocial", "mastodon", "akkoma"])
async def test_hidden_document_is_still_an_instance(
    network: FakeNetwork, status: int, software: str
) -> None:
    hidden = respond(status, b'{"error": "Unauthorized: token not supplied"}')
    pages = {INSTANCE_V2: hidden, **nodeinfo_documents(ORIGIN, software)}
    host = network.serve("example.org", respond_by_path(pages))
    found = await read_instance(network)
    assert INSTANCE_V1 not in host.paths
    assert not found.is_public
    server = found.server
    assert (server.origin, server.account_domain, server.title) == (
        ORIGIN,
        "example.org",
        "example.org",
    )
    assert (server.software, server.version) == (software, "0.19.2")


async def test_server_may_hide_everything(network: FakeNetwork) -> None:
    network.serve("example.org", RESTRICTED)
    server = (await read_instance(network)).server
    assert (server.origin, server.software, server.version) == (ORIGIN, "", "")


async def test_page_that_forbids_is_no_hidden_document(network: FakeNetwork) -> None:
    forbidden = respond(403, b"<html>Forbidden", Content_Type="text/html")
    network.serve("example.org", forbidden)
    with pytest.raises(ProgramsBlocked):
        await read_instance(network)
    network.serve("example.org", respond_by_path(nodeinfo_documents(ORIGIN), forbidden))
    assert (await read_instance(network)).server.software == "gotosocial"


async def test_website_is_no_instance(network: FakeNetwork) -> None:
    network.serve("example.org", respond_by_path({"/": PAGE}, respond(404, b"<html>Not found")))
    with pytest.raises(NotAnInstance, match=r"example\.org"):
        await read_instance(network)


async def test_site_with_a_page_for_every_path_is_a_web_page(network: FakeNetwork) -> None:
    network.serve("example.org", respond(200, b"<!doctype html>"))
    with pytest.raises(UnexpectedHtml, match=r"example\.org"):
        await read_instance(network)


async def test_software_without_this_api_is_no_instance(network: FakeNetwork) -> None:
    network.serve("example.org", respond_by_path(nodeinfo_documents(ORIGIN, name="lemmy")))
    with pytest.raises(NotAnInstance, match="isn't a GoToSocial or Mastodon-like"):
        await read_instance(network)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (respond(500), ServerFailure),
        (respond(503), RateLimited),
        (respond(429), RateLimited),
        (respond(200, b"OK"), InvalidResponse),
        (respond(200, b"[" * 100_000), InvalidResponse),
        (respond(200, b"x" * (1024 * 1024 + 1)), ResponseTooLarge),
        (respond(302, Location="/again"), NotAnInstance),
        (respond(200, b"{}"), NotAnInstance),
        (respond(200, b'{"version": 5, "title": "x"}'), NotAnInstance),
        (respond(204), InvalidResponse),
    ],
    ids=[
        *("500", "503", "429", "no JSON", "too many values", "too large"),
        *("redirect loop", "empty object", "number for a version", "204"),
    ],
)
async def test_answer_of_something_else_is_told_apart(
    network: FakeNetwork, script: Responder, error: type[ServerError]
) -> None:
    network.serve("example.org", script)
    with pytest.raises(ServerError) as caught:
        await read_instance(network)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("[@click=app.quit]hello[/]", "[@click=app.quit]hello[/]"),
        ("a\u202eb\x1b[31m\nc\u200b", "ab[31m c"),
        pytest.param("x" * 500, "x" * 79 + "…", id="long"),
        ("", "example.org"),
        ("\u200b", "example.org"),
    ],
)
async def test_title_is_made_safe(network: FakeNetwork, title: str, shown: str) -> None:
    pages = {INSTANCE_V2: instance_document(title=title)}
    network.serve("example.org", respond_by_path(pages))
    assert (await read_instance(network)).server.title == shown
