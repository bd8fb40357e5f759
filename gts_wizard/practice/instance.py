"""The practice instance as a whole: start it, stop it, play tricks on whoever signs in.

This is the room's face. It holds the state, the limits and the listeners together.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from gts_wizard.practice.limits import Limits
from gts_wizard.practice.routes import answer
from gts_wizard.practice.state import State
from gts_wizard.practice.versions import version_like
from gts_wizard.practice.wire import Listener

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from gts_wizard.practice.answers import Answer
    from gts_wizard.practice.requests import Request


class PracticeInstance:
    """A pretend GoToSocial on this computer, for practising, tests and pictures.

    Used as a context manager, or with `start` and `stop`. It listens on loopback only. What was
    registered and signed in lives as long as the object, over a stop and a start.

    Args:
        like: The GoToSocial version to behave like, a key of `VERSIONS`.
        port: The port to listen on, or 0 for any free one.
        clock: Gives the time, in Unix seconds.
        rate_limit: How many requests five minutes allow, or None for any number.
        throttled: Whether to answer everything with 503, as too busy.

    Raises:
        ValueError: `like` is no key of `VERSIONS`.
    """

    def __init__(
        self,
        like: str = "0.20",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        rate_limit: int | None = None,
        throttled: bool = False,
    ) -> None:
        """Prepare the instance; nothing listens yet."""
        self._state = State(version_like(like), clock)
        self._limits = Limits(rate_limit, throttled)
        self._port = port
        self._listeners: list[Listener] = []
        self._requests: list[str] = []
        self._connections = 0
        self._changing = threading.Lock()

    def __enter__(self) -> Self:
        """Start the instance."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the instance."""
        self.stop()

    @property
    def port(self) -> int:
        """The port that is listened on; before the first start, the one that was asked for."""
        return self._port

    @property
    def address(self) -> str:
        """Host and port, such as `localhost:8080`; also the domain of the accounts."""
        return f"localhost:{self._port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as `http://localhost:8080`."""
        return f"http://{self.address}"

    @property
    def requests(self) -> list[str]:
        """What was asked so far, in order: method and path, without the query."""
        with self._state.lock:
            return list(self._requests)

    @property
    def connections(self) -> int:
        """How many TCP connections were accepted so far."""
        with self._state.lock:
            return self._connections

    @property
    def throttled(self) -> bool:
        """Whether everything is answered with 503; can be changed at any time."""
        return self._limits.throttled

    @throttled.setter
    def throttled(self, value: bool) -> None:
        self._limits.throttled = value

    @property
    def rate_limit(self) -> int | None:
        """How many requests five minutes allow; can be changed at any time."""
        return self._limits.rate_limit

    @rate_limit.setter
    def rate_limit(self, value: int | None) -> None:
        self._limits.rate_limit = value

    def start(self) -> Self:
        """Listen, if that is not done already.

        Raises:
            OSError: The port is taken.
        """
        with self._changing:
            if not self._listeners:
                self._listeners = self._listen()
                for listener in self._listeners:
                    listener.begin()
        return self

    def stop(self) -> None:
        """Close every socket and end every thread; do nothing when that is done already."""
        with self._changing:
            for listener in self._listeners:
                listener.end()
            self._listeners = []

    def forget_application(self, client_id: str) -> None:
        """Let a registration and its tokens be gone, as after a clean-up of the server."""
        with self._state.lock:
            self._state.forget_application(client_id)

    def revoke_tokens(self, username: str) -> None:
        """Let a person end all access elsewhere, such as on the settings page."""
        with self._state.lock:
            self._state.revoke_tokens(username)

    def _listen(self) -> list[Listener]:
        listeners = [Listener("127.0.0.1", self._port, self._answer, self._accepted)]
        self._port = listeners[0].port
        self._state.address = self.address
        # Browsers try ::1 first for localhost; where there is no IPv6, they go on by themselves.
        with suppress(OSError):
            listeners.append(Listener("::1", self._port, self._answer, self._accepted))
        return listeners

    def _accepted(self) -> None:
        with self._state.lock:
            self._connections += 1

    def _answer(self, request: Request) -> Answer:
        with self._state.lock:
            self._requests.append(f"{request.method} {request.path}")
            refused = self._limits.refuse(self._state.now())
            given = answer(self._state, request) if refused is None else refused
            return given.with_headers(*self._limits.headers())
