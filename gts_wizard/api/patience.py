"""Reads for how long a server asks to wait, in every form servers say it.

Answers come in; pure functions, but for the clock a date is measured against.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DEFAULT_SECONDS = 30
_MAX_SECONDS = 3600


def parse_retry_after(headers: Mapping[str, str], now: datetime | None = None) -> int:
    """Return how many seconds to wait, between 1 and 3,600.

    Args:
        headers: the answer's headers, names in lower case: `retry-after` (RFC 9110 section
            10.2.3, seconds or a date) or `x-ratelimit-reset` (GoToSocial: an ISO 8601 time;
            elsewhere Unix seconds, or seconds from now).
        now: the time a date is measured against; the present when left out.
    """
    now = now or datetime.now(UTC)
    for name in ("retry-after", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name, "").strip(), now)
        if seconds is not None:
            return max(1, min(_MAX_SECONDS, seconds))
    return _DEFAULT_SECONDS


def _seconds(text: str, now: datetime) -> int | None:
    # A GoToSocial that is just starting says seconds and a date in one line (measured).
    number = re.match(r"(\d{1,12})(?:,|$)", text, re.ASCII)
    if number:
        seconds = int(number.group(1))
        # A number this large is a moment in Unix time, not a span.
        return seconds if seconds < 10**9 else seconds - int(now.timestamp())
    moment = _moment(text)
    return None if moment is None else int((moment - now).total_seconds()) + 1


def _moment(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
