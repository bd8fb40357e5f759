"""One port of `localhost`, open at both of its addresses.

`instance` has one door, or two when its accounts have a domain of their own.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gts_wizard.practice.http_server import HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.practice.answers import Response
    from gts_wizard.practice.requests import Request


class DualStackListener:
    """One port of `localhost`, which keeps its number once it was open.

    Args:
        port: The port, or 0 for any free one.
        answer: Called for every request, from many threads.
        accepted: Called for every connection.
    """

    def __init__(
        self, port: int, answer: Callable[[Request], Response], accepted: Callable[[], None]
    ) -> None:
        """Prepare the door; nothing listens yet."""
        self.port = port
        self._answer = answer
        self._accepted = accepted
        self._listeners: list[HttpServer] = []

    @property
    def address(self) -> str:
        """Host and port, such as `localhost:8080`."""
        return f"localhost:{self.port}"

    def open(self) -> None:
        """Listen, if that is not done already.

        Raises:
            OSError: The port is taken.
        """
        if self._listeners:
            return
        self._listen("127.0.0.1")
        # Browsers try ::1 first for localhost; where there is no IPv6, they go on by themselves.
        with suppress(OSError):
            self._listen("::1")

    def close(self) -> None:
        """Close every socket and end every thread; do nothing when that is done already."""
        for listener in self._listeners:
            listener.end()
        self._listeners = []

    def _listen(self, host: str) -> None:
        listener = HttpServer(host, self.port, self._answer, self._accepted)
        self.port = listener.port
        self._listeners.append(listener)
        listener.begin()
