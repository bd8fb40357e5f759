"""The tables of single records: each field is read as what it must be, or named as invalid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from gts_wizard.models import ServerMetadata
from gts_wizard.secret import KeyringRef
from gts_wizard.storage.records import (
    InvalidField,
    decode_account,
    decode_pending,
    decode_registration,
    encode_account,
    encode_pending,
    encode_registration,
)
from tests.helpers.sample_accounts import (
    NOW,
    SERVER,
    TOKEN,
    make_account,
    make_pending,
    make_registration,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_UNFIT = "is too long, or holds a character that can't be in it"
_MISSING = object()

_ACCOUNT = encode_account(
    make_account()._replace(server=SERVER._replace(metadata=ServerMetadata("/a", "/t", "/r")))
)
_REGISTRATION = encode_registration(make_registration())
_PENDING = encode_pending(make_pending(token=TOKEN))


def read_changed(
    read: Callable[[dict[str, Any]], object], table: dict[str, Any], field: str, value: object
) -> object:
    """Read a table in which one field, named with dots, has another value or is missing."""
    key, _, inner = field.partition(".")
    changed = dict(table)
    if inner:
        # A change in an inner table is made in a copy of that.
        changed[key] = dict(table[key])
        at, last = (changed[key], inner)
        if "." in inner:
            middle, _, last = inner.partition(".")
            at[middle] = dict(at[middle])
            at = at[middle]
    else:
        at, last = changed, key
    assert last in at or value is not _MISSING
    if value is _MISSING:
        del at[last]
    else:
        at[last] = value
    return read(changed)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("handle", "@bob@example.org", "“handle” is not that of the user name and the server"),
        ("handle", _MISSING, "“handle” is missing"),
        ("id", 1, "“id” is no text"),
        ("token", _MISSING, "the table “token” is missing"),
        ("token", 7, "the table “token” is missing"),
        ("token.value", _MISSING, "“value” is missing"),
        ("token.value", 7, "“value” is no text"),
        ("token.value", "", "“value” is empty"),
        ("token.value", f"{TOKEN}\nX-Evil: 1", f"“value” {_UNFIT}"),
        ("token.value", f"{TOKEN}\r", f"“value” {_UNFIT}"),
        ("token.value", f"{TOKEN} ", f"“value” {_UNFIT}"),
        ("token.value", f"{TOKEN}\0", f"“value” {_UNFIT}"),
        ("token.value", f"{TOKEN}é", f"“value” {_UNFIT}"),
        ("token.value", f"{TOKEN}\u200b", f"“value” {_UNFIT}"),
        ("token.value", TOKEN * 100, f"“value” {_UNFIT}"),
        ("token.keyring", "entry", "“value” and “keyring” exclude each other"),
        ("token.scopes", [1, "read"], "“scopes” is no list of words"),
        ("token.scopes", "read", "“scopes” is no list of words"),
        ("token.created_at", date(2026, 5, 1), "“created_at” is no date and time"),
        ("client_id", "", "“client_id” is empty"),
        ("client_id", "01\t", f"“client_id” {_UNFIT}"),
        ("verified_at", date(2026, 5, 1), "“verified_at” is no date and time"),
        ("verified_at", _MISSING, "“verified_at” is no date and time"),
        ("checked_at", "2026-05-01", "“checked_at” is no date and time"),
        ("state", "asleep", "“state” is none an account can be in"),
        ("server.metadata", 1, "the table “metadata” is missing"),
        ("server.metadata.takes_challenge", 1, "“takes_challenge” is neither true nor false"),
        ("server.metadata.token_endpoint", ".evil", "an endpoint in “metadata” is not one of"),
        ("server.metadata.token_endpoint", "", "an endpoint in “metadata” is not one of"),
        ("server.metadata.revocation_endpoint", 1, "“revocation_endpoint” is no text"),
        ("server.metadata.scopes_supported", [1], "“scopes_supported” is no list of words"),
    ],
)
def test_invalid_account_field_is_named(field: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidField) as failure:
        read_changed(decode_account, _ACCOUNT, field, value)
    assert str(failure.value).startswith(reason)
    assert TOKEN not in str(failure.value)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("client_secret", "a b", f"“client_secret” {_UNFIT}"),
        ("client_secret", [], "“client_secret” is no text"),
        ("origin", "urn:x", "“origin” is no address of a server"),
        ("scopes", [1], "“scopes” is no list of words"),
    ],
)
def test_invalid_registration_field_is_named(field: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidField) as failure:
        read_changed(decode_registration, _REGISTRATION, field, value)
    assert str(failure.value) == reason


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("client_id", 0, "“client_id” is no text"),
        ("client_id", "a b", f"“client_id” {_UNFIT}"),
        ("step", "lunch", "“step” is no step of the journey"),
        ("state", _MISSING, "“state” is missing"),
        ("token", 7, "the table “token” is missing"),
    ],
)
def test_invalid_pending_sign_in_field_is_named(field: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidField) as failure:
        read_changed(decode_pending, _PENDING, field, value)
    assert str(failure.value) == reason


@pytest.mark.parametrize(
    "origin",
    [
        *("javascript:1", "http://example.org", "ftp://example.org", "https://", ""),
        *("https://example.org/", "https://alice@example.org", "https://example.org:"),
        *("https://example.org\n", "https://exämple.org", "https://example.org?a"),
        "http://localhost.example.org",
    ],
)
def test_origin_that_must_not_get_a_token_is_refused(origin: str) -> None:
    with pytest.raises(InvalidField, match="“origin” is no address of a server"):
        read_changed(decode_account, _ACCOUNT, "server.origin", origin)


@pytest.mark.parametrize("origin", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:1"])
def test_loopback_origin_may_be_http(origin: str) -> None:
    account = read_changed(decode_account, _ACCOUNT, "server.origin", origin)
    assert account == make_account()._replace(
        server=SERVER._replace(origin=origin, metadata=ServerMetadata("/a", "/t", "/r")),
    )


def test_keyring_entry_that_is_no_text_is_refused() -> None:
    account = make_account()._replace(
        token=make_account().token._replace(value=KeyringRef("entry"))
    )
    table = encode_account(account)
    assert "value" not in table["token"]
    with pytest.raises(InvalidField, match="“keyring” is no text"):
        read_changed(decode_account, table, "token.keyring", 1)


@pytest.mark.parametrize(
    "written",
    [NOW.astimezone(timezone(timedelta(hours=2))), NOW.replace(tzinfo=None)],
    ids=["another zone", "no zone"],
)
def test_time_in_another_zone_or_none_is_read_as_utc(written: datetime) -> None:
    pending = decode_pending({**_PENDING, "started_at": written})
    assert pending.started_at == NOW
    assert pending.started_at.tzinfo is UTC


def test_time_out_of_range_is_refused() -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    with pytest.raises(InvalidField, match="“started_at” is out of range"):
        decode_pending({**_PENDING, "started_at": early})
