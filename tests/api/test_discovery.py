"""From what was typed to the server: the smallest number of requests, on real connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard.address import read_address
from gts_wizard.api.discovery import find_server
from gts_wizard.errors import RateLimited
from gts_wizard.models import ServerMetadata
from gts_wizard.practice import GOTOSOCIAL_VERSIONS, PracticeServer
from tests.helpers.raw_responses import respond_by_path
from tests.helpers.samples import INSTANCE_V2, METADATA, instance_document, nodeinfo_documents

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient
    from tests.helpers.fake_network import FakeNetwork


@pytest.mark.parametrize(
    ("practice", "version"), GOTOSOCIAL_VERSIONS.items(), indirect=["practice"]
)
async def test_gotosocial_is_known_after_one_request(
    http: HttpClient, practice: PracticeServer, version: str
) -> None:
    server = await find_server(http, read_address(practice.address))
    assert practice.requests == [f"GET {INSTANCE_V2}"]
    assert (server.origin, server.account_domain) == (practice.origin, practice.address)
    assert (server.title, server.software) == ("Practice server", "gotosocial")
    assert server.version.startswith(version)


async def test_handle_and_profile_lead_to_their_server(
    http: HttpClient, practice: PracticeServer
) -> None:
    for typed in ("@alice@{}", "http://{}/@alice", " {}/ "):
        address = read_address(typed.format(practice.address))
        assert (await find_server(http, address)).origin == practice.origin


async def test_busy_server_asks_to_wait(http: HttpClient, practice: PracticeServer) -> None:
    address = read_address(practice.address)
    practice.overloaded = True
    with pytest.raises(RateLimited):
        await find_server(http, address)
    practice.overloaded, practice.rate_limit = False, 0
    with pytest.raises(RateLimited):
        await find_server(http, address)


@pytest.mark.parametrize("software", ["gotosocial", "mastodon", ""])
async def test_metadata_is_read_unless_it_is_gotosocial(
    network: FakeNetwork, software: str
) -> None:
    origin = "https://example.org"
    document = {"issuer": origin, "token_endpoint": f"{origin}/give"}
    pages = {INSTANCE_V2: instance_document(), METADATA: document}
    nodeinfo = nodeinfo_documents(origin, software) if software else {}
    host = network.serve("example.org", respond_by_path({**pages, **nodeinfo}))
    server = await find_server(network.http, read_address("example.org"))
    is_gotosocial = software == "gotosocial"
    assert (METADATA in host.paths) is not is_gotosocial
    assert server.metadata == (
        ServerMetadata() if is_gotosocial else ServerMetadata(token_endpoint="/give")
    )
