"""TOML to models and back: what the credentials file's tables and keys are.

The store comes in; pure functions. A record's table is matched with the one it came from, so
that keys this version does not know survive a rewrite.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from gts_wizard import __version__
from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileTooNew, InvalidFile
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import SecretStorage
from gts_wizard.storage.records import (
    OPTIONAL,
    InvalidField,
    Table,
    decode_account,
    decode_pending,
    decode_registration,
    encode_account,
    encode_pending,
    encode_registration,
    get_text,
)

SCHEMA_VERSION = 1

MIGRATIONS: Mapping[int, Callable[[Table], Table]] = {}
"""What makes a document of an older schema one of the next. There is no older schema yet."""

_WRITER = f"gts-wizard {__version__}"
# The last table of a file, without which it was cut off: a shorter file can be valid TOML too.
_END_MARKER = "end"

Record = TypeVar("Record")


def schema_version(document: Table, path: Path) -> int:
    """Return the schema version of a document that this wizard can read.

    Args:
        document: the whole TOML document.
        path: the file, for messages.

    Raises:
        FileTooNew: its schema is newer than this one.
        InvalidFile: it is another program's.
    """
    version = document.get("schema_version")
    if type(version) is int:
        if version > SCHEMA_VERSION:
            writer = sanitize_line(document.get("written_by"), 60) or FileTooNew.written_by
            raise FileTooNew(path=str(path), written_by=writer)
        if version == SCHEMA_VERSION or version in MIGRATIONS:
            return version
    reason = "“schema_version” is missing or no known number, so this may be another file"
    raise InvalidFile(path=str(path), reason=reason)


def migrate(document: Table, version: int) -> Table:
    """Return a document of this schema that says what one of an older `version` does."""
    for older in range(version, SCHEMA_VERSION):
        document = MIGRATIONS[older](document)
    return document


def decode(document: Table, path: Path) -> Credentials:
    """Return what a document of this schema keeps.

    Args:
        document: the whole TOML document.
        path: the file, for messages.

    Raises:
        InvalidFile: a table is not of the shape it must have.
    """
    try:
        _check_end_marker(document)
        return Credentials(
            accounts=_records(document, "accounts", decode_account),
            registrations=_records(document, "registrations", decode_registration),
            pending_sign_ins=_records(document, "attempts", decode_pending),
            default=get_text(document, "default", ""),
            default_storage=_position(document),
            theme=get_text(document, "theme", ""),
        )
    except InvalidField as damage:
        reason = str(damage)
    raise InvalidFile(path=str(path), reason=reason)


def merge_unknown_keys(document: Table, shelf: Credentials) -> Table:
    """Return the document with the shelf in it, and everything it held besides."""
    head = {
        "written_by": _WRITER,
        "schema_version": SCHEMA_VERSION,
        "default": shelf.default,
        "secrets_in": str(shelf.default_storage),
        "theme": shelf.theme,
    }
    rest = {key: value for key, value in document.items() if key not in {*head, _END_MARKER}}
    tables = {
        "accounts": [encode_account(one) for one in shelf.accounts],
        "registrations": [encode_registration(one) for one in shelf.registrations],
        "attempts": [encode_pending(one) for one in shelf.pending_sign_ins],
    }
    for name, new in tables.items():
        old = {_identity(name, table): table for table in document.get(name, [])}
        rest[name] = [_overlay(old.get(_identity(name, table), {}), table) for table in new]
    return {**head, **rest, _END_MARKER: document.get(_END_MARKER, {})}


def _position(document: Table) -> SecretStorage:
    try:
        return SecretStorage(get_text(document, "secrets_in", SecretStorage.FILE))
    except ValueError:
        raise InvalidField("“secrets_in” is neither “file” nor “keyring”") from None


def _check_end_marker(document: Table) -> None:
    # The first files had neither a writer nor an end.
    if "written_by" in document and _END_MARKER not in document:
        raise InvalidField("it was cut off, its last lines are missing")


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
        raise InvalidField(f"“{name}” is no list of tables")
    records: dict[tuple[str, ...], Record] = {}
    for number, table in enumerate(tables, start=1):
        try:
            record = read(table)
            identity = _identity(name, table)
        except InvalidField as damage:
            raise InvalidField(f"{damage}, in number {number} of “{name}”") from None
        if identity in records:
            raise InvalidField(f"number {number} of “{name}” stands there twice")
        records[identity] = record
    return tuple(records.values())
