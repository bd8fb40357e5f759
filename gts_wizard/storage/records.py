"""Converts accounts, registrations, pending sign-ins and replaced tokens to TOML tables and back.

Pure functions.
"""

import re
from typing import Any

from gts_wizard import models
from gts_wizard.oauth.app_name import read_app_name
from gts_wizard.oauth.redirect_uri import loopback_port
from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.table_reader import TableReader
from gts_wizard.validation import is_loopback, is_token_syntax
from gts_wizard.version import APP_NAME

Table = dict[str, Any]
# An origin as the wizard writes it (RFC 6454 section 6.2), with no path and no user information.
_ORIGIN = re.compile(r"(https?)://(?:([A-Za-z0-9.-]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?")
_KEYRING_KEY = "keyring"
# The keys that this version may leave out of a table. Every other key that it does not write is
# unknown to it, and kept.
OPTIONAL_KEYS = frozenset(
    {"token", "value", "client_secret", _KEYRING_KEY}
    | {"challenge", "renews", "first_state", "chosen_scopes", "metadata", "checked_at"}
    | {"redirect_uri", "redirect_uris", "code_sent", "name", "app_name"}
)


def decode_account(table: TableReader) -> models.Account:
    """Return the account in a table.

    Raises:
        InvalidFormat: a field is missing or invalid.
    """
    account = models.Account(
        server=_decode_server(table.table("server")),
        id=table.text("id"),
        username=table.text("username"),
        display_name=table.text("display_name", ""),
        token=_decode_token(table.table("token")),
        client_id=_decode_client_id(table),
        verified_at=table.time("verified_at"),
        status=_decode_status(table.text("state", models.AccountStatus.FINE)),
        checked_at=table.time("checked_at") if "checked_at" in table else None,
    )
    if table.text("handle").casefold() != account.handle.casefold():
        raise table.invalid("handle", "“{key}” doesn't match the username and the server")
    return account


def _decode_status(state: str) -> models.AccountStatus:
    # A later version may know more of them; the next check finds out again.
    is_known = state in list(models.AccountStatus)
    return models.AccountStatus(state if is_known else models.AccountStatus.UNREACHABLE)


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


def decode_registration(table: TableReader) -> models.ClientRegistration:
    """Return the registration in a table.

    Raises:
        InvalidFormat: a field is missing or invalid.
    """
    secret, storage = _decode_secret(table, "client_secret")
    return models.ClientRegistration(
        origin=_decode_origin(table),
        client_id=table.valid_text("client_id", is_token_syntax),
        client_secret=secret,
        scopes=table.words("scopes"),
        created_at=table.time("created_at"),
        storage=storage,
        redirect_uris=table.words("redirect_uris")
        if "redirect_uris" in table
        else (models.OOB_REDIRECT_URI,),
        name=_decode_app_name(table, "name"),
    )


def encode_registration(registration: models.ClientRegistration) -> Table:
    """Return the table of a registration."""
    table: Table = {
        "origin": registration.origin,
        "client_id": registration.client_id,
        **_encode_secret(registration.client_secret, "client_secret"),
        "scopes": list(registration.scopes),
        "created_at": registration.created_at,
    }
    if registration.redirect_uris != (models.OOB_REDIRECT_URI,):
        table["redirect_uris"] = list(registration.redirect_uris)
    if registration.name != APP_NAME:
        table["name"] = registration.name
    return table


