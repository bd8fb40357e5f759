r"""A config file for curl, so that the token is not on its command line, which all can read.

`curl -K FILE https://example.org/api/v1/notifications`. The form is that of
https://curl.se/docs/manpage.html#-K: an option a line; between double quotes, only `\` and `"`
among the visible characters mean something else.
"""

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret


def write(account: ExportAccount) -> Secret:
    """Return the config for one account.

    curl sends the token to whatever server it is told to ask. The config can't hinder that, only
    say for which one it is, and keep to that one's scheme so that nobody on the way reads it.
    """
    scheme = account.origin.partition("://")[0]
    lines = (
        f"# {account.label}: for {account.origin} only.",
        f"proto = {_quoted('=' + scheme)}",
        f"header = {_quoted('Authorization: Bearer ' + account.token.reveal())}",
    )
    return Secret("".join(f"{line}\n" for line in lines))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
