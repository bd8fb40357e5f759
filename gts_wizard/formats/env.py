"""Environment variables, as lines that a shell reads.

There is no standard for the names. These are what many scripts read that were made with Mastodon.py
(https://mastodonpy.readthedocs.io) or with the mastodon-api of Ruby:

    MASTODON_API_BASE_URL   the origin of the server
    MASTODON_BASE_URL       the same
    MASTODON_ACCESS_TOKEN   the access token

`set -a; . FILE; set +a` hands them on to programs, in sh, bash and zsh alike. The lines have no
`export`, which systemd's `EnvironmentFile=` would not take. What a program does not need to act
for the account, such as the client secret, stays out.
"""

import shlex

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret


def write(account: ExportAccount) -> Secret:
    """Return the lines for one account; nothing in them but the values comes from a server."""
    values = {
        "MASTODON_API_BASE_URL": account.origin,
        "MASTODON_BASE_URL": account.origin,
        "MASTODON_ACCESS_TOKEN": account.token.reveal(),
    }
    return Secret("".join(f"{name}={_quoted(value)}\n" for name, value in values.items()))


def _quoted(value: str) -> str:
    # What shlex leaves bare, zsh may not: there, `=ls` is `/usr/bin/ls`.
    return f"'{value}'" if "=" in value and "'" not in value else shlex.quote(value)
