"""What a server says of where it answers OAuth (RFC 8414), and when that is believed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gts_wizard.models import Metadata
from gts_wizard.server.look_up import LookUp
from gts_wizard.server.metadata import metadata_of
from tests.helpers.raw_responses import respond, respond_by_path
from tests.helpers.raw_server import RawServer, Responder
from tests.helpers.samples import METADATA

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

USUAL = Metadata()
SAID = Metadata("/go", "/give", "/end", takes_challenge=True, scopes_supported=("read", "write"))


async def told(transport: Transport, **changes: object) -> Metadata:
    """Return what is made of a server's document, with some of it changed."""
    async with RawServer(respond(404)) as server:
        document: dict[str, object] = {
            "issuer": f"{server.origin}/",
            "authorization_endpoint": f"{server.origin}/go",
            "token_endpoint": f"{server.origin}/give",
            "revocation_endpoint": f"{server.origin}/end",
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["read", "write"],
            **changes,
        }
        server.script = respond_by_path({METADATA: document})
        return await metadata_of(LookUp(transport, 10), server.origin)


async def test_a_servers_own_endpoints_are_used(transport: Transport) -> None:
    assert await told(transport) == SAID


async def test_what_is_left_out_is_where_everybody_has_it(transport: Transport) -> None:
    async with RawServer(respond(404)) as server:
        server.script = respond_by_path({METADATA: {"issuer": server.origin}})
        assert await metadata_of(LookUp(transport, 10), server.origin) == USUAL


@pytest.mark.parametrize("methods", [None, [], ["plain"], "S256", {"S256": 1}, 5])
async def test_a_challenge_is_sent_only_where_sha_256_is_offered(
    transport: Transport, methods: object
) -> None:
    found = await told(transport, code_challenge_methods_supported=methods)
    assert found == replace(SAID, takes_challenge=False)


@pytest.mark.parametrize("scopes", [None, "read", {"read": 1}, 5, ["read"] * 201])
async def test_scopes_that_are_no_list_are_as_if_not_said(
    transport: Transport, scopes: object
) -> None:
    found = await told(transport, scopes_supported=scopes)
    assert found == replace(SAID, scopes_supported=())


async def test_of_the_scopes_only_plain_words_are_taken(transport: Transport) -> None:
    odd = ["read", "a b", "x" * 101, 5, "\x1b[31m", "", "écrire", "admin:read"]
    found = await told(transport, scopes_supported=odd)
    assert found.scopes_supported == ("read", "admin:read")


@pytest.mark.parametrize(
    "issuer", ["https://other.example", "", None, 5, ["x"], "http://localhost", "javascript:x"]
)
async def test_a_document_that_speaks_for_another_server_is_not_believed(
    transport: Transport, issuer: object
) -> None:
    assert await told(transport, issuer=issuer) == USUAL


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "revocation_endpoint"]
)
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/token",
        "//evil.example/token",
        "/token",
        "javascript:alert(1)",
        "urn:ietf:wg:oauth:2.0:oob",
        "http://127.0.0.1:1/token",
        "",
        5,
        ["x"],
    ],
)
async def test_an_endpoint_elsewhere_makes_the_whole_document_worthless(
    transport: Transport, name: str, url: object
) -> None:
    assert await told(transport, **{name: url}) == USUAL


async def test_an_endpoint_with_a_query_or_a_fragment_is_not_used(transport: Transport) -> None:
    for end in ("?client_id=evil", "#part"):
        async with RawServer(respond(404)) as server:
            document = {"issuer": server.origin, "token_endpoint": f"{server.origin}/t{end}"}
            server.script = respond_by_path({METADATA: document})
            assert await metadata_of(LookUp(transport, 10), server.origin) == USUAL


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
)
async def test_no_document_means_the_usual_endpoints(
    transport: Transport, script: Responder
) -> None:
    async with RawServer(script) as server:
        assert await metadata_of(LookUp(transport, 10), server.origin) == USUAL
