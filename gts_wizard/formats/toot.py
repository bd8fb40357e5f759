"""Writes and reads toot's `config.json`, in `~/.config/toot/`.

Its format is defined by `toot/config.py` and the classes `App` and `User` in `toot/__init__.py` of
https://github.com/ihabunek/toot: `apps` by server, `users` by handle, and the `active_user`.
toot fails on unknown keys, so none are added.
"""

import json
from collections.abc import Sequence

from gts_wizard.formats.export_account import ExportAccount, NotExportable
from gts_wizard.formats.reader import ImportedAccount, parse_table, read_client, read_origin
from gts_wizard.secret import Secret
from gts_wizard.table_reader import TableReader
from gts_wizard.validation import is_host, is_token_syntax, is_username


def write(accounts: Sequence[ExportAccount]) -> Secret:
    """Return the config with these accounts, the first of them active.

    toot has one client per server, and uses it only to sign in: the first that an account has is
    written, or else an empty one.

    Raises:
        NotExportable: two servers differ in their scheme alone, which toot can't tell apart.
    """
    apps: dict[str, dict[str, str]] = {}
    users: dict[str, dict[str, str]] = {}
    for account in accounts:
        # The domain of the handle is the server's own claim, and could be another server's.
        instance = account.account.server.host
        app = apps.setdefault(instance, _app(account, instance))
        if app["base_url"] != account.origin:
            raise NotExportable(
                f"{account.origin} and another server differ only by http and https."
            )
        if not app["client_id"]:
            apps[instance] = _app(account, instance)
        users[f"{account.account.username}@{instance}"] = {
            "instance": instance,
            "username": account.account.username,
            "access_token": account.token.reveal(),
        }
    config = {"apps": apps, "users": users, "active_user": next(iter(users), None)}
    return Secret(json.dumps(config, indent=1) + "\n")


def read(text: str) -> list[ImportedAccount]:
    """Return the accounts in the text of a config.

    Raises:
        InvalidFormat: it is not in toot's format.
    """
    config = parse_table(text, json.loads, "JSON")
    apps, users = config.table("apps"), config.table("users")
    return [_read_account(apps, users.table(name)) for name in users]


def _app(account: ExportAccount, instance: str) -> dict[str, str]:
    return {
        "instance": instance,
        "base_url": account.origin,
        "client_id": account.client_id,
        "client_secret": account.client_secret.reveal(),
    }


def _read_account(apps: TableReader, user: TableReader) -> ImportedAccount:
    app = apps.table(user.valid_text("instance", is_host))
    origin = read_origin(app, "base_url")
    return ImportedAccount(
        origin=origin,
        username=user.valid_text("username", is_username),
        client=read_client(app, origin, "client_id", "client_secret"),
        token=Secret(user.valid_text("access_token", is_token_syntax)),
    )
