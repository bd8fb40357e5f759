"""Typed access to the untrusted file of another tool, and the account that is read from it.

Each value that is read is checked, and `InvalidFormat` says which is invalid. Other keys are
ignored.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_origin

MAX_FILE_CHARACTERS = 256 * 1024
"""The maximum size of a file in characters: about a thousand accounts."""

_POSITION = re.compile(r"line \d+,? column \d+")


class InvalidFormat(ValueError):
    """A file is not in its tool's format; the message is a clause that says where.

    The message has no secret, and no exception that holds the file's text is chained.
    """


@dataclass(frozen=True)
class ImportedAccount:
    """An account from another tool's file, not yet verified with its server.

    Attributes:
        origin: the server's origin as the file has it; its spelling is not normalized.
        username: the part of the handle before the domain.
        client_id: the client identifier of the tool.
        client_secret: the client secret of the tool.
        token: the access token.
    """

    origin: str
    username: str
    client_id: str
    client_secret: Secret
    token: Secret


class TableReader:
    """A table (JSON object, TOML table) in a file.

    Args:
        table: its value.
        position: where it is in the file, for error messages.

    Raises:
        InvalidFormat: the value is not a table. The methods raise it too, for a missing key or an
            invalid value.
    """

    def __init__(self, table: object, position: str) -> None:
        if not isinstance(table, dict):
            raise InvalidFormat(f"{position} is no table")
        self._table = table
        self._position = position

    @classmethod
    def parse(cls, text: str, parse: Callable[[str], object], language: str) -> Self:
        """Return the root table of a file.

        Args:
            text: the text of the file; a byte order mark, which some editors write, is ignored.
            parse: the parser, which may raise ValueError or RecursionError.
            language: the name of the language, for error messages.

        Raises:
            InvalidFormat: the text is too long or can't be parsed, or its root is not a table.
        """
        if len(text) > MAX_FILE_CHARACTERS:
            raise InvalidFormat("it is far too large")
        try:
            document = parse(text.removeprefix("\ufeff"))
        except RecursionError:
            reason = "it is nested too deeply"
        except ValueError as error:
            position = _POSITION.search(str(error))
            reason = f"it can't be read as {language}" + (f" ({position[0]})" if position else "")
        else:
            return cls(document, "the file")
        # Raised outside the except blocks: a chained exception would hold the text of the file.
        raise InvalidFormat(reason)

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def table(self, key: str) -> "TableReader":
        """Return the table under a key."""
        return TableReader(self._value(key), self._key_path(key))

    def tables(self, key: str) -> list["TableReader"]:
        """Return the tables in the list under a key."""
        tables = self._value(key)
        if not isinstance(tables, list):
            raise InvalidFormat(f"{self._key_path(key)} is no list")
        return [
            TableReader(table, f"{self._key_path(key)}, entry {number}")
            for number, table in enumerate(tables, 1)
        ]

    def text(self, key: str, is_valid: Callable[[str], bool]) -> str:
        """Return the string under a key.

        Args:
            key: the key in this table.
            is_valid: returns whether a string is a valid value.

        Raises:
            InvalidFormat: the key is missing, or its value is not a valid string.
        """
        value = self._value(key)
        if not isinstance(value, str):
            raise InvalidFormat(f"{self._key_path(key)} is no text")
        if not is_valid(value):
            raise InvalidFormat(f"{self._key_path(key)} is empty, or not what it must be")
        return value

    def origin(self, key: str) -> str:
        """Return the origin under a key, without a slash at its end."""
        return self.text(key, lambda text: is_origin(text.removesuffix("/"))).removesuffix("/")

    def _value(self, key: str) -> object:
        if key not in self._table:
            raise InvalidFormat(f"{self._key_path(key)} is missing")
        return self._table[key]

    def _key_path(self, key: str) -> str:
        return f"“{sanitize_line(key, 80)}” in {self._position}"
