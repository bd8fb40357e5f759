"""The rate limit and the throttling, both off unless asked for.

The dispatcher asks before every request. Measured on GoToSocial 0.19.2: a limited answer carries no
`Retry-After`, only `X-Ratelimit-` headers whose reset is an ISO 8601 time.
"""

from __future__ import annotations

from gts_wizard.practice.http_server import Response, json_answer
from gts_wizard.practice.state import iso_time

PERIOD = 300
"""The length of a rate-limit window, in seconds."""

RETRY_AFTER = 30
"""What a throttled answer asks to wait, in seconds."""


class RateLimit:
    """Counts the requests; all of loopback counts as one address.

    Args:
        rate_limit: How many requests a window allows, or None for any number.
        throttled: Whether to behave as too busy for anything.
    """

    def __init__(self, rate_limit: int | None, throttled: bool) -> None:
        """Begin with nothing counted."""
        self.rate_limit = rate_limit
        self.overloaded = throttled
        self._count = 0
        self._window_ends = 0.0

    def refuse(self, now: float) -> Response | None:
        """Count one request, and give the refusal when it may not pass.

        Args:
            now: The time, in Unix seconds.
        """
        if now >= self._window_ends:
            self._count = 0
            self._window_ends = now + PERIOD
        self._count += 1
        if self.rate_limit is not None and self._count > self.rate_limit:
            return json_answer({"error": "rate limit reached"}, 429, caching=None)
        if self.overloaded:
            busy = json_answer({"error": "server capacity exceeded"}, 503, caching=None)
            return busy.with_headers(("Retry-After", str(RETRY_AFTER)))
        return None

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Give the headers every answer carries while there is a rate limit."""
        if self.rate_limit is None:
            return ()
        return (
            ("X-Ratelimit-Limit", str(self.rate_limit)),
            ("X-Ratelimit-Remaining", str(max(0, self.rate_limit - self._count))),
            ("X-Ratelimit-Reset", iso_time(self._window_ends)),
        )
