"""Converts accounts, registrations and pending sign-ins to TOML tables and back. Pure functions."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gts_wizard import models
from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.validation import is_loopback, is_token_syntax

Table = dict[str, Any]
# An origin as the wizard writes it (RFC 6454 section 6.2), with no path and no user information.
_ORIGIN = re.compile(r"(https?)://(?:([A-Za-z0-9.-]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?")
_KEYRING_KEY = "keyring"
# The keys that this version may leave out of a table. Every other key that it does not write is
# unknown to it, and kept.
OPTIONAL_KEYS = frozenset(
    {"token", "value", "client_secret", _KEYRING_KEY}
    | {"challenge", "renews", "first_state", "metadata", "checked_at"}
)


class InvalidField(Exception):
    """A field of a table is missing or invalid; the message is a clause that says which."""


def get_text(table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return the string under a key.

    Args:
        table: a TOML table.
        key: the key in it.
        default: the result if the key is missing; None if the key is required.

    Raises:
        InvalidField: the key is missing, or its value is not a string.
    """
    value = table.get(key, default)
    if not isinstance(value, str):
        raise InvalidField(f"“{key}” is missing" if value is None else f"“{key}” is no text")
    return value


def get_token(table: Mapping[str, Any], key: str) -> str:
    """Return the identifier or secret under a key, which can be put into a header or a form.

    Args:
        table: a TOML table.
        key: the key in it.

    Raises:
        InvalidField: it is missing, empty, or does not have the syntax of a token.
    """
    text = get_text(table, key)
    if not text:
        raise InvalidField(f"“{key}” is empty")
    if not is_token_syntax(text):
        raise InvalidField(f"“{key}” is too long, or holds a character that can't be in it")
    return text


def get_origin(table: Mapping[str, Any]) -> str:
    """Return the value of `origin`: an https origin, or an http origin on this computer.

    Raises:
        InvalidField: it is missing, or is no such origin.
    """
    origin = get_text(table, "origin")
    match = _ORIGIN.fullmatch(origin)
    if match is None or (match[1] == "http" and not is_loopback(match[2] or match[3])):
        raise InvalidField("“origin” is no address of a server")
    return origin


def decode_account(table: Table) -> models.Account:
    """Return the account in a table.

    Raises:
        InvalidField: a field is missing or invalid.
    """
    account = models.Account(
        server=_decode_server(_subtable(table, "server")),
        id=get_text(table, "id"),
        username=get_text(table, "username"),
        display_name=get_text(table, "display_name", ""),
        token=_decode_token(_subtable(table, "token")),
        client_id=get_token(table, "client_id"),
        verified_at=_decode_time(table, "verified_at"),
        status=_decode_status(table),
        checked_at=_decode_time(table, "checked_at") if "checked_at" in table else None,
    )
    if get_text(table, "handle").casefold() != account.handle.casefold():
        raise InvalidField("“handle” is not that of the user name and the server")
    return account


def encode_account(account: models.Account) -> Table:
    """Return the table of an account."""
    table: Table = {
        "handle": account.handle,
        "id": account.id,
        "username": account.username,
        "display_name": account.display_name,
        "client_id": account.client_id,
        "verified_at": account.verified_at,
        "state": str(account.status),
        "server": _encode_server(account.server),
        "token": _encode_token(account.token),
    }
    if account.checked_at is not None:
        table["checked_at"] = account.checked_at
    return table


def decode_registration(table: Table) -> models.ClientRegistration:
    """Return the registration in a table.

    Raises:
        InvalidField: a field is missing or invalid.
    """
    secret, storage = _decode_secret(table, "client_secret")
    return models.ClientRegistration(
        origin=get_origin(table),
        client_id=get_token(table, "client_id"),
        client_secret=secret,
        scopes=_decode_scopes(table),
        created_at=_decode_time(table, "created_at"),
        storage=storage,
    )


def encode_registration(registration: models.ClientRegistration) -> Table:
    """Return the table of a registration."""
    return {
        "origin": registration.origin,
        "client_id": registration.client_id,
        **_encode_secret(registration.client_secret, "client_secret"),
        "scopes": list(registration.scopes),
        "created_at": registration.created_at,
    }


def decode_pending(table: Table) -> models.PendingSignIn:
    """Return the pending sign-in in a table.

    Raises:
        InvalidField: a field is missing or invalid.
    """
    try:
        step = models.WizardStep(get_text(table, "step"))
    except ValueError:
        raise InvalidField("“step” is no step of the journey") from None
    return models.PendingSignIn(
        state=get_text(table, "state"),
        server=_decode_server(_subtable(table, "server")),
        step=step,
        started_at=_decode_time(table, "started_at"),
        username=get_text(table, "username", ""),
        scopes=_decode_scopes(table),
        client_id=get_text(table, "client_id", "") and get_token(table, "client_id"),
        code_challenge=get_text(table, "challenge", ""),
        token=_decode_token(_subtable(table, "token")) if "token" in table else None,
        renewed_handle=get_text(table, "renews", ""),
        first_state=get_text(table, "first_state", ""),
    )


