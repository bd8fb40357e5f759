"""From an address to an instance: GoToSocial, its relatives, and what is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.errors import (
    Nonsense,
    NotAnInstance,
    ServerTrouble,
    ToldToWait,
    TooMuchData,
    WebPage,
    WireError,
)
from gts_wizard.practice import VERSIONS, PracticeInstance
from gts_wizard.rules.address import read_address
from gts_wizard.server.discovery import find_server
from tests.helpers.raw_responses import (
    close_at_once,
    endless_body,
    http_response,
    respond,
    respond_by_path,
)
from tests.helpers.raw_server import RawServer, Responder
from tests.helpers.samples import (
    INSTANCE_V1,
    INSTANCE_V2,
    METADATA,
    instance_document,
    nodeinfo_documents,
)

if TYPE_CHECKING:
    from gts_wizard.models import Server
    from gts_wizard.server.transport import Transport

PAGE = http_response(200, b"<!doctype html><title>Hello</title>", Content_Type="text/html")


async def found(transport: Transport, server: RawServer) -> Server:
    """Return what is found at a server's address."""
    return await find_server(transport, read_address(server.origin))


@pytest.mark.parametrize("like", VERSIONS)
async def test_a_gotosocial_is_known_after_one_request(transport: Transport, like: str) -> None:
    with PracticeInstance(like=like) as practice:
        server = await find_server(transport, read_address(practice.address))
        assert practice.requests == [f"GET {INSTANCE_V2}"]
    assert (server.origin, server.account_domain) == (practice.origin, practice.address)
    assert (server.title, server.software) == ("Practice instance", "gotosocial")
    assert server.version.startswith(VERSIONS[like])


@pytest.mark.parametrize("typed", ["@alice@{}", "http://{}/@alice", " {}/ "])
async def test_a_handle_and_a_profile_lead_to_their_instance(
    transport: Transport, typed: str
) -> None:
    with PracticeInstance() as practice:
        server = await find_server(transport, read_address(typed.format(practice.address)))
    assert server.origin == practice.origin


async def test_a_busy_instance_asks_for_patience(transport: Transport) -> None:
    with PracticeInstance(throttled=True) as practice:
        with pytest.raises(ToldToWait):
            await find_server(transport, read_address(practice.address))
        practice.throttled, practice.rate_limit = False, 0
        with pytest.raises(ToldToWait):
            await find_server(transport, read_address(practice.address))


@pytest.mark.parametrize("source", [None, "https://git.example.org/me/my-own-fork", "", 5])
async def test_a_card_that_does_not_name_the_software_leaves_it_to_nodeinfo(
    transport: Transport, source: object
) -> None:
    async with RawServer(never := respond(404)) as host:
        host.script = respond_by_path(
            {INSTANCE_V1: instance_document(source_url=source), **nodeinfo_documents(host.origin)},
            never,
        )
        server = await found(transport, host)
    assert (server.software, server.version) == ("gotosocial", "0.19.2")


@pytest.mark.parametrize(
    "trouble",
    [
        respond(404),
        respond(500),
        respond(200, b"nonsense"),
        respond(200, b"[]"),
        respond(200, b'{"links": 5}'),
        respond(200, b'{"links": [5, {"href": 5}, {"rel": 5}]}'),
        respond(200, b'{"links": [{"rel": "other", "href": "http://example.org/"}]}'),
        respond(302, Location="urn:x"),
        close_at_once,
        PAGE,
    ],
)
async def test_broken_nodeinfo_keeps_nobody_from_signing_in(
    transport: Transport, trouble: Responder
) -> None:
    async with RawServer(
        respond_by_path({INSTANCE_V2: instance_document(), "/.well-known/nodeinfo": trouble})
    ) as host:
        server = await found(transport, host)
    assert (server.software, server.version) == ("", "1.2.3")


@pytest.mark.parametrize(
    "document",
    [
        respond(404),
        [],
        {"software": 5},
        {"software": {"name": 5, "version": []}},
        PAGE,
        close_at_once,
    ],
)
async def test_a_broken_nodeinfo_document_keeps_nobody_from_signing_in(
    transport: Transport, document: object
) -> None:
    async with RawServer(respond(404)) as host:
        host.script = respond_by_path(
            {
                INSTANCE_V2: instance_document(),
                **nodeinfo_documents(host.origin),
                "/nodeinfo/2.0": document,
            }
        )
        server = await found(transport, host)
        assert "/nodeinfo/2.0" in host.paths
    assert (server.software, server.version) == ("", "1.2.3")


