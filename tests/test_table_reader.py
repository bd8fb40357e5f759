"""Each kind of value is read as what it must be, or refused with its key and its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from gts_wizard.secret import SecretStorage
from gts_wizard.table_reader import InvalidFormat, TableReader
from gts_wizard.validation import is_token_syntax
from tests.helpers.sample_accounts import NOW, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[TableReader, str], object]

_UNFIT = "“x” is too long, or has a character that can't be in it"
_EARLY = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))


def read_token(table: TableReader, key: str) -> str:
    """Return the text under a key, which must have the syntax of a token."""
    return table.valid_text(key, is_token_syntax)


def read_choice(table: TableReader, key: str) -> SecretStorage:
    """Return the one of two members under a key."""
    return table.choice(key, SecretStorage)


@pytest.mark.parametrize(
    "written",
    [NOW, NOW.astimezone(timezone(timedelta(hours=2))), NOW.replace(tzinfo=None)],
    ids=["UTC", "another zone", "no zone"],
)
def test_time_in_another_zone_or_none_is_read_as_utc(written: datetime) -> None:
    for time in (
        TableReader({"x": written}).time("x"),
        TableReader({"x": written.isoformat()}).iso_time("x"),
    ):
        assert time == NOW
        assert time.tzinfo is UTC


@pytest.mark.parametrize(
    ("read", "values", "reason"),
    [
        (TableReader.text, (1, None, ["a"]), "“x” isn't text"),
        (read_token, (1, None, [TOKEN]), "“x” isn't text"),
        (read_token, ("",), "“x” is empty"),
        (read_token, (f"{TOKEN}\nX-Evil: 1", f"{TOKEN}\r", f"{TOKEN} ", f"{TOKEN}\0"), _UNFIT),
        (read_token, (f"{TOKEN}é", f"{TOKEN}\u200b", TOKEN * 100), _UNFIT),
        (read_choice, ("", "cellar"), "“x” isn't one of file, keyring"),
        (TableReader.words, ("read", None, [1, "read"], {"read": 1}), "“x” isn't a list of words"),
        (TableReader.boolean, (1, None, "true"), "“x” is neither true nor false"),
        (TableReader.time, (date(2026, 5, 1), None, "2026-05-01"), "“x” isn't a date and time"),
        (TableReader.time, (_EARLY,), "“x” is out of range"),
        (TableReader.iso_time, (NOW, None, 1), "“x” isn't text"),
        (TableReader.iso_time, ("", "yesterday", "2026-13-01"), "“x” isn't a date and time"),
        (TableReader.iso_time, (_EARLY.isoformat(),), "“x” is out of range"),
        (TableReader.table, ("a", None, [{}]), "“x” isn't a table"),
        (TableReader.tables, ("a", None, {}, [1], [{}, []]), "“x” isn't a list of tables"),
    ],
)
def test_invalid_value_is_refused(read: Read, values: tuple[object, ...], reason: str) -> None:
    for table, expected in (*(({"x": value}, reason) for value in values), ({}, "“x” is missing")):
        with pytest.raises(InvalidFormat) as failure:
            read(TableReader(table), "x")
        assert str(failure.value) == expected


def test_refusal_names_the_tables_around_the_value() -> None:
    root = TableReader({"list": [{}, {"inner": {"x": 1}}]})
    with pytest.raises(InvalidFormat) as failure:
        root.tables("list")[1].table("inner").text("x")
    assert str(failure.value) == "“x” isn't text (list #2, inner)"


def test_only_a_missing_key_gets_the_default() -> None:
    assert TableReader({}).text("x", "") == ""
    with pytest.raises(InvalidFormat, match="“x” isn't text"):
        TableReader({"x": 1}).text("x", "")


def test_keys_of_the_document_are_made_safe_and_short() -> None:
    key = "x\u202e\n" * 1000
    with pytest.raises(InvalidFormat, match=" isn't a table \\(x x") as failure:
        TableReader({key: {key: 1}}).table(key).table(key)
    assert str(failure.value).isprintable()
    assert len(str(failure.value)) < 300
