"""Whatever bytes a server sends, a request ends in a well-formed result or a safe error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.api import endpoints
from gts_wizard.errors import WizardError
from gts_wizard.secret import Secret
from tests.helpers.assertions import assert_safe_error, assert_well_formed
from tests.helpers.fuzz import mutated_bytes, tries
from tests.helpers.fuzz_harness import Call, FuzzHarness
from tests.helpers.raw_responses import http_response, respond_raw
from tests.helpers.recordings import recorded_responses, responses_named
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, make_client

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.fuzz

# One call sends its secret in a header, the other in a form.
CALLS: dict[str, Call] = {
    "verify": lambda http, origin: endpoints.verify_credentials(http, origin, Secret(TOKEN)),
    "exchange": lambda http, origin: endpoints.exchange_code(
        http, make_client(origin), Secret(CODE)
    ),
}
SEEDS = {"verify": responses_named("verify-ok"), "exchange": responses_named("token-ok")}
RECORDED = st.sampled_from(recorded_responses())
HEADS = st.sampled_from(
    [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 429 \r\nRetry-After: "]
)
SAMPLED_CALLS = st.sampled_from(sorted(CALLS))


@pytest.fixture(scope="module")
def real() -> Iterator[FuzzHarness]:
    """A server on this computer for all examples of this module."""
    with FuzzHarness() as opened:
        yield opened
    assert opened.troubles == []


def assert_ends_well(outcome: object) -> None:
    """Assert that a result is well-formed, or an error safe."""
    if isinstance(outcome, WizardError):
        assert_safe_error(outcome, CODE, CLIENT_SECRET, TOKEN)
    else:
        assert_well_formed(outcome)


@tries(30)
@given(call=SAMPLED_CALLS, data=st.data())
def test_damaged_recorded_response(real: FuzzHarness, call: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(SEEDS[call]) | RECORDED)
    damaged = data.draw(mutated_bytes(seed.with_body(seed.body)))
    assert_ends_well(real.outcome(respond_raw(damaged, hang_up=True), CALLS[call]))


@tries(25)
@given(call=SAMPLED_CALLS, head=HEADS, rest=st.binary())
def test_any_bytes(real: FuzzHarness, call: str, head: bytes, rest: bytes) -> None:
    assert_ends_well(real.outcome(respond_raw(head + rest, hang_up=True), CALLS[call]))


@tries(20)
@given(body=st.binary(), whole=st.booleans(), data=st.data())
def test_picture_is_its_bytes_or_an_error(
    real: FuzzHarness, body: bytes, *, whole: bool, data: st.DataObject
) -> None:
    response = http_response(200, body, Content_Type="image/png", Connection="close")
    sent = response if whole else data.draw(mutated_bytes(response))
    outcome = real.outcome(
        respond_raw(sent, hang_up=True),
        lambda http, origin: endpoints.fetch_picture(http, f"{origin}/alice.png"),
    )
    if isinstance(outcome, WizardError):
        assert not whole
        assert_safe_error(outcome)
    else:
        assert isinstance(outcome, bytes)
        assert outcome == body or not whole
