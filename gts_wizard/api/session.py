"""The shared HTTP client, made when it is first needed, and GETs under one common deadline.

Nothing secret is sent in a look-up, so each of its GETs may be redirected.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import ProxyError, Timeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.api.http import HttpClient
    from gts_wizard.api.response import Response


LOOKUP_SECONDS = 15.0
JSON = "application/json"
_MAX_REDIRECTS = 3


class LazyHttpClient:
    """Creates the HTTP client on first use and shares it, so that connections are reused.

    Args:
        log: takes a line for each request, see `RequestLog`; None where nothing is logged.
    """

    def __init__(self, log: Callable[[str], None] | None = None) -> None:
        self._log = log
        self._creation: asyncio.Task[HttpClient] | None = None

    async def get(self) -> HttpClient:
        """Return the shared HTTP client.

        Raises:
            ProxyError: the environment names a proxy or certificates that can't be used.
        """
        if self._creation is None or _has_failed(self._creation):
            self._creation = asyncio.create_task(asyncio.to_thread(_build, self._log))
        # The caller may be cancelled, but the next one will need the client all the same.
        return await asyncio.shield(self._creation)

    async def aclose(self) -> None:
        """Close the connections, if any were opened."""
        creation, self._creation = self._creation, None
        if creation is not None:
            # A client that could not be created need not be closed.
            with contextlib.suppress(ProxyError):
                await (await creation).aclose()


def _has_failed(creation: asyncio.Task[HttpClient]) -> bool:
    return creation.done() and (creation.cancelled() or creation.exception() is not None)


def _build(log: Callable[[str], None] | None) -> HttpClient:
    # Importing httpx and reading the system's certificates takes long enough to freeze the screen.
    from gts_wizard.api.http import HttpClient  # noqa: PLC0415

    return HttpClient(log=log)


class DeadlineClient:
    """Sends GET requests until a common deadline; from then on every request raises `Timeout`.

    Callers can keep the responses that came in time, so an optional request may fail alone.
    """

    def __init__(self, http: HttpClient, seconds: float) -> None:
        """Set the deadline; nothing is sent.

        Args:
            http: sends the requests.
            seconds: how long all requests together may take.
        """
        self._http = http
        self._deadline = asyncio.get_running_loop().time() + seconds

    async def get(self, url: str, accept: str = JSON) -> Response:
        """Send a GET request, following up to three redirects.

        Args:
            url: the absolute URL.
            accept: the `Accept` header (RFC 9110 section 12.5.1).

        Raises:
            ServerError: no complete response came in time.
        """
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._http.get(url, redirects=_MAX_REDIRECTS, accept=accept)
        except TimeoutError:
            address = parse_safe_url(url)
        raise Timeout(
            host=address.unicode_host if address else "", details="the look-up took too long"
        )
