"""A file that is not what the wizard wrote is told, and left as it is, byte for byte."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import reading
from gts_wizard.errors import FileError, FileNotUnderstood, FileTooNew, FileUnreadable
from tests.credentials.builders import TOKEN, make_account, make_attempt, make_registration

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gts_wizard.credentials.store import Store

SAVED_TIME = "2026-05-01 12:30:15.123456+00:00"


@pytest.fixture
def body(store: Store) -> str:
    """What a good file says, with one record of each kind."""
    store.change(
        lambda shelf: (
            shelf.with_account(make_account())
            .with_registration(make_registration())
            .with_attempt(make_attempt(token=TOKEN))
        )
    )
    return store.path.read_text("utf-8")


def refused(store: Store) -> FileError:
    """Return the failure that loading and changing both end with, the bytes being untouched."""
    before = store.path.read_bytes()
    with pytest.raises(FileError) as loading:
        store.load()
    with pytest.raises(FileError) as changing:
        store.change(lambda shelf: shelf.with_account(make_account("bob")))
    assert store.path.read_bytes() == before
    assert str(changing.value) == str(loading.value)
    assert type(changing.value) is type(loading.value)
    assert str(store.path) in str(loading.value)
    assert_tells_no_secret(loading.value)
    assert_tells_no_secret(changing.value)
    return loading.value


def assert_tells_no_secret(failure: BaseException | None) -> None:
    while failure is not None:
        assert TOKEN not in f"{failure} {failure!r} {vars(failure)} {failure.args}"
        assert TOKEN.encode() not in getattr(failure, "object", b"")
        failure = failure.__cause__ or failure.__context__


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda body: body + "oops", "(at end of document)"),
        (lambda body: body + "\n\n[[accounts", "at end of document"),
        (lambda body: body.replace('schema_version = 1', 'schema_version = = 1'), "(at line 6,"),
        (lambda body: body + '\n[default]\n', "(at line"),
        (lambda body: body.replace(f'"{TOKEN}"', f'"{TOKEN}'), "(at line"),
        (lambda body: body.replace(f'"{TOKEN}"', TOKEN), "(at line"),
        (lambda body: body + "x = " + "[" * 5000, "nested too deeply"),
        (lambda body: "x = " + "9" * 5000 + "\n" + body, "a number that is far too long"),
        (lambda body: body.replace("schema_version = 1\n", ""), "“schema_version” is missing"),
        (lambda _: '[project]\nname = "something else"\n', "“schema_version” is missing"),
        (lambda body: body.replace("schema_version = 1", "schema_version = true"), "“schema_ver"),
        (lambda body: body.replace("schema_version = 1", 'schema_version = "1"'), "“schema_ver"),
        (lambda body: body.replace("schema_version = 1", "schema_version = 0"), "“schema_version”"),
        (lambda _: "schema_version = 1\naccounts = 5\n", "“accounts” is no list of tables"),
        (lambda _: "schema_version = 1\n[accounts]\n", "“accounts” is no list of tables"),
        (lambda _: "schema_version = 1\nattempts = [1]\n", "“attempts” is no list of tables"),
        (lambda _: "schema_version = 1\ndefault = 1\n", "“default” is no text"),
        (
            lambda body: body.replace(f'value = "{TOKEN}"\n', ""),
            "“value” is missing, in number 1 of “accounts”",
        ),
        (
            lambda body: body.replace(f'"{TOKEN}"', "7"),
            "“value” is no text, in number 1 of “accounts”",
        ),
        (
            lambda body: body.replace('step = "code"', 'step = "lunch"'),
            "“step” is no step of the journey, in number 1 of “attempts”",
        ),
        (
            lambda body: body.replace('handle = "@alice', 'handle = "@bob'),
            "“handle” is not that of the user name and the server, in number 1 of “accounts”",
        ),
        (
            lambda body: body.replace('client_secret = "client-secret"', "client_secret = []"),
            "“client_secret” is no text, in number 1 of “registrations”",
        ),
        (
            lambda body: body.replace("[accounts.token]", "[accounts.tokens]"),
            "the table “token” is missing, in number 1 of “accounts”",
        ),
        (
            lambda body: body.replace("scopes = [", "scopes = [1,"),
            "“scopes” is no list of words, in number 1 of",
        ),
        (
            lambda body: body.replace(SAVED_TIME, "2026-05-01"),
            "is no date and time, in number 1 of",
        ),
        (
            lambda body: body.replace(SAVED_TIME, "0001-01-01T00:00:00+14:00"),
            "is out of range, in number 1 of",
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_with_its_place(
    store: Store, body: str, spoil: Callable[[str], str], reason: str
) -> None:
    spoiled = spoil(body)
    assert spoiled != body
    store.path.write_text(spoiled, "utf-8")
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    assert reason in failure.reason


@pytest.mark.parametrize("name", ["accounts", "registrations", "attempts"])
def test_the_same_record_twice_is_damage(store: Store, body: str, name: str) -> None:
    _, _, rest = body.partition(f"[[{name}]]\n")
    record = f"[[{name}]]\n{rest.partition('[[')[0]}"
    store.path.write_text(f"{body}\n{record}", "utf-8")
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    assert failure.reason == f"number 2 of “{name}” stands there twice"


def test_bytes_that_are_not_utf8_are_told_without_a_word_of_them(store: Store, body: str) -> None:
    store.path.write_bytes(body.encode() + b"# \xff\n")
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    assert failure.reason == "it is not text in UTF-8"


def test_a_newer_schema_is_left_alone(store: Store, body: str) -> None:
    newer = body.replace("schema_version = 1", "schema_version = 2\naccounts_of_the_future = 1")
    store.path.write_text(newer, "utf-8")
    assert isinstance(refused(store), FileTooNew)


def test_a_file_without_an_end_is_not_read_to_it(
    store: Store, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_LARGEST_FILE", len(body.encode()) - 1)
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    assert failure.reason == "it is far too large"
    monkeypatch.setattr(reading, "_LARGEST_FILE", len(body.encode()))
    assert store.load().default == "@alice@example.org"


def test_a_directory_in_its_place_is_told(store: Store) -> None:
    store.path.mkdir()
    for use in (store.load, lambda: store.change(lambda shelf: shelf)):
        with pytest.raises(FileUnreadable, match="is a directory"):
            use()


def test_a_link_to_itself_is_told(path: Path, store: Store) -> None:
    path.symlink_to(path)
    for use in (store.load, lambda: store.change(lambda shelf: shelf)):
        with pytest.raises(FileError, match="symbolic links"):
            use()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(store: Store, body: str) -> None:
    store.path.chmod(0)
    with pytest.raises(FileUnreadable, match="permission denied"):
        store.load()
    store.path.chmod(0o600)
    assert store.path.read_text("utf-8") == body
