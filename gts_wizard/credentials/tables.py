"""One record to its TOML table and back. Pure functions; `schema` comes in."""

from datetime import UTC, datetime

from gts_wizard.credentials.values import Damage, Table, credential_of, origin_of, text_of
from gts_wizard.models import (
    Account,
    Attempt,
    Metadata,
    Registration,
    Scopes,
    Server,
    State,
    Step,
    Token,
)
from gts_wizard.secret import InKeyring, Place, Secret

_IN_KEYRING = "keyring"
# What this version may leave out of a table it writes; any other absent key is somebody else's.
OPTIONAL = frozenset(
    {"token", "value", "client_secret", _IN_KEYRING}
    | {"challenge", "renews", "metadata", "checked_at"}
)


def account_of(table: Table) -> Account:
    """Return the account that a table describes.

    Raises:
        Damage: the table is not of the shape it must have.
    """
    account = Account(
        server=_server(_inner(table, "server")),
        id=text_of(table, "id"),
        username=text_of(table, "username"),
        display_name=text_of(table, "display_name", ""),
        token=_token(_inner(table, "token")),
        client_id=credential_of(table, "client_id"),
        verified_at=_time(table, "verified_at"),
        state=_state(table),
        checked_at=_time(table, "checked_at") if "checked_at" in table else None,
    )
    if text_of(table, "handle").casefold() != account.handle.casefold():
        raise Damage("“handle” is not that of the user name and the server")
    return account


def account_table(account: Account) -> Table:
    """Return the table of an account."""
    table: Table = {
        "handle": account.handle,
        "id": account.id,
        "username": account.username,
        "display_name": account.display_name,
        "client_id": account.client_id,
        "verified_at": account.verified_at,
        "state": str(account.state),
        "server": _server_table(account.server),
        "token": _token_table(account.token),
    }
    if account.checked_at is not None:
        table["checked_at"] = account.checked_at
    return table


def registration_of(table: Table) -> Registration:
    """Return the registration that a table describes.

    Raises:
        Damage: the table is not of the shape it must have.
    """
    secret, place = _secret(table, "client_secret")
    return Registration(
        origin=origin_of(table),
        client_id=credential_of(table, "client_id"),
        client_secret=secret,
        scopes=_scopes(table),
        created_at=_time(table, "created_at"),
        kept_in=place,
    )


def registration_table(registration: Registration) -> Table:
    """Return the table of a registration."""
    return {
        "origin": registration.origin,
        "client_id": registration.client_id,
        **_secret_table(registration.client_secret, "client_secret"),
        "scopes": list(registration.scopes),
        "created_at": registration.created_at,
    }


def attempt_of(table: Table) -> Attempt:
    """Return the attempt that a table describes.

    Raises:
        Damage: the table is not of the shape it must have.
    """
    try:
        step = Step(text_of(table, "step"))
    except ValueError:
        raise Damage("“step” is no step of the journey") from None
    return Attempt(
        state=text_of(table, "state"),
        server=_server(_inner(table, "server")),
        step=step,
        started_at=_time(table, "started_at"),
        username=text_of(table, "username", ""),
        scopes=_scopes(table),
        client_id=text_of(table, "client_id", "") and credential_of(table, "client_id"),
        challenge=text_of(table, "challenge", ""),
        token=_token(_inner(table, "token")) if "token" in table else None,
        renews=text_of(table, "renews", ""),
    )


def attempt_table(attempt: Attempt) -> Table:
    """Return the table of an attempt."""
    table: Table = {
        "state": attempt.state,
        "step": str(attempt.step),
        "started_at": attempt.started_at,
        "username": attempt.username,
        "scopes": list(attempt.scopes),
        "client_id": attempt.client_id,
        "server": _server_table(attempt.server),
    }
    if attempt.renews:
        table["renews"] = attempt.renews
    if attempt.challenge:
        table["challenge"] = attempt.challenge
    if attempt.token is not None:
        table["token"] = _token_table(attempt.token)
    return table


def _state(table: Table) -> State:
    try:
        return State(text_of(table, "state", State.FINE))
    except ValueError:
        raise Damage("“state” is none an account can be in") from None


def _server(table: Table) -> Server:
    return Server(
        origin=origin_of(table),
        account_domain=text_of(table, "account_domain"),
        title=text_of(table, "title", ""),
        software=text_of(table, "software", ""),
        version=text_of(table, "version", ""),
        metadata=_metadata(_inner(table, "metadata")) if "metadata" in table else Metadata(),
    )


def _server_table(server: Server) -> Table:
    table: Table = {
        "origin": server.origin,
        "account_domain": server.account_domain,
        "title": server.title,
        "software": server.software,
        "version": server.version,
    }
    if server.metadata != Metadata():
        table["metadata"] = _metadata_table(server.metadata)
    return table


def _metadata(table: Table) -> Metadata:
    takes_challenge = table.get("takes_challenge")
    if not isinstance(takes_challenge, bool):
        raise Damage("“takes_challenge” is neither true nor false")
    authorization, token, revocation = (
        text_of(table, f"{name}_endpoint") for name in ("authorization", "token", "revocation")
    )
    # What follows the origin must not make it another one.
    if not all(path.startswith("/") for path in (authorization, token, revocation)):
        raise Damage("an endpoint in “metadata” is not one of its server")
    scopes = _words(table, "scopes_supported")
    return Metadata(authorization, token, revocation, takes_challenge, scopes)


def _metadata_table(metadata: Metadata) -> Table:
    return {
        "authorization_endpoint": metadata.authorization_endpoint,
        "token_endpoint": metadata.token_endpoint,
        "revocation_endpoint": metadata.revocation_endpoint,
        "takes_challenge": metadata.takes_challenge,
        "scopes_supported": list(metadata.scopes_supported),
    }


def _token(table: Table) -> Token:
    value, place = _secret(table, "value")
    return Token(value, _scopes(table), _time(table, "created_at"), place)


def _token_table(token: Token) -> Table:
    return {
        **_secret_table(token.value, "value"),
        "scopes": list(token.scopes),
        "created_at": token.created_at,
    }


def _secret(table: Table, key: str) -> tuple[Secret | InKeyring, Place]:
    if _IN_KEYRING not in table:
        return Secret(credential_of(table, key)), Place.FILE
    if key in table:
        raise Damage(f"“{key}” and “{_IN_KEYRING}” exclude each other")
    return InKeyring(text_of(table, _IN_KEYRING)), Place.KEYRING


def _secret_table(secret: Secret | InKeyring, key: str) -> Table:
    if isinstance(secret, InKeyring):
        return {_IN_KEYRING: secret.name}
    return {key: secret.reveal()}


def _time(table: Table, key: str) -> datetime:
    value = table.get(key)
    if not isinstance(value, datetime):
        raise Damage(f"“{key}” is no date and time")
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise Damage(f"“{key}” is out of range") from None


def _scopes(table: Table) -> Scopes:
    return _words(table, "scopes")


def _words(table: Table, key: str) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise Damage(f"“{key}” is no list of words")
    return tuple(value)


def _inner(table: Table, key: str) -> Table:
    value = table.get(key)
    if not isinstance(value, dict):
        raise Damage(f"the table “{key}” is missing")
    return value
