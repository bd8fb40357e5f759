"""The file in which Mastodon.py keeps a user's access: `Mastodon(access_token="FILE")`.

Four lines: the access token, the origin, the client identifier, the client secret; see
`Mastodon.log_in(to_file=…)` and `mastodon/authentication.py` in
https://github.com/halcy/Mastodon.py. Older versions read fewer of them.
"""

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret


def write(account: ExportAccount) -> Secret:
    """Return the file for one account."""
    lines = (
        account.token.reveal(),
        account.origin,
        account.client.client_id,
        account.client.client_secret.reveal(),
    )
    return Secret("".join(f"{line}\n" for line in lines))
