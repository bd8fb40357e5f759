"""The shared HTTP client, made when it is first needed, and GETs under one common deadline."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import ProxyError, Timeout

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient
    from gts_wizard.api.response import Response


LOOKUP_SECONDS = 15.0
JSON = "application/json"
_MAX_REDIRECTS = 3


class LazyHttpClient:
    """Holds one transport for as long as somebody needs it, so that connections are reused."""

    def __init__(self) -> None:
        self._opening: asyncio.Task[HttpClient] | None = None

    async def get(self) -> HttpClient:
        """Return the transport.

        Raises:
            ProxyError: the environment names a proxy or certificates that can't be used.
        """
        if self._opening is None or _failed(self._opening):
            self._opening = asyncio.create_task(asyncio.to_thread(_build))
        # Whoever waits may be cancelled; the transport is wanted by the next one all the same.
        return await asyncio.shield(self._opening)

    async def aclose(self) -> None:
        """Close the connections, if any were opened."""
        opening, self._opening = self._opening, None
        if opening is not None:
            # One that could not be opened need not be closed.
            with contextlib.suppress(ProxyError):
                await (await opening).aclose()


def _failed(opening: asyncio.Task[HttpClient]) -> bool:
    return opening.done() and (opening.cancelled() or opening.exception() is not None)


def _build() -> HttpClient:
    # Importing httpx and reading the system's certificates takes long enough to freeze a screen.
    from gts_wizard.api.http import HttpClient  # noqa: PLC0415

    return HttpClient()


class DeadlineClient:
    """Asks on until its time is over; from then on every question fails as too slow.

    Whatever was learnt by then stays good, so a question of little weight may go unanswered.
    """

    def __init__(self, transport: HttpClient, seconds: float) -> None:
        """Set the deadline; nothing is sent.

        Args:
            transport: the connections to use.
            seconds: how long all the questions together may take.
        """
        self._http = transport
        self._deadline = asyncio.get_running_loop().time() + seconds

    async def get(self, url: str, accept: str = JSON) -> Response:
        """Ask for `url`, following redirects.

        Args:
            url: the whole address.
            accept: which kind of answer is wanted (RFC 9110 section 12.5.1).

        Raises:
            ServerError: no whole answer came.
        """
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._http.get(url, redirects=_MAX_REDIRECTS, accept=accept)
        except TimeoutError:
            asked = parse_safe_url(url)
        raise Timeout(host=asked.unicode_host if asked else "", details="the look-up took too long")
