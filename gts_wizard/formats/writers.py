"""Writes an account for curl, and the two files of Mastodon.py."""

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret
from gts_wizard.version import APP_NAME


def write_curl(account: ExportAccount) -> Secret:
    """Return a curl config (`curl -K`) that authorizes requests as one account.

    curl sends the token to every URL it is given; a config can't prevent that. So a comment names
    the server, and curl is restricted to its scheme, so that an https token is never sent by http.
    In a config, only backslash and `"` mean something between double quotes
    (https://curl.se/docs/manpage.html#-K).
    """
    scheme = account.origin.partition("://")[0]
    comment = f"# For {account.origin} only."
    if account.account.username:
        comment = f"# {account.label}: for {account.origin} only."
    lines = (
        comment,
        f"proto = {_quote_curl('=' + scheme)}",
        f"header = {_quote_curl(f'Authorization: Bearer {account.token.reveal()}')}",
    )
    return _lines(*lines)


def _quote_curl(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def write_mastodon_py(account: ExportAccount) -> Secret:
    """Return Mastodon.py's user-secret file of one account: token, origin and client, by lines.

    See `Mastodon.log_in(to_file=…)` and `mastodon/authentication.py` in
    https://github.com/halcy/Mastodon.py. Older versions read fewer of the lines; a client that is
    not known has none.
    """
    client = (account.client_id, account.client_secret.reveal()) if account.client else ()
    return _lines(account.token.reveal(), account.origin, *client)


def write_mastodon_py_client(account: ExportAccount) -> Secret:
    """Return Mastodon.py's client-secret file of one account: client, origin and name, by lines.

    See `Mastodon.create_app(to_file=…)`. Programs such as feed2toot read it beside the user-secret
    file, and need it to be there even if they only use the token: a client that is not known is two
    empty lines. The name is what a program calls itself to the server.
    """
    return _lines(account.client_id, account.client_secret.reveal(), account.origin, APP_NAME)


def _lines(*lines: str) -> Secret:
    return Secret("".join(f"{line}\n" for line in lines))
