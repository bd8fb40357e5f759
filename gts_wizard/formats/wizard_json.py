"""Writes and reads the wizard's own JSON, which has everything of an account, for any program."""

import json
from collections.abc import Sequence

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret


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

    The client is null where the token was not issued to the wizard. All characters beyond
    ASCII are escaped.

    Raises:
        NotExportable: a username is not known.
    """
    return Secret(json.dumps([_json_object(account) for account in accounts], indent=2) + "\n")


def _json_object(account: ExportAccount) -> dict[str, str | list[str] | None]:
    token = account.account.token
    return {
        "handle": account.account.handle,
        "username": account.require_username(),
        "id": account.account.id,
        "server": account.origin,
        "client_id": account.client_id or None,
        "client_secret": account.client_secret.reveal() or None,
        "access_token": account.token.reveal(),
        "scopes": list(token.scopes),
        "created_at": token.created_at.isoformat(),
    }
