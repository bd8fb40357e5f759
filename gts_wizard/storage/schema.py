"""Converts the TOML document of the credentials file to `Credentials` and back. Pure functions.

Also checks the schema version and migrates older ones. Each written table is matched with the one
it was read from, so that keys this version does not know survive a rewrite.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileTooNew, InvalidFile
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import SecretStorage
from gts_wizard.storage.records import (
    OPTIONAL_KEYS,
    Table,
    decode_account,
    decode_pending,
    decode_registration,
    decode_replaced,
    encode_account,
    encode_pending,
    encode_registration,
    encode_replaced,
)
from gts_wizard.table_reader import InvalidFormat, TableReader
from gts_wizard.version import VERSION

SCHEMA_VERSION = 1

MIGRATIONS: Mapping[int, Callable[[Table], Table]] = {}
"""By schema version, the function that converts a document to the next one. There are none yet."""

_WRITER = f"gts-wizard {VERSION}"
# The name of the last table of a file. A file without it was cut off; it may still be valid TOML.
_END_MARKER = "end"
_REPLACED_TOKENS = "replaced_tokens"

Record = TypeVar("Record")


def schema_version(document: Table, path: Path) -> int:
    """Return the schema version of a document, if this version of the wizard can read it.

    Args:
        document: the whole TOML document.
        path: the file, for error messages.

    Raises:
        FileTooNew: the schema version is newer than `SCHEMA_VERSION`.
        InvalidFile: the schema version is missing or unknown.
    """
    version = document.get("schema_version")
    if type(version) is int:
        if version > SCHEMA_VERSION:
            writer = sanitize_line(document.get("written_by"), 60) or FileTooNew.written_by
            raise FileTooNew(path=str(path), written_by=writer)
        if version == SCHEMA_VERSION or version in MIGRATIONS:
            return version
    reason = "“schema_version” is missing or isn't a known number, so this may be another file"
    raise InvalidFile(path=str(path), reason=reason)


def migrate(document: Table, version: int) -> Table:
    """Return a document converted from schema `version` to `SCHEMA_VERSION`."""
    for old_version in range(version, SCHEMA_VERSION):
        document = MIGRATIONS[old_version](document)
    return document


def decode(document: Table, path: Path) -> Credentials:
    """Return the credentials in a document of the current schema.

    Args:
        document: the whole TOML document.
        path: the file, for error messages.

    Raises:
        InvalidFile: a field is missing or invalid, or the document was cut off.
    """
    try:
        _check_end_marker(document)
        root = TableReader(document)
        return Credentials(
            accounts=_decode_records(root, "accounts", decode_account),
            registrations=_decode_records(root, "registrations", decode_registration),
            pending_sign_ins=_decode_records(root, "attempts", decode_pending),
            replaced_tokens=_decode_records(root, _REPLACED_TOKENS, decode_replaced),
            default=root.text("default", ""),
            default_storage=root.choice("secrets_in", SecretStorage, SecretStorage.FILE),
            theme=root.text("theme", ""),
        )
    except InvalidFormat as error:
        reason = str(error)
    raise InvalidFile(path=str(path), reason=reason)


def merge_unknown_keys(document: Table, credentials: Credentials) -> Table:
    """Return the document to save: the credentials, with the unknown keys of the old document.

    Args:
        document: the document as it was read, in the current schema; empty for a new file.
        credentials: the contents to save.
    """
    head = {
        "written_by": _WRITER,
        "schema_version": SCHEMA_VERSION,
        "default": credentials.default,
        "secrets_in": str(credentials.default_storage),
        "theme": credentials.theme,
    }
    body = {key: value for key, value in document.items() if key not in {*head, _END_MARKER}}
    tables = {
        "accounts": [encode_account(account) for account in credentials.accounts],
        "registrations": [
            encode_registration(registration) for registration in credentials.registrations
        ],
        "attempts": [encode_pending(pending) for pending in credentials.pending_sign_ins],
        _REPLACED_TOKENS: [encode_replaced(replaced) for replaced in credentials.replaced_tokens],
    }
    for name, new_tables in tables.items():
        old_tables = {
            _record_key(name, TableReader(table)): table for table in document.get(name, [])
        }
        body[name] = [
            _merge_tables(old_tables.get(_record_key(name, TableReader(table)), {}), table)
            for table in new_tables
        ]
    # Version 0.1.0 had none.
    if not body[_REPLACED_TOKENS]:
        del body[_REPLACED_TOKENS]
    return {**head, **body, _END_MARKER: document.get(_END_MARKER, {})}


def _check_end_marker(document: Table) -> None:
    # The first versions wrote neither `written_by` nor the end marker.
    if "written_by" in document and _END_MARKER not in document:
        raise InvalidFormat("it was cut off: its last lines are missing")


def _record_key(name: str, table: TableReader) -> tuple[str, ...]:
    match name:
        case "accounts":
            return (table.text("handle").casefold(),)
        case "registrations":
            return (table.text("origin"), table.text("client_id"))
        case "attempts":
            return (table.text("state"),)
        case _:
            token = table.table("token")
            return (token.text("value", ""), token.text("keyring", ""))


def _merge_tables(old: Table, new: Table) -> Table:
    unknown = {
        key: value for key, value in old.items() if key not in new and key not in OPTIONAL_KEYS
    }
    merged = {
        key: _merge_tables(old[key], value)
        if isinstance(value, dict) and isinstance(old.get(key), dict)
        else value
        for key, value in new.items()
    }
    return {**merged, **unknown}


def _decode_records(
    root: TableReader, name: str, decode_record: Callable[[TableReader], Record]
) -> tuple[Record, ...]:
    records: dict[tuple[str, ...], Record] = {}
    for number, table in enumerate(root.tables(name) if name in root else [], start=1):
        record = decode_record(table)
        record_key = _record_key(name, table)
        if record_key in records:
            raise InvalidFormat(f"“{name} #{number}” is there twice")
        records[record_key] = record
    return tuple(records.values())