def decode_pending(table: TableReader) -> models.PendingSignIn:
    """Return the pending sign-in in a table.

    Raises:
        InvalidFormat: a field is missing or invalid.
    """
    return models.PendingSignIn(
        state=table.text("state"),
        server=_decode_server(table.table("server")),
        step=table.choice("step", models.WizardStep),
        started_at=table.time("started_at"),
        username=table.text("username", ""),
        scopes=table.words("scopes"),
        client_id=_decode_client_id(table),
        code_challenge=table.text("challenge", ""),
        token=_decode_token(table.table("token")) if "token" in table else None,
        renewed_handle=table.text("renews", ""),
        first_state=table.text("first_state", ""),
        chosen_scopes=table.words("chosen_scopes") if "chosen_scopes" in table else (),
        redirect_uri=_decode_redirect_uri(table),
        code_sent=table.boolean("code_sent") if "code_sent" in table else False,
        app_name=_decode_app_name(table, "app_name"),
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
    if pending.chosen_scopes:
        table["chosen_scopes"] = list(pending.chosen_scopes)
    if pending.code_challenge:
        table["challenge"] = pending.code_challenge
    if pending.redirect_uri != models.OOB_REDIRECT_URI:
        table["redirect_uri"] = pending.redirect_uri
    if pending.code_sent:
        table["code_sent"] = True
    if pending.app_name != APP_NAME:
        table["app_name"] = pending.app_name
    if pending.token is not None:
        table["token"] = _encode_token(pending.token)
    return table


def decode_replaced(table: TableReader) -> models.ReplacedToken:
    """Return the replaced token in a table.

    Raises:
        InvalidFormat: a field is missing or invalid.
    """
    return models.ReplacedToken(
        handle=table.text("handle"),
        server=_decode_server(table.table("server")),
        client_id=_decode_client_id(table),
        token=_decode_token(table.table("token")),
    )


def encode_replaced(replaced: models.ReplacedToken) -> Table:
    """Return the table of a replaced token."""
    return {
        "handle": replaced.handle,
        "client_id": replaced.client_id,
        "server": _encode_server(replaced.server),
        "token": _encode_token(replaced.token),
    }


def _decode_client_id(table: TableReader) -> str:
    return table.text("client_id", "") and table.valid_text("client_id", is_token_syntax)


def _decode_app_name(table: TableReader, key: str) -> str:
    # It is shown, and whoever edits the file may have put anything there.
    return read_app_name(table.text(key, APP_NAME))


def _decode_redirect_uri(table: TableReader) -> str:
    redirect_uri = table.text("redirect_uri", models.OOB_REDIRECT_URI)
    if redirect_uri != models.OOB_REDIRECT_URI and loopback_port(redirect_uri) is None:
        raise table.invalid("redirect_uri", "“{key}” isn't one that the wizard uses")
    return redirect_uri


def _decode_server(table: TableReader) -> models.Server:
    return models.Server(
        origin=_decode_origin(table),
        account_domain=table.text("account_domain"),
        title=table.text("title", ""),
        software=table.text("software", ""),
        version=table.text("version", ""),
        metadata=_decode_metadata(table.table("metadata"))
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


def _decode_origin(table: TableReader) -> str:
    origin = table.text("origin")
    match = _ORIGIN.fullmatch(origin)
    if match is None or (match[1] == "http" and not is_loopback(match[2] or match[3])):
        raise table.invalid("origin", "“{key}” isn't a server's address")
    return origin


def _decode_metadata(table: TableReader) -> models.ServerMetadata:
    return models.ServerMetadata(
        authorization_endpoint=_decode_endpoint(table, "authorization_endpoint"),
        token_endpoint=_decode_endpoint(table, "token_endpoint"),
        revocation_endpoint=_decode_endpoint(table, "revocation_endpoint"),
        supports_pkce=table.boolean("takes_challenge"),
        scopes_supported=table.words("scopes_supported"),
    )


def _decode_endpoint(table: TableReader, key: str) -> str:
    path = table.text(key)
    # It is appended to the origin: "@example.org" would change the host.
    if not path.startswith("/"):
        raise table.invalid(key, "“{key}” isn't on its server")
    return path


def _encode_metadata(metadata: models.ServerMetadata) -> Table:
    return {
        "authorization_endpoint": metadata.authorization_endpoint,
        "token_endpoint": metadata.token_endpoint,
        "revocation_endpoint": metadata.revocation_endpoint,
        "takes_challenge": metadata.supports_pkce,
        "scopes_supported": list(metadata.scopes_supported),
    }


def _decode_token(table: TableReader) -> models.Token:
    value, storage = _decode_secret(table, "value")
    return models.Token(value, table.words("scopes"), table.time("created_at"), storage)


def _encode_token(token: models.Token) -> Table:
    return {
        **_encode_secret(token.value, "value"),
        "scopes": list(token.scopes),
        "created_at": token.created_at,
    }


def _decode_secret(table: TableReader, key: str) -> tuple[Secret | KeyringRef, SecretStorage]:
    if _KEYRING_KEY not in table:
        return Secret(table.valid_text(key, is_token_syntax)), SecretStorage.FILE
    if key in table:
        raise table.invalid(key, "“{key}” and “{other}” can't both be there", other=_KEYRING_KEY)
    return KeyringRef(table.text(_KEYRING_KEY)), SecretStorage.KEYRING


def _encode_secret(secret: Secret | KeyringRef, key: str) -> Table:
    if isinstance(secret, KeyringRef):
        return {_KEYRING_KEY: secret.name}
    return {key: secret.reveal()}
