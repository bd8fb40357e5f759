"""Accounts as commands show them: a line for people, an object for programs.

`accounts` and `check` come in; pure functions. The objects are documented in the README, hold no
secret, and only ever gain fields.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC
from typing import TYPE_CHECKING

from gts_wizard.messages import STATUS_LABELS, last_checked, relative_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import Account

_COLUMNS = 80
# A longer handle pushes only its own line aside.
_MAX_HANDLE_WIDTH = 36


def default_handle(shelf: Credentials) -> str:
    """Return the handle of the account that commands take when none is named; maybe empty."""
    account = shelf.account(shelf.default)
    if account is None and len(shelf.accounts) == 1:
        account = shelf.accounts[0]
    return account.handle if account else ""


def as_json(accounts: Iterable[Account], default: str) -> str:
    """Return accounts as a list of objects.

    Args:
        accounts: what is listed.
        default: the handle of the default one.
    """
    return json.dumps([_as_object(one, default) for one in accounts], indent=2)


def as_lines(accounts: Sequence[Account], default: str, now: datetime) -> list[str]:
    """Return accounts as lines of 80 columns: the default's mark, handle, state, name.

    Args:
        accounts: what is listed.
        default: the handle of the default one.
        now: the time, UTC.
    """
    states = [
        f"{STATUS_LABELS[one.status]}, {relative_time(last_checked(one), now)}" for one in accounts
    ]
    handles = handle_width(accounts)
    widest = max(map(len, states), default=0)
    lines = []
    for account, state in zip(accounts, states, strict=True):
        mark = "*" if account.handle == default else " "
        facts = f"{mark} {account.handle:{handles}}  {state:{widest}}  "
        lines.append((facts + _cut(account.display_name, _COLUMNS - len(facts))).rstrip())
    return lines


def handle_width(accounts: Iterable[Account]) -> int:
    """Return how wide a column of handles is."""
    widths = (len(one.handle) for one in accounts)
    return max((width for width in widths if width <= _MAX_HANDLE_WIDTH), default=0)


def _as_object(account: Account, default: str) -> dict[str, object]:
    moment = last_checked(account).astimezone(UTC)
    return {
        "handle": account.handle,
        "display_name": account.display_name,
        "server": account.server.origin,
        "account_domain": account.server.account_domain,
        "software": account.server.software,
        "version": account.server.version,
        "scopes": list(account.token.scopes),
        "state": str(account.status),
        "checked_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "default": account.handle == default,
        "secrets_in": str(account.token.storage),
    }


def _cut(name: str, columns: int) -> str:
    """Cut a name to what is left of a line; to nothing where nothing is left."""
    if _width(name) <= columns:
        return name
    while name and _width(name) >= columns:
        name = name[:-1]
    return f"{name.rstrip()}…" if name else ""


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    shown = (one for one in text if not unicodedata.combining(one))
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in shown)
