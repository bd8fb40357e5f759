"""Writes and reads the wizard's own JSON, which has everything of an account, for any program."""

import json
from collections.abc import Sequence

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.formats.reader import ImportedAccount, parse_tables, read_client, read_origin
from gts_wizard.secret import Secret
from gts_wizard.table_reader import TableReader
from gts_wizard.validation import is_token_syntax, is_username


def write(accounts: Sequence[ExportAccount]) -> Secret:
    """Return a list of the accounts, with their secrets.

    Keys may be added, but these stay as they are:

        handle          such as "@alice@example.org"
        username        such as "alice"
        id              the server's identifier of the account
        server          the origin of the server's API, such as "https://example.org"
        client_id       the client identifier (RFC 6749 section 2.2), or null
        client_secret   the client's password (RFC 6749 section 2.3.1), or null
        access_token    the bearer token (RFC 6750)
        scopes          what the token may do, a list of words
        created_at      when it was issued, in UTC (RFC 3339)

    The client is null where none is known. All characters beyond
    ASCII are escaped.
    """
    return Secret(json.dumps([_json_object(account) for account in accounts], indent=2) + "\n")


def read(text: str) -> list[ImportedAccount]:
    """Return the accounts in a list that `write` wrote; the handles are not needed.

    Raises:
        InvalidFormat: it is not such a list.
    """
    return [_read_account(account) for account in parse_tables(text, json.loads, "JSON")]


def _json_object(account: ExportAccount) -> dict[str, str | list[str] | None]:
    token = account.account.token
    return {
        "handle": account.account.handle,
        "username": account.account.username,
        "id": account.account.id,
        "server": account.origin,
        "client_id": account.client_id or None,
        "client_secret": account.client_secret.reveal() or None,
        "access_token": account.token.reveal(),
        "scopes": list(token.scopes),
        "created_at": token.created_at.isoformat(),
    }


def _read_account(account: TableReader) -> ImportedAccount:
    origin = read_origin(account, "server")
    scopes = account.words("scopes")
    if not all(map(is_token_syntax, scopes)):
        raise account.invalid("scopes", "“{key}” has something that isn't a permission")
    return ImportedAccount(
        origin=origin,
        username=account.valid_text("username", is_username),
        client=read_client(account, origin, "client_id", "client_secret"),
        token=Secret(account.valid_text("access_token", is_token_syntax)),
        id=account.valid_text("id", is_token_syntax),
        scopes=scopes,
        created_at=account.iso_time("created_at"),
    )