@pytest.mark.parametrize(
    "href",
    [
        "http://[::1",
        "http://example.org/nodeinfo",
        "urn:x",
        "javascript:alert(1)",
        "https://alice:secret@localhost/",
        "",
    ],
)
async def test_a_nodeinfo_link_to_nowhere_is_not_followed(transport: Transport, href: str) -> None:
    links = {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": href}]}
    async with RawServer(
        respond_by_path({INSTANCE_V2: instance_document(), "/.well-known/nodeinfo": links})
    ) as host:
        assert (await found(transport, host)).software == ""
        assert host.paths == [INSTANCE_V2, "/.well-known/nodeinfo", METADATA]


@pytest.mark.parametrize("status", [401, 403])
async def test_an_instance_may_hide_its_card(transport: Transport, status: int) -> None:
    hidden = respond(status, b'{"error": "Unauthorized: token not supplied"}')
    async with RawServer(hidden) as host:
        host.script = respond_by_path({INSTANCE_V2: hidden, **nodeinfo_documents(host.origin)})
        server = await found(transport, host)
        assert INSTANCE_V1 not in host.paths
    assert (server.origin, server.account_domain, server.title) == (
        host.origin,
        host.host,
        host.host,
    )
    assert (server.software, server.version) == ("gotosocial", "0.19.2")


async def test_an_instance_may_hide_everything(transport: Transport) -> None:
    async with RawServer(respond(401, b'{"error": "Unauthorized"}')) as host:
        server = await found(transport, host)
    assert (server.origin, server.software, server.version) == (host.origin, "", "")


async def test_a_page_that_forbids_is_no_hidden_card(transport: Transport) -> None:
    async with RawServer(respond(403, b"<html>Forbidden", Content_Type="text/html")) as host:
        with pytest.raises(NotAnInstance):
            await found(transport, host)


async def test_a_page_that_forbids_before_an_instance_that_tells_itself_is(
    transport: Transport,
) -> None:
    async with RawServer(forbidden := respond(403, b"<html>Forbidden")) as host:
        host.script = respond_by_path(nodeinfo_documents(host.origin), forbidden)
        assert (await found(transport, host)).software == "gotosocial"


async def test_a_website_is_no_instance(transport: Transport) -> None:
    async with RawServer(respond_by_path({"/": PAGE}, respond(404, b"<html>Not found"))) as host:
        with pytest.raises(NotAnInstance, match=host.host):
            await found(transport, host)


async def test_a_site_that_answers_everything_with_a_page(transport: Transport) -> None:
    async with RawServer(respond_by_path({}, respond(200, b"<!doctype html>"))) as host:
        with pytest.raises(WebPage, match=host.host):
            await found(transport, host)


async def test_a_relative_without_this_api_is_no_instance(transport: Transport) -> None:
    async with RawServer(respond(404)) as host:
        host.script = respond_by_path(nodeinfo_documents(host.origin, name="lemmy"))
        with pytest.raises(NotAnInstance, match="not a GoToSocial or Mastodon-like"):
            await found(transport, host)


@pytest.mark.parametrize(
    ("script", "leaf"),
    [
        (respond(500), ServerTrouble),
        (respond(503), ToldToWait),
        (respond(429), ToldToWait),
        (respond(200, b"OK"), Nonsense),
        (respond(200, b"[" * 100_000), Nonsense),
        (endless_body(http_response(200, Content_Length="9999999")), TooMuchData),
        (respond(302, Location="/again"), NotAnInstance),
        (respond(200, b"{}"), NotAnInstance),
        (respond(200, b'{"version": 5, "title": "x"}'), NotAnInstance),
        (respond(204), NotAnInstance),
    ],
)
async def test_what_is_no_instance_fails_as_it_is(
    transport: Transport, script: Responder, leaf: type[WireError]
) -> None:
    async with RawServer(script) as host:
        with pytest.raises(WireError) as caught:
            await found(transport, host)
    assert type(caught.value) is leaf


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("[@click=app.quit]hello[/]", "[@click=app.quit]hello[/]"),
        ("a\u202eb\x1b[31m\nc\u200b", "ab[31m c"),
        ("x" * 500, "x" * 79 + "…"),
        ("", "{host}"),
        ("\u200b", "{host}"),
    ],
)
async def test_a_title_is_made_safe(transport: Transport, title: str, shown: str) -> None:
    async with RawServer(respond_by_path({INSTANCE_V2: instance_document(title=title)})) as host:
        assert (await found(transport, host)).title == shown.format(host=host.host)
