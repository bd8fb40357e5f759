"""What is saved comes back the same, and what is somebody else's stays."""

from __future__ import annotations

import re
import tempfile
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from gts_wizard.credentials.store import Store
from gts_wizard.errors import SaveFailed
from gts_wizard.models import Account, Attempt, Metadata, Registration, Server, State, Step, Token
from gts_wizard.secret import InKeyring, Place, Secret
from gts_wizard.shelf import Shelf
from tests.helpers.sample_accounts import (
    NOW,
    SERVER,
    TOKEN,
    make_account,
    make_attempt,
    make_registration,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCOPES = st.lists(TEXTS, max_size=3).map(tuple)
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
PATHS = TEXTS.map("/{}".format)
METADATA = st.builds(Metadata, PATHS, PATHS, PATHS, st.booleans(), SCOPES)
CREDENTIALS = st.from_regex(r"[!-~]{1,30}", fullmatch=True)
ORIGINS = st.from_regex(
    r"https://([a-z0-9.-]{1,20}|\[[0-9a-f:.]{2,20}\])(:[0-9]{1,5})?", fullmatch=True
) | st.sampled_from(["http://localhost:8080", "http://127.0.0.1", "http://[::1]:1"])
SERVERS = st.builds(Server, ORIGINS, TEXTS, TEXTS, TEXTS, TEXTS, METADATA)
KEPT = CREDENTIALS.map(lambda text: (Secret(text), Place.FILE)) | TEXTS.map(
    lambda name: (InKeyring(name), Place.KEYRING)
)
TOKENS = st.builds(
    lambda kept, scopes, at: Token(kept[0], scopes, at, kept[1]), KEPT, SCOPES, TIMES
)
REGISTRATIONS = st.builds(
    lambda kept, origin, name, scopes, at: Registration(origin, name, kept[0], scopes, at, kept[1]),
    *(KEPT, ORIGINS, CREDENTIALS, SCOPES, TIMES),
)
SHELVES = st.builds(
    Shelf,
    accounts=st.lists(
        st.builds(
            Account,
            *(SERVERS, TEXTS, TEXTS, TEXTS, TOKENS, CREDENTIALS, TIMES),
            st.sampled_from(State),
            st.none() | TIMES,
        ),
        max_size=2,
        unique_by=lambda one: one.handle.casefold(),
    ).map(tuple),
    registrations=st.lists(
        REGISTRATIONS, max_size=2, unique_by=lambda one: (one.origin, one.client_id)
    ).map(tuple),
    attempts=st.lists(
        st.builds(
            Attempt,
            state=TEXTS,
            server=SERVERS,
            step=st.sampled_from(Step),
            started_at=TIMES,
            username=TEXTS,
            scopes=SCOPES,
            client_id=st.just("") | CREDENTIALS,
            challenge=TEXTS,
            token=st.none() | TOKENS,
            renews=TEXTS,
        ),
        max_size=2,
        unique_by=lambda one: one.state,
    ).map(tuple),
    default=TEXTS,
    secrets_in=st.sampled_from(Place),
    theme=TEXTS,
)


@settings(max_examples=60, deadline=None)
@given(SHELVES)
def test_a_shelf_comes_back_as_it_was_saved(shelf: Shelf) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "credentials.toml")
        assert store.change(lambda _: shelf) == shelf
        assert store.load() == shelf


def test_what_a_record_no_longer_has_leaves_the_file(store: Store) -> None:
    state = replace(make_account(), state=State.ENDED, checked_at=NOW)
    moved = replace(SERVER, metadata=Metadata(token_endpoint="/t"))
    attempt = make_attempt(token=TOKEN)
    full = Shelf(
        accounts=(replace(state, server=moved),),
        attempts=(replace(attempt, server=moved, challenge="C", renews=state.handle),),
    )
    plain = Shelf(accounts=(make_account(),), attempts=(make_attempt(),))
    for shelf in (full, plain, full):
        store.change(lambda _, shelf=shelf: shelf)  # type: ignore[misc]
        assert store.load() == shelf


@settings(max_examples=60, deadline=None)
@given(*(CREDENTIALS | st.text(st.characters(), max_size=30) for _ in range(3)))
def test_whatever_a_server_sends_comes_back_or_is_refused(
    text: str, token: str, client_id: str
) -> None:
    account = replace(make_account(token=token), display_name=text, id=text, client_id=client_id)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "credentials.toml")
        bob = store.change(lambda shelf: shelf.with_account(make_account("bob")))
        try:
            both = store.change(lambda shelf: shelf.with_account(account))
        except SaveFailed:
            is_sendable = all(re.fullmatch(r"[!-~]+", one) for one in (token, client_id))
            assert not is_sendable or re.search(r"[\ud800-\udfff]", text)
            assert store.load() == bob
        else:
            assert store.load() == both
            assert store.load().account(account.handle) == account


