"""The wizard's own JSON, for programs that know no other format: all of an account's access.

A list with an object for each account. Keys may be added, but these stay as they are:

    handle          such as "@alice@example.org"
    username        such as "alice"
    id              the server's identifier of the account
    server          the origin of the server's API, such as "https://example.org"
    client_id       the client identifier (RFC 6749 section 2.2)
    client_secret   the client's password (RFC 6749 section 2.3.1)
    access_token    the bearer token (RFC 6750)
    scopes          what the token may do, a list of words
    created_at      when it was issued, in UTC (RFC 3339)

All characters beyond ASCII are escaped.
"""

import json
from collections.abc import Sequence

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret


def write(accounts: Sequence[ExportAccount]) -> Secret:
    """Return the list of the accounts."""
    return Secret(json.dumps([_object(one) for one in accounts], indent=2) + "\n")


def _object(one: ExportAccount) -> dict[str, str | list[str]]:
    token = one.account.token
    return {
        "handle": one.account.handle,
        "username": one.account.username,
        "id": one.account.id,
        "server": one.origin,
        "client_id": one.client.client_id,
        "client_secret": one.client.client_secret.reveal(),
        "access_token": one.token.reveal(),
        "scopes": list(token.scopes),
        "created_at": token.created_at.isoformat(),
    }
