"""Writes accounts for curl, Mastodon.py, and as JSON."""

import json
from collections.abc import Sequence

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret


def write_curl(account: ExportAccount) -> Secret:
    """Return a curl config (`curl -K`) that authorizes requests as one account.

    curl sends the token to every URL it is given; a config can't prevent that. So a comment names
    the server, and curl is restricted to its scheme, so that an https token is never sent by http.
    In a config, only backslash and `"` mean something between double quotes
    (https://curl.se/docs/manpage.html#-K).
    """
    scheme = account.origin.partition("://")[0]
    lines = (
        f"# {account.label}: for {account.origin} only.",
        f"proto = {_quote_curl('=' + scheme)}",
        f"header = {_quote_curl('Authorization: Bearer ' + account.token.reveal())}",
    )
    return Secret("".join(f"{line}\n" for line in lines))


def _quote_curl(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def write_mastodon_py(account: ExportAccount) -> Secret:
    """Return a Mastodon.py user secret file for one account: token, origin and client, by lines.

    See `Mastodon.log_in(to_file=…)` and `mastodon/authentication.py` in
    https://github.com/halcy/Mastodon.py. Older versions read fewer of the lines.
    """
    lines = (
        account.token.reveal(),
        account.origin,
        account.client.client_id,
        account.client.client_secret.reveal(),
    )
    return Secret("".join(f"{line}\n" for line in lines))


def write_json(accounts: Sequence[ExportAccount]) -> Secret:
    """Return a JSON list of the accounts, with their secrets: everything, for any program.

    Keys may be added, but these stay as they are:

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
    return Secret(json.dumps([_json_object(account) for account in accounts], indent=2) + "\n")


def _json_object(account: ExportAccount) -> dict[str, str | list[str]]:
    token = account.account.token
    return {
        "handle": account.account.handle,
        "username": account.account.username,
        "id": account.account.id,
        "server": account.origin,
        "client_id": account.client.client_id,
        "client_secret": account.client.client_secret.reveal(),
        "access_token": account.token.reveal(),
        "scopes": list(token.scopes),
        "created_at": token.created_at.isoformat(),
    }
