"""The environment variables that programs read an account from, and shell lines that set them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from gts_wizard.formats.export_account import ExportAccount


def environment_variables(origin: str, token: Secret) -> dict[str, str]:
    """Return the variables for one account, by name, with the token revealed.

    There is no standard for the names: these are what scripts made with Mastodon.py
    (https://mastodonpy.readthedocs.io) or Ruby's mastodon-api read. The client secret, which no
    program needs to act for the account, stays out.
    """
    return {
        "MASTODON_API_BASE_URL": origin,
        "MASTODON_BASE_URL": origin,
        "MASTODON_ACCESS_TOKEN": token.reveal(),
    }


def write_env(account: ExportAccount) -> Secret:
    """Return shell assignments of one account's variables, with all values quoted.

    No line has `export`, which systemd's `EnvironmentFile=` would not take.
    """
    variables = environment_variables(account.origin, account.token)
    return Secret("".join(f"{name}={_quote_shell(value)}\n" for name, value in variables.items()))


def _quote_shell(value: str) -> str:
    # shlex does not quote "=", but zsh expands it: `=ls` becomes `/usr/bin/ls`.
    return f"'{value}'" if "=" in value and "'" not in value else shlex.quote(value)
