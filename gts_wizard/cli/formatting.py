"""Formats accounts for standard output: lines for people, JSON for programs.

Pure functions. The JSON objects are documented in the README, hold no secret, and only ever gain
fields.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC
from typing import TYPE_CHECKING

from gts_wizard.messages import last_checked, standing
from gts_wizard.sanitize import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from gts_wizard.models import Account

_COLUMNS = 80
# A longer handle does not widen the column: only its own line is shifted.
_MAX_HANDLE_WIDTH = 36


def as_json(accounts: Iterable[Account], default: str) -> str:
    """Return accounts as a JSON array of objects.

    Args:
        accounts: the accounts.
        default: the handle of the default account.
    """
    return _dump(_as_object(account, default) for account in accounts)


def findings_as_json(
    findings: Iterable[tuple[Account, Mapping[str, str] | None]], default: str
) -> str:
    """Return checked accounts as a JSON array of objects.

    Args:
        findings: each account, with the cause and the advice where it is not fine.
        default: the handle of the default account.
    """
    return _dump({**_as_object(account, default), "error": error} for account, error in findings)


def as_lines(accounts: Sequence[Account], default: str, now: datetime) -> list[str]:
    """Return accounts as lines of 80 columns: `*` for the default, handle, status, display name.

    Args:
        accounts: the accounts.
        default: the handle of the default account.
        now: the current time, UTC.
    """
    statuses = [standing(account, now) for account in accounts]
    handles_width = handle_width(accounts)
    statuses_width = max(map(len, statuses), default=0)
    lines = []
    for account, status in zip(accounts, statuses, strict=True):
        mark = "*" if account.handle == default else " "
        start = f"{mark} {account.handle:{handles_width}}  {status:{statuses_width}}  "
        # The file may have been edited by hand.
        name = sanitize_line(account.display_name)
        lines.append((start + _truncate(name, _COLUMNS - len(start))).rstrip())
    return lines


def handle_width(accounts: Iterable[Account]) -> int:
    """Return the width of the column of handles, in characters."""
    widths = (len(account.handle) for account in accounts)
    return max((width for width in widths if width <= _MAX_HANDLE_WIDTH), default=0)


def _dump(objects: Iterable[dict[str, object]]) -> str:
    # Most lists are for people.
    import json  # noqa: PLC0415

    return json.dumps(list(objects), indent=2)


def _as_object(account: Account, default: str) -> dict[str, object]:
    checked_at = last_checked(account).astimezone(UTC)
    return {
        "handle": account.handle,
        "display_name": account.display_name,
        "server": account.server.origin,
        "account_domain": account.server.account_domain,
        "software": account.server.software,
        "version": account.server.version,
        "scopes": list(account.token.scopes),
        "state": str(account.status),
        "checked_at": f"{checked_at:%Y-%m-%dT%H:%M:%SZ}",
        "default": account.handle == default,
        "secrets_in": str(account.token.storage),
    }


def _truncate(name: str, columns: int) -> str:
    """Truncate a name with an ellipsis to a number of columns; perhaps to an empty string."""
    if _width(name) <= columns:
        return name
    while name and _width(name) >= columns:
        name = name[:-1]
    return f"{name.rstrip()}…" if name else ""


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    characters = (character for character in text if not unicodedata.combining(character))
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in characters
    )
