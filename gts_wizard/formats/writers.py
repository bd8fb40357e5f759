"""Writes accounts for curl, shells, Mastodon.py, and as JSON."""

import json
import shlex
from collections.abc import Sequence

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.secret import Secret


def write_curl(account: ExportAccount) -> Secret:
    """Return the config for one account.

    curl sends the token to whatever server it is told to ask. The config can't hinder that, only
    say for which one it is, and keep to that one's scheme so that nobody on the way reads it.
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


def write_env(account: ExportAccount) -> Secret:
    """Return the lines for one account; nothing in them but the values comes from a server."""
    values = {
        "MASTODON_API_BASE_URL": account.origin,
        "MASTODON_BASE_URL": account.origin,
        "MASTODON_ACCESS_TOKEN": account.token.reveal(),
    }
    return Secret("".join(f"{name}={_quote_shell(value)}\n" for name, value in values.items()))


def _quote_shell(value: str) -> str:
    # What shlex leaves bare, zsh may not: there, `=ls` is `/usr/bin/ls`.
    return f"'{value}'" if "=" in value and "'" not in value else shlex.quote(value)


def write_mastodon_py(account: ExportAccount) -> Secret:
    """Return the file for one account."""
    lines = (
        account.token.reveal(),
        account.origin,
        account.client.client_id,
        account.client.client_secret.reveal(),
    )
    return Secret("".join(f"{line}\n" for line in lines))


def write_json(accounts: Sequence[ExportAccount]) -> Secret:
    """Return the list of the accounts."""
    return Secret(json.dumps([_json_object(one) for one in accounts], indent=2) + "\n")


def _json_object(one: ExportAccount) -> dict[str, str | list[str]]:
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
