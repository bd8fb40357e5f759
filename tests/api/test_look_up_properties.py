"""Whatever servers answer to a look-up, it finds one of them, or ends in a safe error."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.api.discovery import find_server
from gts_wizard.api.instance import fetch_metadata
from gts_wizard.api.session import DeadlineClient
from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import WizardError
from gts_wizard.models import PendingSignIn, Server, ServerMetadata, WizardStep
from gts_wizard.oauth.authorize import authorization_url
from tests.helpers.assertions import assert_safe_error, assert_well_formed, is_safe
from tests.helpers.discovery_strategies import (
    HOST_NAMES,
    Responses,
    respond_from,
    responses_for,
    server_responses,
)
from tests.helpers.fuzz import tries
from tests.helpers.fuzz_harness import FakeFuzzHarness
from tests.helpers.recordings import PORT
from tests.helpers.samples import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.api.http import HttpClient
    from tests.helpers.raw_server import Responder


pytestmark = pytest.mark.fuzz

HOSTS = [f"{name}:{PORT}" for name in HOST_NAMES]


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeFuzzHarness]:
    """A network without sockets for all examples of this module."""
    with pytest.MonkeyPatch.context() as patch, FakeFuzzHarness(patch) as opened:
        yield opened


def serve(fake: FakeFuzzHarness, script: Responder) -> None:
    """Answer so under both names of the server."""
    for host in HOSTS:
        fake.network.serve(host, script, scheme="http")


def assert_endpoints_are_on(server: Server) -> None:
    """Assert that the URLs of a server's endpoints are on its origin."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    pending = PendingSignIn("s", server, WizardStep.AUTHORIZE, now, scopes=("read",), client_id="C")
    metadata = server.metadata
    for url in (
        authorization_url(pending),
        server.origin + metadata.token_endpoint,
        server.origin + metadata.revocation_endpoint,
    ):
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == server.origin
        assert url.isascii()
        assert is_safe(url, 10_000)


@tries(25)
@given(
    responses=server_responses(),
    asked=st.sampled_from(HOST_NAMES),
    username=st.sampled_from(["", "alice"]),
    is_split=st.booleans(),
)
def test_look_up_finds_a_server_that_was_asked_or_fails(
    fake: FakeFuzzHarness, responses: Responses, asked: str, username: str, *, is_split: bool
) -> None:
    serve(fake, respond_from(responses, split_from=asked if is_split else ""))
    address = parse_safe_url(f"http://{asked}:{PORT}")
    assert address is not None
    typed = replace(address, username=username)
    found = fake.outcome(lambda http: find_server(http, typed))
    if isinstance(found, WizardError):
        assert_safe_error(found)
        return
    assert isinstance(found, Server)
    assert_well_formed(found)
    assert found.origin in {f"http://{host}" for host in HOSTS}
    assert found.account_domain in HOSTS
    assert_endpoints_are_on(found)


@tries(20)
@given(response=responses_for(METADATA))
def test_metadata_names_no_other_server(fake: FakeFuzzHarness, response: bytes) -> None:
    origin = f"http://{HOSTS[0]}"

    async def read_metadata(http: HttpClient) -> ServerMetadata:
        return await fetch_metadata(DeadlineClient(http, 30), origin)

    serve(fake, respond_from({METADATA: response}))
    metadata = fake.outcome(read_metadata)
    assert isinstance(metadata, ServerMetadata)
    assert_well_formed(metadata)
    assert_endpoints_are_on(Server(origin, "example.org", metadata=metadata))