def encode_pending(pending: models.PendingSignIn) -> Table:
    """Return the table of a pending sign-in."""
    table: Table = {
        "state": pending.state,
        "step": str(pending.step),
        "started_at": pending.started_at,
        "username": pending.username,
        "scopes": list(pending.scopes),
        "client_id": pending.client_id,
        "server": _encode_server(pending.server),
    }
    if pending.renewed_handle:
        table["renews"] = pending.renewed_handle
    if pending.first_state:
        table["first_state"] = pending.first_state
    if pending.code_challenge:
        table["challenge"] = pending.code_challenge
    if pending.token is not None:
        table["token"] = _encode_token(pending.token)
    return table


def _decode_status(table: Table) -> models.AccountStatus:
    try:
        return models.AccountStatus(get_text(table, "state", models.AccountStatus.FINE))
    except ValueError:
        raise InvalidField("“state” is none an account can be in") from None


def _decode_server(table: Table) -> models.Server:
    return models.Server(
        origin=get_origin(table),
        account_domain=get_text(table, "account_domain"),
        title=get_text(table, "title", ""),
        software=get_text(table, "software", ""),
        version=get_text(table, "version", ""),
        metadata=_decode_metadata(_subtable(table, "metadata"))
        if "metadata" in table
        else models.ServerMetadata(),
    )


def _encode_server(server: models.Server) -> Table:
    table: Table = {
        "origin": server.origin,
        "account_domain": server.account_domain,
        "title": server.title,
        "software": server.software,
        "version": server.version,
    }
    if server.metadata != models.ServerMetadata():
        table["metadata"] = _encode_metadata(server.metadata)
    return table


def _decode_metadata(table: Table) -> models.ServerMetadata:
    supports_pkce = table.get("takes_challenge")
    if not isinstance(supports_pkce, bool):
        raise InvalidField("“takes_challenge” is neither true nor false")
    authorization, token, revocation = (
        get_text(table, f"{name}_endpoint") for name in ("authorization", "token", "revocation")
    )
    # A path is appended to the origin: "@example.org" would change the host.
    if not all(path.startswith("/") for path in (authorization, token, revocation)):
        raise InvalidField("an endpoint in “metadata” is not one of its server")
    scopes = _decode_words(table, "scopes_supported")
    return models.ServerMetadata(authorization, token, revocation, supports_pkce, scopes)


def _encode_metadata(metadata: models.ServerMetadata) -> Table:
    return {
        "authorization_endpoint": metadata.authorization_endpoint,
        "token_endpoint": metadata.token_endpoint,
        "revocation_endpoint": metadata.revocation_endpoint,
        "takes_challenge": metadata.supports_pkce,
        "scopes_supported": list(metadata.scopes_supported),
    }


def _decode_token(table: Table) -> models.Token:
    value, storage = _decode_secret(table, "value")
    return models.Token(value, _decode_scopes(table), _decode_time(table, "created_at"), storage)


def _encode_token(token: models.Token) -> Table:
    return {
        **_encode_secret(token.value, "value"),
        "scopes": list(token.scopes),
        "created_at": token.created_at,
    }


def _decode_secret(table: Table, key: str) -> tuple[Secret | KeyringRef, SecretStorage]:
    if _KEYRING_KEY not in table:
        return Secret(get_token(table, key)), SecretStorage.FILE
    if key in table:
        raise InvalidField(f"“{key}” and “{_KEYRING_KEY}” exclude each other")
    return KeyringRef(get_text(table, _KEYRING_KEY)), SecretStorage.KEYRING


def _encode_secret(secret: Secret | KeyringRef, key: str) -> Table:
    if isinstance(secret, KeyringRef):
        return {_KEYRING_KEY: secret.name}
    return {key: secret.reveal()}


def _decode_time(table: Table, key: str) -> datetime:
    value = table.get(key)
    if not isinstance(value, datetime):
        raise InvalidField(f"“{key}” is no date and time")
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise InvalidField(f"“{key}” is out of range") from None


def _decode_scopes(table: Table) -> models.Scopes:
    return _decode_words(table, "scopes")


def _decode_words(table: Table, key: str) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise InvalidField(f"“{key}” is no list of words")
    return tuple(value)


def _subtable(table: Table, key: str) -> Table:
    value = table.get(key)
    if not isinstance(value, dict):
        raise InvalidField(f"the table “{key}” is missing")
    return value
