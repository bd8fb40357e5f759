"""TOML to models and back: what the credentials file's tables and keys are.

The store comes in; pure functions. A record's table is matched with the one it came from, so
that keys this version does not know survive a rewrite.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from gts_wizard.errors import FileNotUnderstood, FileTooNew
from gts_wizard.models import Account, Attempt, Registration, Scopes, Secret, Server, Step, Token
from gts_wizard.shelf import Shelf

SCHEMA_VERSION = 1

Table = dict[str, Any]
Record = TypeVar("Record")


class Damage(Exception):
    """A table is not of the shape it must have; the message says where."""


def shelf_of(document: Table, path: str) -> Shelf:
    """Return what a document keeps.

    Args:
        document: the whole TOML document; an empty one is an empty shelf.
        path: the file, for messages.

    Raises:
        FileTooNew: its schema is newer than this one.
        FileNotUnderstood: it is another program's, or a table is not of the shape it must have.
    """
    if not document:
        return Shelf()
    try:
        if _version(document) > SCHEMA_VERSION:
            raise FileTooNew(path=path)
        return Shelf(
            accounts=_records(document, "accounts", _account),
            registrations=_records(document, "registrations", _registration),
            attempts=_records(document, "attempts", _attempt),
            default=_text(document, "default", ""),
        )
    except Damage as damage:
        reason = str(damage)
    raise FileNotUnderstood(path=path, reason=reason)


def merged(document: Table, shelf: Shelf) -> Table:
    """Return the document with the shelf in it, and everything it held besides."""
    result = {**document, "schema_version": SCHEMA_VERSION, "default": shelf.default}
    tables = {
        "accounts": [_account_table(one) for one in shelf.accounts],
        "registrations": [_registration_table(one) for one in shelf.registrations],
        "attempts": [_attempt_table(one) for one in shelf.attempts],
    }
    for name, new in tables.items():
        old = {_identity(name, table): table for table in document.get(name, [])}
        result[name] = [_overlay(old.get(_identity(name, table), {}), table) for table in new]
    return result


def _identity(name: str, table: Table) -> tuple[str, ...]:
    match name:
        case "accounts":
            return (str(table["handle"]).casefold(),)
        case "registrations":
            return (table["origin"], table["client_id"])
        case _:
            return (table["state"],)


# What this version may leave out of a table it writes; any other absent key is somebody else's.
_OPTIONAL = frozenset({"token"})


def _overlay(old: Table, new: Table) -> Table:
    kept = {key: value for key, value in old.items() if key not in new and key not in _OPTIONAL}
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


def _account(table: Table) -> Account:
    account = Account(
        server=_server(_inner(table, "server")),
        id=_text(table, "id"),
        username=_text(table, "username"),
        display_name=_text(table, "display_name", ""),
        token=_token(_inner(table, "token")),
        client_id=_text(table, "client_id"),
        verified_at=_time(table, "verified_at"),
    )
    if _text(table, "handle").casefold() != account.handle.casefold():
        raise Damage("“handle” is not that of the user name and the server")
    return account


def _account_table(account: Account) -> Table:
    return {
        "handle": account.handle,
        "id": account.id,
        "username": account.username,
        "display_name": account.display_name,
        "client_id": account.client_id,
        "verified_at": account.verified_at,
        "server": _server_table(account.server),
        "token": _token_table(account.token),
    }


def _registration(table: Table) -> Registration:
    return Registration(
        origin=_text(table, "origin"),
        client_id=_text(table, "client_id"),
        client_secret=Secret(_text(table, "client_secret")),
        scopes=_scopes(table),
        created_at=_time(table, "created_at"),
    )


def _registration_table(registration: Registration) -> Table:
    return {
        "origin": registration.origin,
        "client_id": registration.client_id,
        "client_secret": registration.client_secret.reveal(),
        "scopes": list(registration.scopes),
        "created_at": registration.created_at,
    }


def _attempt(table: Table) -> Attempt:
    try:
        step = Step(_text(table, "step"))
    except ValueError:
        raise Damage("“step” is no step of the journey") from None
    return Attempt(
        state=_text(table, "state"),
        server=_server(_inner(table, "server")),
        step=step,
        started_at=_time(table, "started_at"),
        username=_text(table, "username", ""),
        scopes=_scopes(table),
        client_id=_text(table, "client_id", ""),
        token=_token(_inner(table, "token")) if "token" in table else None,
    )


def _attempt_table(attempt: Attempt) -> Table:
    table: Table = {
        "state": attempt.state,
        "step": str(attempt.step),
        "started_at": attempt.started_at,
        "username": attempt.username,
        "scopes": list(attempt.scopes),
        "client_id": attempt.client_id,
        "server": _server_table(attempt.server),
    }
    if attempt.token is not None:
        table["token"] = _token_table(attempt.token)
    return table


def _server(table: Table) -> Server:
    return Server(
        origin=_text(table, "origin"),
        account_domain=_text(table, "account_domain"),
        title=_text(table, "title", ""),
        software=_text(table, "software", ""),
        version=_text(table, "version", ""),
    )


def _server_table(server: Server) -> Table:
    return {
        "origin": server.origin,
        "account_domain": server.account_domain,
        "title": server.title,
        "software": server.software,
        "version": server.version,
    }


def _token(table: Table) -> Token:
    return Token(Secret(_text(table, "value")), _scopes(table), _time(table, "created_at"))


def _token_table(token: Token) -> Table:
    return {
        "value": token.value.reveal(),
        "scopes": list(token.scopes),
        "created_at": token.created_at,
    }


def _version(document: Table) -> int:
    version = document.get("schema_version")
    if type(version) is not int or version < 1:
        raise Damage("“schema_version” is missing or no number, so this may be another file")
    return version


def _text(table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise Damage(f"“{key}” is missing" if value is None else f"“{key}” is no text")
    return value


def _time(table: Table, key: str) -> datetime:
    value = table.get(key)
    if not isinstance(value, datetime):
        raise Damage(f"“{key}” is no date and time")
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise Damage(f"“{key}” is out of range") from None


def _scopes(table: Table) -> Scopes:
    value = table.get("scopes")
    if not isinstance(value, list) or not all(isinstance(scope, str) for scope in value):
        raise Damage("“scopes” is no list of words")
    return tuple(value)


def _inner(table: Table, key: str) -> Table:
    value = table.get(key)
    if not isinstance(value, dict):
        raise Damage(f"the table “{key}” is missing")
    return value
