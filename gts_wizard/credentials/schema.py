"""TOML to models and back: what the credentials file's tables and keys are.

The store comes in; pure functions. A record's table is matched with the one it came from, so
that keys this version does not know survive a rewrite.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from gts_wizard import __version__
from gts_wizard.credentials.tables import (
    OPTIONAL,
    account_of,
    account_table,
    attempt_of,
    attempt_table,
    registration_of,
    registration_table,
)
from gts_wizard.credentials.values import Damage, Table, text_of
from gts_wizard.errors import FileNotUnderstood, FileTooNew
from gts_wizard.secret import Place
from gts_wizard.shelf import Shelf
from gts_wizard.text import one_line

SCHEMA_VERSION = 1

MIGRATIONS: Mapping[int, Callable[[Table], Table]] = {}
"""What makes a document of an older schema one of the next. There is no older schema yet."""

_WRITER = f"gts-wizard {__version__}"
# The last table of a file, without which it was cut off: a shorter file can be valid TOML too.
_END = "end"

Record = TypeVar("Record")


def version_of(document: Table, path: Path) -> int:
    """Return the schema version of a document that this wizard can read.

    Args:
        document: the whole TOML document.
        path: the file, for messages.

    Raises:
        FileTooNew: its schema is newer than this one.
        FileNotUnderstood: it is another program's.
    """
    version = document.get("schema_version")
    if type(version) is int:
        if version > SCHEMA_VERSION:
            writer = one_line(document.get("written_by"), 60) or FileTooNew.written_by
            raise FileTooNew(path=str(path), written_by=writer)
        if version == SCHEMA_VERSION or version in MIGRATIONS:
            return version
    reason = "“schema_version” is missing or no known number, so this may be another file"
    raise FileNotUnderstood(path=str(path), reason=reason)


def migrated(document: Table, version: int) -> Table:
    """Return a document of this schema that says what one of an older `version` does."""
    for older in range(version, SCHEMA_VERSION):
        document = MIGRATIONS[older](document)
    return document


def shelf_of(document: Table, path: Path) -> Shelf:
    """Return what a document of this schema keeps.

    Args:
        document: the whole TOML document.
        path: the file, for messages.

    Raises:
        FileNotUnderstood: a table is not of the shape it must have.
    """
    try:
        _check_end(document)
        return Shelf(
            accounts=_records(document, "accounts", account_of),
            registrations=_records(document, "registrations", registration_of),
            attempts=_records(document, "attempts", attempt_of),
            default=text_of(document, "default", ""),
            secrets_in=_place(document),
            theme=text_of(document, "theme", ""),
        )
    except Damage as damage:
        reason = str(damage)
    raise FileNotUnderstood(path=str(path), reason=reason)


def merged(document: Table, shelf: Shelf) -> Table:
    """Return the document with the shelf in it, and everything it held besides."""
    head = {
        "written_by": _WRITER,
        "schema_version": SCHEMA_VERSION,
        "default": shelf.default,
        "secrets_in": str(shelf.secrets_in),
        "theme": shelf.theme,
    }
    rest = {key: value for key, value in document.items() if key not in {*head, _END}}
    tables = {
        "accounts": [account_table(one) for one in shelf.accounts],
        "registrations": [registration_table(one) for one in shelf.registrations],
        "attempts": [attempt_table(one) for one in shelf.attempts],
    }
    for name, new in tables.items():
        old = {_identity(name, table): table for table in document.get(name, [])}
        rest[name] = [_overlay(old.get(_identity(name, table), {}), table) for table in new]
    return {**head, **rest, _END: document.get(_END, {})}


def _place(document: Table) -> Place:
    try:
        return Place(text_of(document, "secrets_in", Place.FILE))
    except ValueError:
        raise Damage("“secrets_in” is neither “file” nor “keyring”") from None


def _check_end(document: Table) -> None:
    # The first files had neither a writer nor an end.
    if "written_by" in document and _END not in document:
        raise Damage("it was cut off, its last lines are missing")


def _identity(name: str, table: Table) -> tuple[str, ...]:
    match name:
        case "accounts":
            return (str(table["handle"]).casefold(),)
        case "registrations":
            return (table["origin"], table["client_id"])
        case _:
            return (table["state"],)


def _overlay(old: Table, new: Table) -> Table:
    kept = {key: value for key, value in old.items() if key not in new and key not in OPTIONAL}
    inner = {
        key: _overlay(old[key], value)
        if isinstance(value, dict) and isinstance(old.get(key), dict)
        else value
        for key, value in new.items()
    }
    return {**inner, **kept}


def _records(document: Table, name: str, read: Callable[[Table], Record]) -> tuple[Record, ...]:
    tables = document.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Damage(f"“{name}” is no list of tables")
    records: dict[tuple[str, ...], Record] = {}
    for number, table in enumerate(tables, start=1):
        try:
            record = read(table)
            identity = _identity(name, table)
        except Damage as damage:
            raise Damage(f"{damage}, in number {number} of “{name}”") from None
        if identity in records:
            raise Damage(f"number {number} of “{name}” stands there twice")
        records[identity] = record
    return tuple(records.values())
