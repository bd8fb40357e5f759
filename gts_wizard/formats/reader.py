"""What the file of another tool says of an account, and the parts that readers of such files share.

The files are strangers' texts: either each value that is asked for is what it must be, or
`InvalidFormat` says where it is not. Keys that nobody asks for are passed over.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_origin

MAX_FILE_CHARACTERS = 256 * 1024
"""The most characters that are read: about a thousand accounts."""

_POSITION = re.compile(r"line \d+,? column \d+")


class InvalidFormat(ValueError):
    """A file is not what its tool writes; the message is a clause that says where.

    It repeats no secret, and no exception that holds the file's text is chained to it.
    """


@dataclass(frozen=True)
class ImportedAccount:
    """An account as another tool knows it; nobody has asked its server yet.

    Attributes:
        origin: the address of the server, perhaps spelled as somebody once typed it.
        username: the part of the handle before the domain.
        client_id: the client identifier of the tool.
        client_secret: the client's password.
        token: the access token.
    """

    origin: str
    username: str
    client_id: str
    client_secret: Secret
    token: Secret


class Node:
    """A table of a file.

    Args:
        table: what it holds.
        place: where in the file it stands.

    Raises:
        InvalidFormat: it is no table; its methods raise this, too, for what is under a key.
    """

    def __init__(self, table: object, place: str) -> None:
        if not isinstance(table, dict):
            raise InvalidFormat(f"{place} is no table")
        self._table = table
        self._position = place

    @classmethod
    def parse(cls, text: str, parse: Callable[[str], object], language: str) -> Self:
        """Return the table that a whole file is.

        Args:
            text: the file; a byte order mark, which some editors put before it, is fine.
            parse: makes values of it, or raises ValueError or RecursionError.
            language: what it is written in, for messages.
        """
        if len(text) > MAX_FILE_CHARACTERS:
            raise InvalidFormat("it is far too large")
        try:
            document = parse(text.removeprefix("\ufeff"))
        except RecursionError:
            reason = "it is nested too deeply"
        except ValueError as failure:
            place = _POSITION.search(str(failure))
            reason = f"it can't be read as {language}" + (f" ({place[0]})" if place else "")
        else:
            return cls(document, "the file")
        # Raised out here so that no exception that holds the file's text is chained to it.
        raise InvalidFormat(reason)

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def child(self, key: str) -> "Node":
        """Return the table under a key."""
        return Node(self._value(key), self._key_path(key))

    def children(self, key: str) -> list["Node"]:
        """Return the tables in the list under a key."""
        tables = self._value(key)
        if not isinstance(tables, list):
            raise InvalidFormat(f"{self._key_path(key)} is no list")
        return [
            Node(table, f"{self._key_path(key)}, entry {n}") for n, table in enumerate(tables, 1)
        ]

    def text(self, key: str, fits: Callable[[str], bool]) -> str:
        """Return the text under a key.

        Args:
            key: where it stands.
            fits: tells whether it can be what it must be.
        """
        value = self._value(key)
        if not isinstance(value, str):
            raise InvalidFormat(f"{self._key_path(key)} is no text")
        if not fits(value):
            raise InvalidFormat(f"{self._key_path(key)} is empty, or not what it must be")
        return value

    def origin(self, key: str) -> str:
        """Return the origin under a key, without the slash that some put behind it."""
        return self.text(key, lambda text: is_origin(text.removesuffix("/"))).removesuffix("/")

    def _value(self, key: str) -> object:
        if key not in self._table:
            raise InvalidFormat(f"{self._key_path(key)} is missing")
        return self._table[key]

    def _key_path(self, key: str) -> str:
        return f"“{sanitize_line(key, 80)}” in {self._position}"
