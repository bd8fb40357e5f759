"""Whatever bytes come back over a socket: each call ends in a model or a leaf, both safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.errors import WizardError
from gts_wizard.secret import Secret
from gts_wizard.server import api
from gts_wizard.server.answer import Answer
from tests.helpers.assertions import assert_safe_error, assert_well_formed
from tests.helpers.fuzz import mutated_bytes, mutated_document, mutated_text, odd_texts
from tests.helpers.fuzz_harness import Call, FuzzHarness
from tests.helpers.raw_responses import http_response, json_bytes, respond_raw
from tests.helpers.recordings import recorded_responses, responses_named
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, make_client

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = Secret(TOKEN)
CALLS: dict[str, Call] = {
    "register": lambda over, origin: api.register(over, origin, ("read",)),
    "exchange": lambda over, origin: api.exchange(over, make_client(origin), Secret(CODE)),
    "verify": lambda over, origin: api.verify(over, origin, SECRET),
    "notifications": lambda over, origin: api.notifications(over, origin, SECRET),
    "tokens": lambda over, origin: api.tokens(over, origin, SECRET),
    "revoke": lambda over, origin: api.revoke(over, make_client(origin), SECRET),
}
SEEDS = {
    "register": responses_named("register-app", "register-app-not-json"),
    "exchange": responses_named("token-ok", "token-wrong-code", "token-wrong-secret"),
    "verify": responses_named("verify-ok", "verify-no-token"),
    "notifications": responses_named("notifications", "verify-no-token"),
    "tokens": responses_named("tokens", "verify-no-token"),
    "revoke": responses_named("revoke-ok", "revoke-wrong-secret"),
}
ANYTHING = st.sampled_from(recorded_responses())
ADDRESSES = odd_texts() | st.sampled_from(["", "https://example.org/a", "http://[::1]/"]).flatmap(
    mutated_text
)
HEADS = st.sampled_from(
    [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 429 \r\nRetry-After: "]
)


@pytest.fixture(scope="module")
def wire() -> Iterator[FuzzHarness]:
    """A server and a transport for all examples of this module."""
    with FuzzHarness() as opened:
        yield opened
    assert opened.troubles == []


def assert_ends_well(wire: FuzzHarness, call: str, answer: bytes) -> None:
    """Assert that a call ends well-formed or told safely, where this is answered."""
    outcome = wire.outcome(respond_raw(answer, hang_up=True), CALLS[call])
    if isinstance(outcome, WizardError):
        assert_safe_error(outcome, CODE, CLIENT_SECRET, TOKEN)
    else:
        assert_well_formed(outcome)


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_recorded_answer_with_other_values_ends_well(
    wire: FuzzHarness, call: str, data: st.DataObject
) -> None:
    seed = data.draw(st.sampled_from(SEEDS[call]))
    body = json_bytes(data.draw(mutated_document(seed.document)))
    assert_ends_well(wire, call, seed.with_body(body))


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_recorded_answer_ends_well(
    wire: FuzzHarness, call: str, data: st.DataObject
) -> None:
    seed = data.draw(st.sampled_from(SEEDS[call]) | ANYTHING)
    whole = seed.with_body(seed.body)
    assert_ends_well(wire, call, data.draw(mutated_bytes(whole)))


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=40, deadline=None)
@given(head=HEADS, rest=st.binary())
def test_any_bytes_end_well(wire: FuzzHarness, call: str, head: bytes, rest: bytes) -> None:
    assert_ends_well(wire, call, head + rest)


@settings(max_examples=60, deadline=None)
@given(body=st.binary(), whole=st.booleans(), data=st.data())
def test_a_picture_is_its_bytes_or_a_failure(
    wire: FuzzHarness, body: bytes, *, whole: bool, data: st.DataObject
) -> None:
    answer = http_response(200, body, Content_Type="image/png", Connection="close")
    said = answer if whole else data.draw(mutated_bytes(answer))
    outcome = wire.outcome(
        respond_raw(said, hang_up=True),
        lambda over, origin: api.picture(over, f"{origin}/alice.png"),
    )
    if isinstance(outcome, WizardError):
        assert not whole
        assert_safe_error(outcome)
    else:
        assert isinstance(outcome, bytes)
        assert outcome == body or not whole


@settings(max_examples=60, deadline=None)
@given(url=ADDRESSES, code=odd_texts())
def test_any_address_is_asked_or_refused_without_its_secret(
    wire: FuzzHarness, url: str, code: str
) -> None:
    form = {"code": Secret(CODE + code), "client_id": code}
    answered = respond_raw(http_response(302, Location="urn:x", Connection="close"), hang_up=True)
    for call in (
        lambda over, origin: over.get(url or origin, redirects=3),
        lambda over, origin: over.post(url or origin, form),
    ):
        outcome = wire.outcome(answered, call)
        if isinstance(outcome, WizardError):
            assert_safe_error(outcome, CODE)
        else:
            assert isinstance(outcome, Answer)
            assert CODE not in repr(outcome)
