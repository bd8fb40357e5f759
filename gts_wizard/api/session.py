"""The way to servers, made at first use. Services come in; httpx is not loaded before that."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gts_wizard.errors import ProxyError

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient


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
