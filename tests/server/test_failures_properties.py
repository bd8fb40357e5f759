"""Whatever a server fails with: its status, its headers and its words become one safe leaf."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gts_wizard.errors import ToldToWait, WizardError
from gts_wizard.secret import MASK, Secret
from gts_wizard.server.answer import Answer
from tests.helpers.assertions import assert_safe_error
from tests.helpers.fuzz import mutated_bytes, mutated_document, odd_texts, odd_values
from tests.helpers.raw_responses import json_bytes
from tests.helpers.recordings import recorded_responses
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN

SENT = (CODE, CLIENT_SECRET, TOKEN)
REFUSALS = [
    one for one in recorded_responses() if one.status >= 400 and one.kind == "application/json"
]
WORDS = st.lists(odd_texts() | st.sampled_from(SENT), max_size=4).map("".join)
BODIES = (
    st.sampled_from(REFUSALS).flatmap(lambda one: mutated_document(one.document)).map(json_bytes)
    | st.sampled_from(REFUSALS).flatmap(lambda one: mutated_bytes(one.body))
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


def answer_of(body: bytes, status: int = 400, headers: dict[str, str] | None = None) -> Answer:
    """Return an answer to a question that held every secret there is."""
    return Answer(
        url="https://example.org/api",
        host="example.org",
        status=status,
        headers=headers or {},
        body=body,
        signed=status % 2 == 1,
        sent=tuple(map(Secret, SENT)),
    )


@settings(deadline=None)
@given(body=BODIES, status=STATUSES, headers=HEADERS)
def test_any_failure_is_a_leaf_in_safe_words(
    body: bytes, status: int, headers: dict[str, str]
) -> None:
    failure = answer_of(body, status, headers).failure()
    assert_safe_error(failure, *SENT)
    if isinstance(failure, ToldToWait):
        assert 1 <= failure.seconds <= 3600


@settings(deadline=None)
@example(body=b"[" * 3000, status=200, headers={})
@given(body=BODIES, status=st.just(200) | STATUSES, headers=HEADERS)
def test_what_is_no_document_is_told_safely(
    body: bytes, status: int, headers: dict[str, str]
) -> None:
    answer = answer_of(body, status, headers)
    read: list[Any] = []
    for reading in (answer.document, answer.documents):
        try:
            read.append(reading())
        except WizardError as failure:
            assert_safe_error(failure, *SENT)
    assert len(read) <= (status == 200)


@settings(deadline=None)
@example(before="", secret=SENT[0], after="", at=3, between="\u200b")
@given(
    before=odd_texts(),
    secret=st.sampled_from(SENT),
    after=odd_texts(),
    at=st.integers(0, 9),
    between=st.sampled_from(["", "\u200b", "\x00", "\u202e\ud800"]),
)
def test_a_secret_that_an_answer_repeats_is_masked(
    before: str, secret: str, after: str, at: int, between: str
) -> None:
    said = f"{before}{secret[:at]}{between}{secret[at:]}{after}"
    word = answer_of(json_bytes({"error": said})).error_word()
    assert secret[:10] not in word
    assert len(word) <= 200
    assert MASK in word or len(word) == 200


def test_a_form_that_is_repeated_as_it_was_sent_is_masked_too() -> None:
    secret = Secret("a/b+c=d/e+f=")
    answer = Answer(
        url="https://example.org/oauth/token",
        host="example.org",
        status=400,
        headers={},
        body=json_bytes({"error": "code=a%2Fb%2Bc%3Dd%2Fe%2Bf%3D&grant_type=x"}),
        sent=(secret,),
    )
    assert answer.error_word() == f"code={MASK}&grant_type=x"
