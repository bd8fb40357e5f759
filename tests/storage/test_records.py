"""The tables of single records: each field is read as what it must be, or named as invalid."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gts_wizard.models import OOB_REDIRECT_URI, AccountStatus, ServerMetadata
from gts_wizard.oauth.redirect_uri import loopback_redirect_uri
from gts_wizard.secret import KeyringRef
from gts_wizard.storage.records import (
    decode_account,
    decode_pending,
    decode_registration,
    encode_account,
    encode_pending,
    encode_registration,
)
from gts_wizard.table_reader import InvalidFormat, TableReader
from gts_wizard.version import APP_NAME
from tests.helpers.sample_accounts import (
    SERVER,
    TOKEN,
    make_account,
    make_pending,
    make_registration,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_UNFIT = "is too long, or has a character that can't be in it"
_MISSING = object()

_ACCOUNT = encode_account(
    make_account()._replace(server=SERVER._replace(metadata=ServerMetadata("/a", "/t", "/r")))
)
_REGISTRATION = encode_registration(make_registration())
_PENDING = encode_pending(make_pending(token=TOKEN))
_LOOPBACK_REDIRECT_URI = loopback_redirect_uri(25_000)
_LOOPBACK_PENDING = encode_pending(make_pending()._replace(redirect_uri=_LOOPBACK_REDIRECT_URI))
_LOOPBACK_REGISTRATION = encode_registration(
    make_registration()._replace(redirect_uris=(OOB_REDIRECT_URI, _LOOPBACK_REDIRECT_URI))
)


def read_changed(
    read: Callable[[TableReader], object], table: dict[str, Any], field: str, value: object
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
    return read(TableReader(changed))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("handle", "@bob@example.org", "“handle” doesn't match the username and the server"),
        ("handle", _MISSING, "“handle” is missing"),
        ("id", 1, "“id” isn't text"),
        ("token", _MISSING, "“token” is missing"),
        ("token.value", _MISSING, "“value” is missing"),
        ("token.value", "", "“value” is empty"),
        ("token.value", f"{TOKEN}\nX-Evil: 1", f"“value” {_UNFIT}"),
        ("token.keyring", "entry", "“value” and “keyring” can't both be there"),
        ("token.scopes", "read", "“scopes” isn't a list of words"),
        ("token.created_at", date(2026, 5, 1), "“created_at” isn't a date and time"),
        ("client_id", "01\t", f"“client_id” {_UNFIT}"),
        ("verified_at", date(2026, 5, 1), "“verified_at” isn't a date and time"),
        ("checked_at", "2026-05-01", "“checked_at” isn't a date and time"),
        ("state", 1, "“state” isn't text"),
        ("server.metadata", 1, "“metadata” isn't a table (server)"),
        ("server.metadata.takes_challenge", 1, "“takes_challenge” is neither true nor false"),
        ("server.metadata.token_endpoint", ".evil", "“token_endpoint” isn't on its server"),
        ("server.metadata.token_endpoint", "", "“token_endpoint” isn't on its server"),
        ("server.metadata.revocation_endpoint", 1, "“revocation_endpoint” isn't text"),
        ("server.metadata.scopes_supported", [1], "“scopes_supported” isn't a list of words"),
    ],
)
def test_invalid_account_field_is_named(field: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidFormat) as failure:
        read_changed(decode_account, _ACCOUNT, field, value)
    assert str(failure.value).startswith(reason)
    assert TOKEN not in str(failure.value)


def test_state_of_a_later_version_is_not_known_yet() -> None:
    account = read_changed(decode_account, _ACCOUNT, "state", "asleep")
    assert account == decode_account(TableReader(_ACCOUNT))._replace(
        status=AccountStatus.UNREACHABLE
    )


@pytest.mark.parametrize("status", AccountStatus)
def test_each_state_is_read_as_it_was_written(status: AccountStatus) -> None:
    account = decode_account(TableReader(_ACCOUNT))._replace(status=status)
    assert decode_account(TableReader(encode_account(account))) == account


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("client_secret", "a b", f"“client_secret” {_UNFIT}"),
        ("client_secret", [], "“client_secret” isn't text"),
        ("origin", "urn:x", "“origin” isn't a server's address"),
        ("scopes", [1], "“scopes” isn't a list of words"),
        ("redirect_uris", OOB_REDIRECT_URI, "“redirect_uris” isn't a list of words"),
        ("redirect_uris", [25000], "“redirect_uris” isn't a list of words"),
        ("name", 7, "“name” isn't text"),
    ],
)
def test_invalid_registration_field_is_named(field: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidFormat) as failure:
        read_changed(decode_registration, _REGISTRATION, field, value)
    assert str(failure.value) == reason


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("client_id", 0, "“client_id” isn't text"),
        ("client_id", "a b", f"“client_id” {_UNFIT}"),
        ("step", "lunch", "“step” isn't one of permissions, authorize, code, profile"),
        ("state", _MISSING, "“state” is missing"),
        ("token", 7, "“token” isn't a table"),
        ("redirect_uri", 7, "“redirect_uri” isn't text"),
        ("app_name", 7, "“app_name” isn't text"),
    ],
)
def test_invalid_pending_sign_in_field_is_named(field: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidFormat) as failure:
        read_changed(decode_pending, _PENDING, field, value)
    assert str(failure.value) == reason


@pytest.mark.parametrize(
    "redirect_uri",
    [
        *("", "https://evil.example/callback", "http://evil.example:25000/callback"),
        *("http://localhost:25000/callback", "http://127.0.0.1:25000/callback/more"),
        *("http://127.0.0.1/callback", "http://127.0.0.1:0/callback"),
        *("http://127.0.0.1:65536/callback", "http://127.0.0.1:25000/callback\n"),
    ],
)
def test_redirect_uri_that_is_not_of_the_wizard_is_refused(redirect_uri: str) -> None:
    with pytest.raises(InvalidFormat, match="“redirect_uri” isn't one that the wizard uses"):
        read_changed(decode_pending, _LOOPBACK_PENDING, "redirect_uri", redirect_uri)


def test_out_of_band_redirect_uri_is_not_written_and_may_be_missing() -> None:
    assert "redirect_uri" not in _PENDING
    assert "redirect_uris" not in _REGISTRATION
    for redirect_uri in (_MISSING, OOB_REDIRECT_URI):
        pending = read_changed(decode_pending, _LOOPBACK_PENDING, "redirect_uri", redirect_uri)
        assert pending == make_pending()
    for redirect_uris in (_MISSING, [OOB_REDIRECT_URI]):
        registration = read_changed(
            decode_registration, _LOOPBACK_REGISTRATION, "redirect_uris", redirect_uris
        )
        assert registration == make_registration()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Cat bot", "Cat bot"),
        (APP_NAME, APP_NAME),
        (_MISSING, APP_NAME),
        ("", APP_NAME),
        (" Cat\x1b[2J\n\u202ebot ", "Cat[2J bot"),
    ],
    ids=["own", "usual", "missing", "empty", "unsafe"],
)
def test_app_name_may_be_missing_and_is_safe_to_show(written: object, name: str) -> None:
    table = encode_registration(make_registration()._replace(name="Cat bot"))
    registration = read_changed(decode_registration, table, "name", written)
    assert registration == make_registration()._replace(name=name)
    table = encode_pending(make_pending()._replace(app_name="Cat bot"))
    pending = read_changed(decode_pending, table, "app_name", written)
    assert pending == make_pending()._replace(app_name=name)


def test_usual_app_name_is_not_written() -> None:
    assert "name" not in _REGISTRATION
    assert "app_name" not in _PENDING


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
    with pytest.raises(InvalidFormat, match="“origin” isn't a server's address"):
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
    with pytest.raises(InvalidFormat, match="“keyring” isn't text"):
        read_changed(decode_account, table, "token.keyring", 1)