def test_no_file_is_an_empty_shelf_and_reading_makes_none(store: Store) -> None:
    assert store.load() == Shelf()
    assert list(store.path.parent.iterdir()) == []


def test_a_change_that_changes_nothing_writes_nothing(store: Store) -> None:
    store.change(lambda shelf: shelf)
    assert not store.path.exists()


def test_the_file_says_what_it_is_and_holds_times_in_utc(store: Store) -> None:
    store.change(lambda shelf: shelf.with_account(make_account()))
    text = store.path.read_text("utf-8")
    document = tomllib.loads(text)
    assert text.startswith("# The accounts that the GoToSocial Wizard (gts-wizard) signed in to.\n")
    assert "Whoever can read this file can act as these accounts" in text
    assert document["schema_version"] == 1
    assert document["default"] == "@alice@example.org"
    assert document["accounts"][0]["verified_at"] == NOW
    assert document["accounts"][0]["token"]["value"] == TOKEN


def test_a_time_in_another_zone_or_in_none_is_read_as_utc(store: Store) -> None:
    store.change(lambda shelf: shelf.with_attempt(make_attempt()))
    text = store.path.read_text("utf-8")
    saved = "2026-05-01 12:30:15.123456+00:00"
    assert saved in text
    for other in ("2026-05-01T14:30:15.123456+02:00", "2026-05-01T12:30:15.123456"):
        store.path.write_text(text.replace(saved, other), "utf-8")
        assert store.load().attempts[0].started_at == NOW
        assert store.load().attempts[0].started_at.tzinfo is UTC


@pytest.mark.parametrize("spoil", [lambda body: b"\xef\xbb\xbf" + body,
                                   lambda body: body.replace(b"\n", b"\r\n")])  # fmt: skip
def test_a_byte_order_mark_and_crlf_are_read(store: Store, spoil: Any) -> None:
    shelf = store.change(lambda empty: empty.with_account(make_account()))
    store.path.write_bytes(spoil(store.path.read_bytes()))
    assert store.load() == shelf
    store.change(lambda kept: kept.with_account(make_account("bob")))
    assert [one.username for one in store.load().accounts] == ["alice", "bob"]


def with_strangers_keys(store: Store) -> dict[str, Any]:
    """Save one of each, add keys the wizard does not know, and return the document."""
    store.change(
        lambda shelf: (
            shelf.with_account(make_account())
            .with_registration(make_registration())
            .with_attempt(make_attempt(token="t"))
        )
    )
    document = tomllib.loads(store.path.read_text("utf-8"))
    document["colour"] = "green"
    document["plugin"] = {
        "list": [1, 2.5, True],
        "deep": {"when": datetime(2026, 1, 1, tzinfo=UTC)},
    }
    for name in ("accounts", "registrations", "attempts"):
        document[name][0]["note"] = "mine"
        document[name][0]["tags"] = [{"a": 1}, {"b": [[]]}]
    document["accounts"][0]["server"]["rank"] = 7
    document["accounts"][0]["token"]["expires"] = "never"
    store.path.write_text(tomli_w.dumps(document), "utf-8")
    return document


def test_unknown_keys_survive_a_rewrite_in_records_too(store: Store) -> None:
    document = with_strangers_keys(store)
    store.change(
        lambda shelf: (
            shelf.with_account(make_account("ALICE", token="new"))
            .with_account(make_account("bob"))
            .with_attempt(make_attempt("other"))
        )
    )
    rewritten = tomllib.loads(store.path.read_text("utf-8"))
    assert rewritten["colour"] == "green"
    assert rewritten["plugin"] == document["plugin"]
    for name in ("accounts", "registrations", "attempts"):
        first = rewritten[name][0]
        assert (first["note"], first["tags"]) == ("mine", [{"a": 1}, {"b": [[]]}])
    assert rewritten["accounts"][0]["server"]["rank"] == 7
    assert rewritten["accounts"][0]["token"]["expires"] == "never"
    assert rewritten["accounts"][0]["token"]["value"] == "new"
    assert "note" not in rewritten["accounts"][1]


def test_what_is_taken_out_takes_its_unknown_keys_with_it(store: Store) -> None:
    with_strangers_keys(store)
    store.change(lambda shelf: shelf.without_account("@alice@example.org"))
    rewritten = tomllib.loads(store.path.read_text("utf-8"))
    assert (rewritten["accounts"], rewritten["default"]) == ([], "")
    store.change(lambda shelf: shelf.with_account(make_account()))
    assert "note" not in tomllib.loads(store.path.read_text("utf-8"))["accounts"][0]


def test_an_attempt_that_lost_its_token_has_none_in_the_file(store: Store) -> None:
    store.change(lambda shelf: shelf.with_attempt(make_attempt(token=TOKEN)))
    store.change(lambda shelf: shelf.with_attempt(make_attempt()))
    assert TOKEN not in store.path.read_text("utf-8")
    assert store.load().attempts == (make_attempt(),)
