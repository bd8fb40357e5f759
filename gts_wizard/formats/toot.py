"""toot's `config.json`, in `~/.config/toot/`.

Its form is that of `toot/config.py` and the classes `App` and `User` in `toot/__init__.py`, in
https://github.com/ihabunek/toot: `apps` by server, `users` by handle, and the `active_user`.
toot fails on keys it does not know, so none are added.
"""

import json
from collections.abc import Sequence

from gts_wizard.formats.export_account import ExportAccount, NotExportable
from gts_wizard.formats.reader import ImportedAccount, Node
from gts_wizard.secret import Secret
from gts_wizard.validation import is_host, is_token_syntax, is_username


def write(accounts: Sequence[ExportAccount]) -> Secret:
    """Return the config with these accounts, the first of them active.

    toot knows one client a server, which it needs for signing in alone: the first one's is taken.

    Raises:
        NotExportable: toot could not tell two of their servers apart.
    """
    apps: dict[str, dict[str, str]] = {}
    users: dict[str, dict[str, str]] = {}
    for one in accounts:
        # Not the domain of the handle, which a server chooses itself: it could take another's.
        instance = one.account.server.host
        if apps.setdefault(instance, _app(one, instance))["base_url"] != one.origin:
            raise NotExportable(f"{one.origin} differs in its scheme alone from another server")
        users[f"{one.account.username}@{instance}"] = {
            "instance": instance,
            "username": one.account.username,
            "access_token": one.token.reveal(),
        }
    config = {"apps": apps, "users": users, "active_user": next(iter(users), None)}
    return Secret(json.dumps(config, indent=1) + "\n")


def read(text: str) -> list[ImportedAccount]:
    """Return the accounts in a config.

    Raises:
        InvalidFormat: it is not what toot writes.
    """
    config = Node.parse(text, json.loads, "JSON")
    apps, users = config.child("apps"), config.child("users")
    return [_imported(apps, users.child(name)) for name in users]


def _app(one: ExportAccount, instance: str) -> dict[str, str]:
    return {
        "instance": instance,
        "base_url": one.origin,
        "client_id": one.client.client_id,
        "client_secret": one.client.client_secret.reveal(),
    }


def _imported(apps: Node, user: Node) -> ImportedAccount:
    app = apps.child(user.text("instance", is_host))
    return ImportedAccount(
        origin=app.origin("base_url"),
        username=user.text("username", is_username),
        client_id=app.text("client_id", is_token_syntax),
        client_secret=Secret(app.text("client_secret", is_token_syntax)),
        token=Secret(user.text("access_token", is_token_syntax)),
    )
