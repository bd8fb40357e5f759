"""Times as GoToSocial writes them. Imports nothing of the other modules."""

from __future__ import annotations

from datetime import UTC, datetime


def iso_time(seconds: float) -> str:
    """Write a time as ISO 8601 in UTC with milliseconds, such as `2026-11-23T19:13:06.144Z`.

    Args:
        seconds: The time, in Unix seconds.
    """
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
