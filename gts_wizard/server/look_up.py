"""One look-up: many questions, one deadline for them all.

The discovery and its helpers come in; the transport does the asking. Nothing secret is sent in a
look-up, so every question may be redirected.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gts_wizard.errors import TooSlow
from gts_wizard.server.judging import address_of

if TYPE_CHECKING:
    from gts_wizard.server.answer import Answer
    from gts_wizard.server.transport import Transport

LOOK_UP_SECONDS = 15.0
JSON = "application/json"
_REDIRECTS = 3


class LookUp:
    """Asks on until its time is over; from then on every question fails as too slow.

    Whatever was learnt by then stays good, so a question of little weight may go unanswered.
    """

    def __init__(self, transport: Transport, seconds: float) -> None:
        """Set the deadline; nothing is sent.

        Args:
            transport: the connections to use.
            seconds: how long all the questions together may take.
        """
        self._transport = transport
        self._until = asyncio.get_running_loop().time() + seconds

    async def get(self, url: str, accept: str = JSON) -> Answer:
        """Ask for `url`, following redirects.

        Args:
            url: the whole address.
            accept: which kind of answer is wanted (RFC 9110 section 12.5.1).

        Raises:
            WireError: no whole answer came.
        """
        try:
            async with asyncio.timeout_at(self._until):
                return await self._transport.get(url, redirects=_REDIRECTS, accept=accept)
        except TimeoutError:
            asked = address_of(url)
        raise TooSlow(host=asked.readable if asked else "", details="the look-up took too long")
