"""Whatever a server answers to a call, it ends in a well-formed result or a safe error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.api import endpoints
from gts_wizard.api.response import Response
from gts_wizard.errors import WizardError
from gts_wizard.secret import Secret
from tests.helpers.assertions import assert_safe_error, assert_well_formed
from tests.helpers.fuzz import mutated_document, mutated_text, odd_texts, tries
from tests.helpers.fuzz_harness import Call, FakeFuzzHarness
from tests.helpers.raw_responses import http_response, json_bytes, respond_raw
from tests.helpers.recordings import responses_named
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, make_client

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.fuzz

ORIGIN = "https://example.org"
SECRET = Secret(TOKEN)
CALLS: dict[str, Call] = {
    "register": lambda http, origin: endpoints.register_client(http, origin, ("read",)),
    "exchange": lambda http, origin: endpoints.exchange_code(
        http, make_client(origin), Secret(CODE)
    ),
    "verify": lambda http, origin: endpoints.verify_credentials(http, origin, SECRET),
    "notifications": lambda http, origin: endpoints.fetch_notifications(http, origin, SECRET),
    "tokens": lambda http, origin: endpoints.list_authorized_apps(http, origin, SECRET),
    "revoke": lambda http, origin: endpoints.revoke_token(http, make_client(origin), SECRET),
}
SEEDS = {
    "register": responses_named("register-app", "register-app-not-json"),
    "exchange": responses_named("token-ok", "token-wrong-code", "token-wrong-secret"),
    "verify": responses_named("verify-ok", "verify-no-token"),
    "notifications": responses_named("notifications", "verify-no-token"),
    "tokens": responses_named("tokens", "verify-no-token"),
    "revoke": responses_named("revoke-ok", "revoke-wrong-secret"),
}
URLS = odd_texts() | st.sampled_from(["", f"{ORIGIN}/a", "http://[::1]/"]).flatmap(mutated_text)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeFuzzHarness]:
    """A network without sockets for all examples of this module."""
    with pytest.MonkeyPatch.context() as patch, FakeFuzzHarness(patch) as opened:
        yield opened


def assert_ends_well(outcome: object) -> None:
    """Assert that a result is well-formed, or an error safe."""
    if isinstance(outcome, WizardError):
        assert_safe_error(outcome, CODE, CLIENT_SECRET, TOKEN)
    else:
        assert_well_formed(outcome)


@tries(30)
@given(call=st.sampled_from(sorted(CALLS)), data=st.data())
def test_recorded_document_with_other_values(
    fake: FakeFuzzHarness, call: str, data: st.DataObject
) -> None:
    seed = data.draw(st.sampled_from(SEEDS[call]))
    body = json_bytes(data.draw(mutated_document(seed.document)))
    fake.network.serve("example.org", respond_raw(seed.with_body(body)))
    assert_ends_well(fake.outcome(lambda http: CALLS[call](http, ORIGIN)))


@tries(25)
@given(url=URLS, code=odd_texts())
def test_any_url_is_asked_or_refused_without_its_secret(
    fake: FakeFuzzHarness, url: str, code: str
) -> None:
    form: dict[str, str | Secret] = {"code": Secret(CODE + code), "client_id": code}
    moved = http_response(302, Location="urn:x", Connection="close")
    fake.network.serve("example.org", respond_raw(moved))
    for outcome in (
        fake.outcome(lambda http: http.get(url or ORIGIN, redirects=3)),
        fake.outcome(lambda http: http.post(url or ORIGIN, form)),
    ):
        if isinstance(outcome, WizardError):
            assert_safe_error(outcome, CODE)
        else:
            assert isinstance(outcome, Response)
            assert CODE not in repr(outcome)
