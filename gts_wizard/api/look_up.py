"""One look-up: many questions, one deadline for them all.

The discovery and its helpers come in; the transport does the asking. Nothing secret is sent in a
look-up, so every question may be redirected.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.api.urls import parse_safe_url
from gts_wizard.errors import Timeout

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient
    from gts_wizard.api.response import Response

LOOKUP_SECONDS = 15.0
JSON = "application/json"
_MAX_REDIRECTS = 3


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
