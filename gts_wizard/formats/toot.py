"""toot's `config.json`, in `~/.config/toot/`.

Its form is that of `toot/config.py` and the classes `App` and `User` in `toot/__init__.py`, in
https://github.com/ihabunek/toot: `apps` by server, `users` by handle, and the `active_user`.
toot fails on keys it does not know, so none are added.
"""

import json
from collections.abc import Sequence

from gts_wizard.fit import is_credential, is_host, is_username
from gts_wizard.formats.imported import Imported, Part
from gts_wizard.formats.unlocked import Unfit, Unlocked
from gts_wizard.secret import Secret


def write(accounts: Sequence[Unlocked]) -> Secret:
    """Return the config with these accounts, the first of them active.

    toot knows one client a server, which it needs for signing in alone: the first one's is taken.

    Raises:
        Unfit: toot could not tell two of their servers apart.
    """
    apps: dict[str, dict[str, str]] = {}
    users: dict[str, dict[str, str]] = {}
    for one in accounts:
        # Not the domain of the handle, which a server chooses itself: it could take another's.
        instance = one.account.server.host
        if apps.setdefault(instance, _app(one, instance))["base_url"] != one.origin:
            raise Unfit(f"{one.origin} differs in its scheme alone from another server")
        users[f"{one.account.username}@{instance}"] = {
            "instance": instance,
            "username": one.account.username,
            "access_token": one.token.reveal(),
        }
    config = {"apps": apps, "users": users, "active_user": next(iter(users), None)}
    return Secret(json.dumps(config, indent=1) + "\n")


def read(text: str) -> list[Imported]:
    """Return the accounts in a config.

    Raises:
        NotUnderstood: it is not what toot writes.
    """
    config = Part.whole(text, json.loads, "JSON")
    apps, users = config.part("apps"), config.part("users")
    return [_imported(apps, users.part(name)) for name in users]


def _app(one: Unlocked, instance: str) -> dict[str, str]:
    return {
        "instance": instance,
        "base_url": one.origin,
        "client_id": one.client.client_id,
        "client_secret": one.client.client_secret.reveal(),
    }


def _imported(apps: Part, user: Part) -> Imported:
    app = apps.part(user.text("instance", is_host))
    return Imported(
        origin=app.origin("base_url"),
        username=user.text("username", is_username),
        client_id=app.text("client_id", is_credential),
        client_secret=Secret(app.text("client_secret", is_credential)),
        token=Secret(user.text("access_token", is_credential)),
    )
