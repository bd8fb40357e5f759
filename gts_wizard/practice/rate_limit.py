"""Responds with 429 above a rate limit and with 503 while overloaded; both are off by default.

Measured on GoToSocial 0.19.2: a 429 carries no `Retry-After`, only `X-Ratelimit-` headers whose
reset is an ISO 8601 time.
"""

from __future__ import annotations

from gts_wizard.practice import http
from gts_wizard.practice.state import iso_time

_WINDOW_SECONDS = 300
_RETRY_AFTER_SECONDS = 30


class RateLimit:
    """Counts requests; all of loopback counts as one client.

    Args:
        rate_limit: how many requests five minutes allow, or None for any number.
        overloaded: whether to respond to every request with 503.
    """

    def __init__(self, rate_limit: int | None, overloaded: bool) -> None:
        """Start without any requests counted."""
        self.rate_limit = rate_limit
        self.overloaded = overloaded
        self._count = 0
        self._window_ends = 0.0

    def check(self, now: float) -> http.Response | None:
        """Count a request, and return the 429 or 503 that it gets, or None.

        Args:
            now: the time, in Unix seconds.
        """
        if now >= self._window_ends:
            self._count = 0
            self._window_ends = now + _WINDOW_SECONDS
        self._count += 1
        if self.rate_limit is not None and self._count > self.rate_limit:
            return http.json_response({"error": "rate limit reached"}, 429, cache_control=None)
        if self.overloaded:
            response = http.json_response(
                {"error": "server capacity exceeded"}, 503, cache_control=None
            )
            return response.with_headers(("Retry-After", str(_RETRY_AFTER_SECONDS)))
        return None

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers of every response while there is a rate limit."""
        if self.rate_limit is None:
            return ()
        return (
            ("X-Ratelimit-Limit", str(self.rate_limit)),
            ("X-Ratelimit-Remaining", str(max(0, self.rate_limit - self._count))),
            ("X-Ratelimit-Reset", iso_time(self._window_ends)),
        )
