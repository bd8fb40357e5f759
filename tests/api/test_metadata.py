"""OAuth server metadata (RFC 8414): which endpoints are used, and when none of it is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.instance import fetch_metadata
from gts_wizard.api.session import DeadlineClient
from gts_wizard.models import ServerMetadata
from tests.helpers.raw_responses import respond, respond_by_path
from tests.helpers.samples import METADATA

if TYPE_CHECKING:
    from tests.helpers.fake_network import FakeNetwork
    from tests.helpers.raw_server import Responder

DEFAULT = ServerMetadata()
DOCUMENT: dict[str, object] = {
    "issuer": "https://example.org/",
    "authorization_endpoint": "https://example.org/go",
    "token_endpoint": "https://example.org/give",
    "revocation_endpoint": "https://example.org/end",
    "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["read", "write"],
}
EXPECTED = ServerMetadata(
    "/go", "/give", "/end", supports_pkce=True, scopes_supported=("read", "write")
)


async def metadata(network: FakeNetwork, script: Responder) -> ServerMetadata:
    """Return what is read from a server's answer."""
    server = network.serve("example.org", script)
    return await fetch_metadata(DeadlineClient(network.http, 60), server.origin)


async def metadata_from(network: FakeNetwork, document: object) -> ServerMetadata:
    """Return what is read from a document."""
    return await metadata(network, respond_by_path({METADATA: document}))


async def test_endpoints_of_the_document_are_used(network: FakeNetwork) -> None:
    assert await metadata_from(network, DOCUMENT) == EXPECTED


async def test_missing_endpoints_are_the_usual_ones(network: FakeNetwork) -> None:
    assert await metadata_from(network, {"issuer": "https://example.org"}) == DEFAULT


@pytest.mark.parametrize("methods", [None, [], ["plain"], "S256", {"S256": 1}, 5])
async def test_challenge_needs_s256_in_the_list(network: FakeNetwork, methods: object) -> None:
    found = await metadata_from(network, {**DOCUMENT, "code_challenge_methods_supported": methods})
    assert found == EXPECTED._replace(supports_pkce=False)


@pytest.mark.parametrize(
    "scopes", [None, "read", {"read": 1}, 5, pytest.param(["read"] * 201, id="too many")]
)
async def test_scopes_that_are_no_short_list_are_ignored(
    network: FakeNetwork, scopes: object
) -> None:
    found = await metadata_from(network, {**DOCUMENT, "scopes_supported": scopes})
    assert found == EXPECTED._replace(scopes_supported=())


async def test_only_plain_words_are_scopes(network: FakeNetwork) -> None:
    scopes = ["read", "a b", "x" * 101, 5, "\x1b[31m", "", "écrire", "admin:read"]
    found = await metadata_from(network, {**DOCUMENT, "scopes_supported": scopes})
    assert found.scopes_supported == ("read", "admin:read")


@pytest.mark.parametrize(
    "issuer", ["https://other.example", "", None, 5, ["x"], "http://example.org", "javascript:x"]
)
async def test_document_of_another_issuer_is_ignored(network: FakeNetwork, issuer: object) -> None:
    assert await metadata_from(network, {**DOCUMENT, "issuer": issuer}) == DEFAULT


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/token",
        "//evil.example/token",
        "/token",
        "javascript:alert(1)",
        "urn:ietf:wg:oauth:2.0:oob",
        "http://127.0.0.1:1/token",
        "http://example.org/token",
        "",
        5,
        ["x"],
    ],
)
async def test_endpoint_elsewhere_discards_the_document(network: FakeNetwork, url: object) -> None:
    for name in ("authorization_endpoint", "token_endpoint", "revocation_endpoint"):
        assert await metadata_from(network, {**DOCUMENT, name: url}) == DEFAULT


@pytest.mark.parametrize("end", ["?client_id=evil", "#part"])
async def test_endpoint_with_query_or_fragment_is_refused(network: FakeNetwork, end: str) -> None:
    url = f"https://example.org/token{end}"
    assert await metadata_from(network, {**DOCUMENT, "token_endpoint": url}) == DEFAULT


@pytest.mark.parametrize(
    "script",
    [
        respond(404),
        respond(500),
        respond(200, b"<!doctype html>"),
        respond(200, b"[]"),
        respond(200, b"{"),
        respond(302, Location="https://evil.example/"),
    ],
    ids=["404", "500", "page", "list", "no JSON", "redirect"],
)
async def test_no_document_means_the_usual_endpoints(
    network: FakeNetwork, script: Responder
) -> None:
    assert await metadata(network, script) == DEFAULT
