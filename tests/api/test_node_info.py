"""NodeInfo: the name and version of a server's software, which nothing depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.session import DeadlineClient
from gts_wizard.api.well_known import NODEINFO_PATH, fetch_software, nodeinfo_url
from tests.helpers.raw_responses import close_at_once, respond, respond_by_path
from tests.helpers.samples import make_response, nodeinfo_documents

if TYPE_CHECKING:
    from tests.helpers.fake_network import FakeNetwork

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.0"
PAGE = respond(200, b"<!doctype html><title>Hello</title>", Content_Type="text/html")
ORIGIN = "https://example.org"


async def software(network: FakeNetwork, pages: dict[str, object]) -> tuple[str, str]:
    """Return the name and version that are read from a server's pages."""
    server = network.serve("example.org", respond_by_path(pages))
    return await fetch_software(DeadlineClient(network.http, 60), server.origin)


async def test_name_and_version_are_read(network: FakeNetwork) -> None:
    pages = nodeinfo_documents(ORIGIN, name="GoToSocial\u202e")
    assert await software(network, pages) == ("gotosocial", "0.19.2")


async def test_link_may_be_relative(network: FakeNetwork) -> None:
    assert await software(network, nodeinfo_documents("")) == ("gotosocial", "0.19.2")


@pytest.mark.parametrize(
    "index",
    [
        respond(404),
        respond(500),
        respond(200, b"nonsense"),
        respond(302, Location="urn:x"),
        close_at_once,
        PAGE,
    ],
    ids=["404", "500", "no JSON", "redirect", "closed", "page"],
)
async def test_broken_index_names_no_software(network: FakeNetwork, index: object) -> None:
    assert await software(network, {**nodeinfo_documents(ORIGIN), NODEINFO_PATH: index}) == ("", "")


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"links": 5},
        {"links": []},
        {"links": [5, {"href": 5}, {"rel": 5}]},
        {"links": [{"rel": SCHEMA}]},
        {"links": [{"rel": SCHEMA, "href": 5}]},
        {"links": [{"rel": "other", "href": "https://example.org/"}]},
    ],
)
def test_index_without_usable_link_has_none(document: object) -> None:
    assert nodeinfo_url(make_response(document)) == ""


def test_first_usable_link_of_the_index_is_taken() -> None:
    links = [5, {"rel": "other", "href": "/no"}, {"rel": SCHEMA, "href": 5}]
    links += [{"rel": SCHEMA, "href": "/yes"}, {"rel": SCHEMA, "href": "/no"}]
    assert nodeinfo_url(make_response({"links": links})) == "/yes"


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
    ids=["404", "list", "number", "odd values", "page", "closed"],
)
async def test_broken_document_names_no_software(network: FakeNetwork, document: object) -> None:
    pages = {**nodeinfo_documents(ORIGIN), "/nodeinfo/2.0": document}
    assert await software(network, pages) == ("", "")


@pytest.mark.parametrize(
    "href",
    [
        "http://[::1",
        "http://example.org/nodeinfo",
        "urn:x",
        "javascript:alert(1)",
        "https://alice:secret@example.org/",
        "https://localhost/",
        "",
    ],
)
async def test_link_that_must_not_be_followed_is_not(network: FakeNetwork, href: str) -> None:
    server = network.serve(
        "example.org", respond_by_path({NODEINFO_PATH: {"links": [{"rel": SCHEMA, "href": href}]}})
    )
    assert await fetch_software(DeadlineClient(network.http, 60), server.origin) == ("", "")
    assert server.paths == [NODEINFO_PATH]
