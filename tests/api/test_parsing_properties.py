"""Whatever document a server answers with: a well-formed model, or a safe error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gts_wizard.api import parsing
from gts_wizard.errors import WizardError
from tests.helpers.assertions import assert_safe_error, assert_well_formed
from tests.helpers.fuzz import mutated_bytes, mutated_document, odd_texts, odd_values, tries
from tests.helpers.raw_responses import json_bytes
from tests.helpers.recordings import responses_named
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, account_document, make_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.api.response import Response

pytestmark = pytest.mark.fuzz

SENT = (CODE, CLIENT_SECRET, TOKEN)
ACCOUNT = account_document(
    acct="alice@example.org",
    avatar="https://example.org/alice.png",
    created_at="2026-01-01T00:00:00.000Z",
)
NOTIFICATION = {
    "id": "1",
    "type": "mention",
    "created_at": "2026-01-01T00:00:00.000Z",
    "account": ACCOUNT,
    "status": {"content": "<p>Hello &amp; <b>welcome</b></p>"},
}


READERS: dict[str, tuple[list[Any], Callable[[Response], object]]] = {
    "a token": (
        [response.document for response in responses_named("token-ok")],
        parsing.parse_access_token,
    ),
    "an account": (
        [response.document for response in responses_named("verify-ok")] + [ACCOUNT],
        parsing.parse_profile,
    ),
    "notifications": (
        [[NOTIFICATION, NOTIFICATION]],
        lambda answer: [parsing.parse_notification(document) for document in answer.json_list()],
    ),
    "issued tokens": (
        [response.document for response in responses_named("tokens")],
        lambda answer: [parsing.parse_authorized_app(document) for document in answer.json_list()],
    ),
}
# Fields that are only shown, of a document that is otherwise as it should be.
SHOWN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an account": (
        ACCOUNT,
        [
            *("display_name", "note", "url", "avatar", "avatar_static", "role"),
            *("statuses_count", "following_count", "followers_count"),
        ],
    ),
    "notifications": (NOTIFICATION, ["type", "created_at", "account", "status"]),
    "issued tokens": ({}, ["application", "scope", "created_at", "last_used"]),
}
SHOWN_FIELDS = sorted({field for _, fields in SHOWN.values() for field in fields})
NAMED = st.fixed_dictionaries(
    dict.fromkeys(["name", "display_name", "acct", "content"], odd_texts() | odd_values())
)
TIMES = st.datetimes(timezones=st.none() | st.timezones()).map(str)
VALUES = odd_texts() | odd_values() | NAMED | st.integers() | TIMES


def assert_read_or_refused(read: Callable[[Response], object], answer: Response) -> None:
    """Assert that what is read is well-formed, or the error safe."""
    try:
        model = read(answer)
    except WizardError as failure:
        assert_safe_error(failure, *SENT)
    else:
        assert_well_formed(model)


@given(data=st.data())
@tries(40)
def test_document_with_other_values_is_read_or_refused(data: st.DataObject) -> None:
    seeds, read = READERS[data.draw(st.sampled_from(sorted(READERS)))]
    document = data.draw(st.sampled_from(seeds).flatmap(mutated_document))
    assert_read_or_refused(read, make_response(document, secrets=SENT))


@given(data=st.data())
@tries(40)
def test_damaged_bytes_are_read_or_refused(data: st.DataObject) -> None:
    seeds, read = READERS[data.draw(st.sampled_from(sorted(READERS)))]
    body = data.draw(st.sampled_from([json_bytes(seed) for seed in seeds]).flatmap(mutated_bytes))
    assert_read_or_refused(read, make_response(body, secrets=SENT))


@given(body=st.binary() | odd_texts().map(lambda text: text.encode("utf-8", "surrogatepass")))
@tries(40)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for _, read in READERS.values():
        assert_read_or_refused(read, make_response(body, secrets=SENT))


@given(values=st.dictionaries(st.sampled_from(SHOWN_FIELDS), VALUES, max_size=6))
@tries(40)
def test_fields_only_shown_are_made_safe_and_never_refused(values: dict[str, Any]) -> None:
    for kind, (document, fields) in SHOWN.items():
        changed = document | {key: value for key, value in values.items() if key in fields}
        answer = make_response(changed if kind == "an account" else [changed], secrets=SENT)
        assert_well_formed(READERS[kind][1](answer))
