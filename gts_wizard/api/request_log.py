"""Logs the requests, a line for each: method, URL without its query, status, time and error.

No header and no body is in it, and no secret that was sent, even where a server repeats it.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gts_wizard.api.response import secret_spellings
from gts_wizard.api.urls import parse_safe_url
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from gts_wizard.api.response import Response
    from gts_wizard.secret import Secret

_MAX_LINE_LENGTH = 500


class RequestLog:
    """Writes a line for each request.

    Args:
        write: takes each line; None where nothing is logged.
    """

    def __init__(self, write: Callable[[str], None] | None) -> None:
        self._write = write
        # Those of all requests: a server may repeat one later, such as in a picture's URL.
        self._secrets: set[str] = set()

    async def record(
        self, method: str, url: str, secrets: Iterable[Secret], response: Awaitable[Response]
    ) -> Response:
        """Wait for a response, and log its request; one that fails with the name of the exception.

        Args:
            method: the HTTP method.
            url: the absolute URL.
            secrets: those that are sent with the request.
            response: sends the request, and returns the response.
        """
        if self._write is None:
            return await response
        for secret in secrets:
            self._secrets |= secret_spellings(secret)
        started = monotonic()
        try:
            received = await response
        except BaseException as error:
            self._write(self._line(method, url, type(error).__name__, started))
            raise
        error_word = "" if received.ok else received.oauth_error()
        self._write(self._line(method, url, str(received.status), started, error_word))
        return received

    def _line(self, method: str, url: str, outcome: str, started: float, word: str = "") -> str:
        address = parse_safe_url(url)
        target = f"{address.origin}{urlsplit(url).path}" if address else "?"
        milliseconds = round((monotonic() - started) * 1000)
        line = f"{method} {target} {outcome} {milliseconds} ms"
        if word:
            line += f" “{word}”"
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return sanitize_line(line, _MAX_LINE_LENGTH)
