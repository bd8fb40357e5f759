"""Whatever status, headers and body an answer has: it is read, or becomes one safe error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gts_wizard.errors import RateLimited, WizardError
from gts_wizard.secret import MASK
from tests.helpers.assertions import assert_safe_error
from tests.helpers.fuzz import mutated_bytes, mutated_document, odd_texts, odd_values, tries
from tests.helpers.raw_responses import json_bytes
from tests.helpers.recordings import recorded_responses
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, make_response

pytestmark = pytest.mark.fuzz

SENT = (CODE, CLIENT_SECRET, TOKEN)
REFUSALS = [
    response
    for response in recorded_responses()
    if response.status >= 400 and response.kind == "application/json"
]
WORDS = st.lists(odd_texts() | st.sampled_from(SENT), max_size=4).map("".join)
BODIES = (
    st.sampled_from(REFUSALS)
    .flatmap(lambda refusal: mutated_document(refusal.document))
    .map(json_bytes)
    | st.sampled_from(REFUSALS).flatmap(lambda refusal: mutated_bytes(refusal.body))
    | st.fixed_dictionaries({"error": WORDS | odd_values()}).map(json_bytes)
    | st.binary()
)
# What a header may hold once the line ends are gone.
HEADER = odd_texts().map(lambda text: "".join(text.splitlines()))
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "x-ratelimit-reset", "content-type", "location"]),
    HEADER | st.sampled_from(["text/html", "30", "2026-11-23T19:05:00Z", "application/json"]),
)
STATUSES = st.sampled_from([401, 403, 429, 503, 511]) | st.integers(0, 999)


@tries(40)
@example(body=b"[" * 3000, status=200, headers={})
@given(body=BODIES, status=st.just(200) | STATUSES, headers=HEADERS)
def test_any_answer_is_read_or_a_safe_error(
    body: bytes, status: int, headers: dict[str, str]
) -> None:
    answer = make_response(body, status, headers=headers, has_token=status % 2 == 1, secrets=SENT)
    read: list[Any] = []
    for read_body in (answer.json_object, answer.json_list):
        try:
            read.append(read_body())
        except WizardError as failure:
            assert_safe_error(failure, *SENT)
    assert len(read) <= answer.ok
    error = answer.to_error()
    assert_safe_error(error, *SENT)
    if isinstance(error, RateLimited):
        assert 1 <= error.seconds <= 3600


@tries(40)
@example(before="", secret=SENT[0], after="", at=3, between="\u200b")
@given(
    before=odd_texts(),
    secret=st.sampled_from(SENT),
    after=odd_texts(),
    at=st.integers(0, 9),
    between=st.sampled_from(["", "\u200b", "\x00", "\u202e\ud800"]),
)
def test_repeated_secret_is_masked(
    before: str, secret: str, after: str, at: int, between: str
) -> None:
    error = f"{before}{secret[:at]}{between}{secret[at:]}{after}"
    word = make_response({"error": error}, 400, secrets=SENT).oauth_error()
    assert secret[:10] not in word
    assert len(word) <= 200
    assert MASK in word or len(word) == 200
