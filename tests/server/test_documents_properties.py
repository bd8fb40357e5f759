"""Whatever document a server answers with: a model that is safe to show, or a failure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.errors import WizardError
from gts_wizard.secret import Secret
from gts_wizard.server import documents
from gts_wizard.server.answer import Answer
from tests.helpers.assertions import assert_safe_error, assert_well_formed
from tests.helpers.fuzz import mutated_bytes, mutated_document, odd_texts, odd_values
from tests.helpers.raw_responses import json_bytes
from tests.helpers.recordings import responses_named
from tests.helpers.samples import CLIENT_SECRET, CODE, TOKEN, account_document

if TYPE_CHECKING:
    from collections.abc import Callable

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


READERS: dict[str, tuple[list[Any], Callable[[Answer], object]]] = {
    "a token": ([one.document for one in responses_named("token-ok")], documents.token_of),
    "an account": (
        [one.document for one in responses_named("verify-ok")] + [ACCOUNT],
        documents.profile_of,
    ),
    "notifications": (
        [[NOTIFICATION, NOTIFICATION]],
        lambda answer: [documents.notification_of(one) for one in answer.documents()],
    ),
    "accesses": (
        [one.document for one in responses_named("tokens")],
        lambda answer: [documents.issued_token_of(one) for one in answer.documents()],
    ),
}
# What nothing depends on, of a document that is otherwise as it should be.
SHOWN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an account": (
        ACCOUNT,
        [
            *("display_name", "note", "url", "avatar", "avatar_static", "role"),
            *("statuses_count", "following_count", "followers_count"),
        ],
    ),
    "notifications": (NOTIFICATION, ["type", "created_at", "account", "status"]),
    "accesses": ({}, ["application", "scope", "created_at", "last_used"]),
}
TOLD = st.fixed_dictionaries(
    dict.fromkeys(["name", "display_name", "acct", "content"], odd_texts() | odd_values())
)
TIMES = st.datetimes(timezones=st.none() | st.timezones()).map(str)
VALUES = odd_texts() | odd_values() | TOLD | st.integers() | TIMES


def answer_of(
    body: bytes, status: int = 200, *, signed: bool = False, headers: dict[str, str] | None = None
) -> Answer:
    """Return an answer to a question that held every secret there is."""
    return Answer(
        url="https://example.org/api",
        host="example.org",
        status=status,
        headers=headers or {},
        body=body,
        signed=signed,
        sent=tuple(map(Secret, SENT)),
    )


def assert_read_or_refused(read: Callable[[Answer], object], answer: Answer) -> None:
    """Assert that what is read is well-formed, or the failure told safely."""
    try:
        model = read(answer)
    except WizardError as failure:
        assert_safe_error(failure, *SENT)
    else:
        assert_well_formed(model)


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
@settings(deadline=None)
def test_a_document_with_other_values_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    seeds, read = READERS[kind]
    document = data.draw(st.sampled_from(seeds).flatmap(mutated_document))
    assert_read_or_refused(read, answer_of(json_bytes(document)))


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
@settings(deadline=None)
def test_damaged_bytes_are_read_or_refused(kind: str, data: st.DataObject) -> None:
    seeds, read = READERS[kind]
    body = data.draw(st.sampled_from([json_bytes(one) for one in seeds]).flatmap(mutated_bytes))
    assert_read_or_refused(read, answer_of(body))


@pytest.mark.parametrize("kind", READERS)
@given(body=st.binary() | odd_texts().map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(kind: str, body: bytes) -> None:
    assert_read_or_refused(READERS[kind][1], answer_of(body))


@pytest.mark.parametrize("kind", SHOWN)
@given(data=st.data())
@settings(deadline=None)
def test_what_is_only_shown_is_made_safe_and_never_refused(kind: str, data: st.DataObject) -> None:
    document, keys = SHOWN[kind]
    changes = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(keys, VALUES)))
    spoilt = {**document, **changes}
    answer = answer_of(json_bytes(spoilt if kind == "an account" else [spoilt]))
    assert_well_formed(READERS[kind][1](answer))
