"""Typed access to a parsed TOML or JSON document, which may hold anything.

Each value that is read is checked, and `InvalidFormat` says which is invalid. Other keys are
ignored.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from gts_wizard.sanitize import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_NO_TABLE = "“{key}” isn't a table"
_NO_TABLES = "“{key}” isn't a list of tables"
_NO_TIME = "“{key}” isn't a date and time"

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)


class InvalidFormat(Exception):
    """A document is not in its format; the message is a clause that says where.

    The message has no secret, and no exception that holds the document's text is chained.
    """


class TableReader:
    """A table (JSON object, TOML table) of a document.

    Its methods raise `InvalidFormat` for a missing key or an invalid value.

    Args:
        table: the table.
        place: the keys and numbers that lead to it, as in `accounts #2`; none for the root.
    """

    def __init__(self, table: Mapping[str, object], place: tuple[str, ...] = ()) -> None:
        self._table = table
        self._place = place

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def invalid(self, key: str, reason: str, **fields: str) -> InvalidFormat:
        """Return the error that says why the value under a key is invalid, and where it is.

        Args:
            key: the key in this table.
            reason: a clause that names the key as {key}.
            fields: what else it names.
        """
        # Keys are text of the document, too.
        clause = reason.format(key=sanitize_line(key, 80), **fields)
        place = sanitize_line(", ".join(self._place))
        return InvalidFormat(f"{clause} ({place})" if place else clause)

    def has_value(self, key: str) -> bool:
        """Return whether there is a value under a key that is neither null nor an empty text."""
        return self._table.get(key) not in (None, "")

    def table(self, key: str) -> TableReader:
        """Return the table under a key."""
        return TableReader(self._value(key, dict, _NO_TABLE), (*self._place, key))

    def tables(self, key: str) -> list[TableReader]:
        """Return the tables in the list under a key."""
        return [
            TableReader(table, (*self._place, f"{key} #{number}"))
            for number, table in enumerate(self._items(key, dict, _NO_TABLES), start=1)
        ]

    def text(self, key: str, default: str | None = None) -> str:
        """Return the string under a key.

        Args:
            key: the key in this table.
            default: the result if the key is missing; None if it is required.
        """
        if default is not None and key not in self._table:
            return default
        return self._value(key, str, "“{key}” isn't text")

    def valid_text(self, key: str, is_valid: Callable[[str], bool]) -> str:
        """Return the string under a key.

        Args:
            key: the key in this table.
            is_valid: returns whether a string has the characters and the length that it must have.
        """
        text = self.text(key)
        if not text:
            raise self.invalid(key, "“{key}” is empty")
        if not is_valid(text):
            raise self.invalid(key, "“{key}” is too long, or has a character that can't be in it")
        return text

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """Return the member of an enumeration under a key; `default` if the key is missing."""
        text = self.text(key, default)
        if text not in list(choices):
            raise self.invalid(key, "“{key}” isn't one of {choices}", choices=", ".join(choices))
        return choices(text)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the strings in the list under a key."""
        return tuple(self._items(key, str, "“{key}” isn't a list of words"))

    def boolean(self, key: str) -> bool:
        """Return the boolean under a key."""
        return self._value(key, bool, "“{key}” is neither true nor false")

    def time(self, key: str) -> datetime:
        """Return the date and time under a key, in UTC; one without a time zone is in UTC."""
        return self._in_utc(key, self._value(key, datetime, _NO_TIME))

    def iso_time(self, key: str) -> datetime:
        """Return the date and time that a string under a key spells (RFC 3339), likewise in UTC."""
        text = self.text(key)
        # The error is raised outside of the block: the one that is caught holds the text.
        with suppress(ValueError):
            return self._in_utc(key, datetime.fromisoformat(text))
        raise self.invalid(key, _NO_TIME)

    def _in_utc(self, key: str, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        with suppress(OverflowError):
            return moment.astimezone(UTC)
        raise self.invalid(key, "“{key}” is out of range")

    def _value(self, key: str, kind: type[Value], otherwise: str) -> Value:
        if key not in self._table:
            raise self.invalid(key, "“{key}” is missing")
        value = self._table[key]
        if not isinstance(value, kind):
            raise self.invalid(key, otherwise)
        return value

    def _items(self, key: str, kind: type[Value], otherwise: str) -> list[Value]:
        items = self._value(key, list, otherwise)
        if not all(isinstance(item, kind) for item in items):
            raise self.invalid(key, otherwise)
        return items
