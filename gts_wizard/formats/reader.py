"""Parses the untrusted file of another tool; the account and the origin that are read from it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gts_wizard.models import ClientCredentials, Scopes
from gts_wizard.secret import Secret
from gts_wizard.table_reader import InvalidFormat, TableReader
from gts_wizard.validation import is_origin, is_token_syntax

MAX_FILE_CHARACTERS = 256 * 1024
"""The maximum size of a file in characters: about a thousand accounts."""

_POSITION = re.compile(r"line \d+,? column \d+")


@dataclass(frozen=True)
class ImportedAccount:
    """An account from another tool's file, not yet verified with its server.

    Attributes:
        origin: the server's origin as the file has it; its spelling is not normalized.
        username: the part of the handle before the domain.
        client: the client of the tool; None where the file has none.
        token: the access token.
        id: the server's identifier of the account; empty where the file does not tell it.
        scopes: the scopes of the token; empty where the file does not tell them.
        created_at: when the token was issued, UTC; None where the file does not tell it.
    """

    origin: str
    username: str
    client: ClientCredentials | None
    token: Secret
    id: str = ""
    scopes: Scopes = ()
    created_at: datetime | None = None


def parse_table(text: str, parse: Callable[[str], object], language: str) -> TableReader:
    """Return the root table of a file; the arguments are those of `parse_tables`.

    Raises:
        InvalidFormat: the text is too long or can't be parsed, or its root is not a table.
    """
    document = _parse(text, parse, language)
    if not isinstance(document, dict):
        raise InvalidFormat("the file isn't a table")
    return TableReader(document)


def parse_tables(text: str, parse: Callable[[str], object], language: str) -> list[TableReader]:
    """Return the tables in the list that is the root of a file.

    Args:
        text: the text of the file; a byte order mark, which some editors write, is ignored.
        parse: the parser, which may raise ValueError or RecursionError.
        language: the name of the language, for error messages.

    Raises:
        InvalidFormat: the text is too long or can't be parsed, or its root is no list of tables.
    """
    document = _parse(text, parse, language)
    if not isinstance(document, list) or not all(isinstance(item, dict) for item in document):
        raise InvalidFormat("the file isn't a list of tables")
    return [TableReader(table, (f"#{number}",)) for number, table in enumerate(document, start=1)]


def _parse(text: str, parse: Callable[[str], object], language: str) -> object:
    if len(text) > MAX_FILE_CHARACTERS:
        raise InvalidFormat("it is far too large")
    try:
        return parse(text.removeprefix("\ufeff"))
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError as error:
        position = _POSITION.search(str(error))
        reason = f"it can't be read as {language}"
        reason = f"{reason} ({position[0]})" if position else reason
    # Raised outside the except blocks: a chained exception would hold the text of the file.
    raise InvalidFormat(reason)


def read_origin(table: TableReader, key: str) -> str:
    """Return the origin under a key, without a slash at its end.

    Raises:
        InvalidFormat: it is missing, or is no origin.
    """
    origin = table.text(key).removesuffix("/")
    if not is_origin(origin):
        raise table.invalid(key, "“{key}” isn't a server's address")
    return origin


def read_client(
    table: TableReader, origin: str, id_key: str, secret_key: str
) -> ClientCredentials | None:
    """Return the client at a server under two keys; None where neither has a value.

    Raises:
        InvalidFormat: one of them is missing, or no text that can be its value.
    """
    if not (table.has_value(id_key) or table.has_value(secret_key)):
        return None
    return ClientCredentials(
        origin,
        table.valid_text(id_key, is_token_syntax),
        Secret(table.valid_text(secret_key, is_token_syntax)),
    )
