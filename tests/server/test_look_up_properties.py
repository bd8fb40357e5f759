"""Whatever the pages of a look-up say: it finds one of the servers that were asked, or a leaf."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.errors import WizardError
from gts_wizard.models import Attempt, Metadata, Server, Step
from gts_wizard.rules.oob import authorize_link
from gts_wizard.server.discovery import find_server
from gts_wizard.server.judging import address_of
from gts_wizard.server.look_up import LookUp
from gts_wizard.server.metadata import metadata_of
from tests.helpers.assertions import assert_safe_error, assert_well_formed, is_safe
from tests.helpers.discovery_strategies import (
    HOST_NAMES,
    Responses,
    respond_from,
    responses_for,
    server_responses,
)
from tests.helpers.fuzz_harness import FuzzHarness
from tests.helpers.samples import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.server.transport import Transport
    from tests.helpers.raw_server import Responder


@pytest.fixture(scope="module")
def wire() -> Iterator[FuzzHarness]:
    """A server and a transport for all examples of this module."""
    with FuzzHarness() as opened:
        yield opened
    assert opened.troubles == []


def looked_up(wire: FuzzHarness, script: Responder, asked: str, username: str) -> object:
    """Return what becomes of a look-up of the server by one of its names."""

    async def look(over: Transport, _origin: str) -> Server:
        address = address_of(f"http://{asked}:{wire.server.port}")
        assert address is not None
        return await find_server(over, replace(address, username=username))

    return wire.outcome(script, look)


def assert_a_link_stays_on(server: Server) -> None:
    """Assert that all that follows a server's origin leaves it the origin it was."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    attempt = Attempt("s", server, Step.AUTHORIZE, now, scopes=("read",), client_id="C")
    metadata = server.metadata
    for url in (
        authorize_link(attempt),
        server.origin + metadata.token_endpoint,
        server.origin + metadata.revocation_endpoint,
    ):
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == server.origin
        assert url.isascii()
        assert is_safe(url, 10_000)


@settings(max_examples=80, deadline=None)
@given(
    responses=server_responses(),
    asked=st.sampled_from(HOST_NAMES),
    username=st.sampled_from(["", "alice"]),
    is_split=st.booleans(),
)
def test_a_look_up_finds_who_was_asked_or_tells_why_not(
    wire: FuzzHarness, responses: Responses, asked: str, username: str, *, is_split: bool
) -> None:
    script = respond_from(responses, wire.server.port, split_from=asked if is_split else "")
    found = looked_up(wire, script, asked, username)
    if isinstance(found, WizardError):
        assert_safe_error(found)
        return
    assert isinstance(found, Server)
    assert_well_formed(found)
    names = {f"{name}:{wire.server.port}" for name in HOST_NAMES}
    assert found.origin in {f"http://{name}" for name in names}
    assert found.account_domain in names
    assert_a_link_stays_on(found)


@settings(deadline=None)
@given(said=responses_for(METADATA))
def test_metadata_names_no_other_server(wire: FuzzHarness, said: bytes) -> None:
    async def ask(over: Transport, origin: str) -> Metadata:
        return await metadata_of(LookUp(over, 30), origin)

    metadata = wire.outcome(respond_from({METADATA: said}, wire.server.port), ask)
    assert isinstance(metadata, Metadata)
    assert_well_formed(metadata)
    assert_a_link_stays_on(Server(wire.server.origin, "example.org", metadata=metadata))
