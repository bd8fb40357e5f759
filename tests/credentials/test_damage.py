"""A file that is not what the wizard wrote is told, and left as it is, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gts_wizard import __version__
from gts_wizard.credentials import reading
from gts_wizard.errors import FileError, FileNotUnderstood, FileTooNew
from tests.helpers.sample_accounts import TOKEN, make_account, make_attempt, make_registration

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.credentials.store import Store

UNFIT = "is too long, or holds a character that can't be in it"
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
        (lambda body: body.replace('schema_version = 1', 'schema_version = = 1'), "(at line 7,"),
        (lambda body: body + '\n[default]\n', "(at line"),
        (lambda body: body.replace(f'"{TOKEN}"', f'"{TOKEN}'), "(at line"),
        (lambda body: body.replace(f'"{TOKEN}"', TOKEN), "(at line"),
        (lambda body: body + "x = " + "[" * 5000, "nested too deeply"),
        (lambda body: body + "x = " + "[" * 17 + "]" * 17, "nested too deeply"),
        (lambda body: body + "x = " + "{a=" * 17 + "1" + "}" * 17, "nested too deeply"),
        (lambda body: ".".join("a" * 100_000) + " = 1\n" + body, "a key of far too many parts"),
        (lambda body: body + "[" + ' . "b"' * 100_000 + "]\n", "a key of far too many parts"),
        (lambda body: body + "k" * 100_000 + " = 1\n", "a key or a number that is far too long"),
        (lambda _: "", "it is empty"),
        (lambda _: "\n \n", "it is empty"),
        (lambda body: "\0" * len(body), "zeros where text should be (at line 1, column 1)"),
        (lambda body: body + "a = 1\nb\0 = 2\n", "zeros where text should be (at line"),
        (lambda body: f"<<<<<<< mine\n{body}=======\n{body}>>>>>>> theirs\n",
            "two versions of it were never brought together (at line 1, column 1)"),
        (lambda body: body.replace("schema_version", "\r\n||||||| base\r\nschema_version"),
            "two versions of it were never brought together (at line 8, column 1)"),
        (lambda body: "x = " + "9" * 5000 + "\n" + body, "a key or a number that is far too long"),
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
        *(
            (
                lambda body, value=value: body.replace(f'"{TOKEN}"', value),
                f"“value” {told}, in number 1 of “accounts”",
            )
            for value, told in [
                ('""', "is empty"),
                *((one, UNFIT) for one in [
                    f'"{TOKEN}\\nX-Evil: 1"', f'"{TOKEN}\\r"', f'"{TOKEN} "', f'"{TOKEN}\\u0000"',
                    f'"{TOKEN}é"', f'"{TOKEN}\\u200b"', f'"{TOKEN * 100}"',
                ]),
            ]
        ),
        (
            lambda body: body.replace('client_secret = "client-secret"', 'client_secret = "a b"'),
            f"“client_secret” {UNFIT}, in number 1 of “registrations”",
        ),
        (
            lambda body: body.replace('client_id = "01CLIENT"', 'client_id = ""'),
            "“client_id” is empty, in number 1 of “accounts”",
        ),
        (
            lambda body: body.replace('client_id = "01CLIENT"', 'client_id = "01\\t"'),
            f"“client_id” {UNFIT}, in number 1 of “accounts”",
        ),
        (
            lambda body: body.partition("[[attempts]]")[0] + "[[attempts]]"
            + body.partition("[[attempts]]")[2].replace('client_id = "01CLIENT"', "client_id = 0"),
            "“client_id” is no text, in number 1 of “attempts”",
        ),
        *(
            (
                lambda body, origin=origin: body.replace('"https://example.org"', f'"{origin}"'),
                "“origin” is no address of a server, in number 1 of “accounts”",
            )
            for origin in [
                "javascript:1", "http://example.org", "ftp://example.org", "https://", "",
                "https://example.org/", "https://alice@example.org", "https://example.org:",
                "https://example.org\\n", "https://exämple.org", "https://example.org?a",
                "http://localhost.example.org",
            ]
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


def test_a_file_cut_off_anywhere_is_never_taken_for_a_shorter_one(store: Store, body: str) -> None:
    whole = store.load()
    last = len(body.rstrip())
    for length in range(last):
        store.path.write_text(body[:length], "utf-8")
        with pytest.raises(FileNotUnderstood):
            store.load()
    store.path.write_text(body[:last], "utf-8")
    assert store.load() == whole


def test_one_cut_off_between_two_accounts_says_so(store: Store, body: str) -> None:
    store.change(lambda shelf: shelf.with_account(make_account("carol")))
    first, mark, _ = body.partition("[[registrations]]")
    assert mark
    store.path.write_text(first, "utf-8")
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    assert failure.reason == "it was cut off, its last lines are missing"


@pytest.mark.parametrize("name", ["accounts", "registrations", "attempts"])
def test_the_same_record_twice_is_damage(store: Store, body: str, name: str) -> None:
    _, _, rest = body.partition(f"[[{name}]]\n")
    record = f"[[{name}]]\n{rest.partition('[[')[0].partition('[end]')[0]}"
    store.path.write_text(f"{body}\n{record}", "utf-8")
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    assert failure.reason == f"number 2 of “{name}” stands there twice"


def test_bytes_that_are_not_utf8_are_told_without_a_word_of_them(store: Store, body: str) -> None:
    store.path.write_bytes(body.encode() + b"# \xff\n")
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    line = body.count("\n") + 1
    assert failure.reason == f"it is not text in UTF-8 (at line {line}, column 3)"


@pytest.mark.parametrize(
    ("written_by", "told"),
    [
        ('written_by = "gts-wizard 7.1"', "was written by gts-wizard 7.1 ("),
        ('written_by = "\\u001b[31m\\n"', "was written by [31m ("),
        ("written_by = 7", "was written by a newer version of this wizard ("),
        ("", "was written by a newer version of this wizard ("),
    ],
)
def test_a_newer_schema_is_left_alone(store: Store, body: str, written_by: str, told: str) -> None:
    newer = body.replace("schema_version = 1", "schema_version = 2\naccounts_of_the_future = 1")
    ours = f'written_by = "gts-wizard {__version__}"'
    assert ours in newer
    store.path.write_text(newer.replace(ours, written_by), "utf-8")
    failure = refused(store)
    assert isinstance(failure, FileTooNew)
    assert told in str(failure)


def test_the_way_out_is_told(store: Store) -> None:
    store.path.write_text("oops", "utf-8")
    told = str(refused(store))
    for way in ("Mend the file", "put a copy of it back", "move it aside"):
        assert way in told


def test_a_file_without_an_end_is_not_read_to_it(
    store: Store, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", len(body.encode()) - 1)
    failure = refused(store)
    assert isinstance(failure, FileNotUnderstood)
    assert failure.reason == "it is far too large"
    monkeypatch.setattr(reading, "LARGEST_FILE", len(body.encode()))
    assert store.load().default == "@alice@example.org"
