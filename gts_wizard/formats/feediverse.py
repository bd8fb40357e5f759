"""Writes the configuration of feediverse, `~/.feediverse`.

Its format is defined by `main` and `setup` in `feediverse.py` of https://github.com/edsu/feediverse.
It is YAML, which takes strings as JSON writes them, but no escaped surrogate pairs.
"""

import json
from datetime import UTC, datetime

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret

_TEXT = """\
url: {url}
client_id: {client_id}
client_secret: {client_secret}
access_token: {access_token}
# Only what is newer than this is posted.
updated: {updated}
feeds: [
  # A line for each feed, without the number sign:
  # {{url: "https://example.org/feed.xml", template: "{{title}} {{url}}"}},
]
"""


def write(account: ExportAccount) -> Secret:
    """Return the configuration for one account, with no feed yet.

    feediverse uses only the token, so a client that is not known is null.
    """
    values = {
        "url": account.origin,
        "client_id": account.client_id or None,
        "client_secret": account.client_secret.reveal() or None,
        "access_token": account.token.reveal(),
        # Otherwise the first run would post everything that is in a feed.
        "updated": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    quoted = {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}
    return Secret(_TEXT.format_map(quoted))
