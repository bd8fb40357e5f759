"""The pretend server: starts, stops, and answers on this computer only."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from gts_wizard.practice import discovery, routes
from gts_wizard.practice.discovery import WELL_KNOWN
from gts_wizard.practice.http_server import HttpServer
from gts_wizard.practice.rate_limit import RateLimit
from gts_wizard.practice.state import ServerState
from gts_wizard.practice.versions import version_like

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import TracebackType

    from gts_wizard.practice.http_server import Request, Response


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


class PracticeServer:
    """A pretend server on this computer, for practising, tests and pictures.

    Used as a context manager, or with `start` and `stop`. It listens on loopback only. What was
    registered and signed in lives as long as the object, over a stop and a start.

    Args:
        like: The server to behave like, one of `LIKES`: a GoToSocial version, or Mastodon.
        port: The port to listen on, or 0 for any free one.
        clock: Gives the time, in Unix seconds.
        rate_limit: How many requests five minutes allow, or None for any number.
        throttled: Whether to answer everything with 503, as too busy.
        hides_card: Whether the instance documents are shown only to people who are signed in;
            NodeInfo is for everybody.
        grants: The scope of every token, such as `read`, whatever was asked for (RFC 6749,
            section 3.3), or None for what was asked for.
        split: Those of `WELL_KNOWN` by which the accounts' own domain leads to this host, or None
            when the accounts have the host's name. An empty one is a domain that leads nowhere.

    Raises:
        ValueError: `like` or `split` is nothing that is known.
    """

    def __init__(  # noqa: PLR0913 - every trick is an option of its own
        self,
        like: str = "0.20",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        rate_limit: int | None = None,
        throttled: bool = False,
        *,
        hides_card: bool = False,
        grants: str | None = None,
        split: Collection[str] | None = None,
    ) -> None:
        """Prepare the instance; nothing listens yet."""
        self._redirected = frozenset(split or ())
        if not self._redirected <= set(WELL_KNOWN):
            raise ValueError(f"split must be some of {', '.join(WELL_KNOWN)}, not {split!r}")
        self._state = ServerState(version_like(like), clock, hides_card, grants)
        self._limits = RateLimit(rate_limit, throttled)
        self._host = DualStackListener(port, self._answer, self._accepted)
        self._accounts = self._host
        if split is not None:
            self._accounts = DualStackListener(0, self._answer_for_domain, self._accepted)
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
        return self._host.port

    @property
    def address(self) -> str:
        """Host and port, such as `localhost:8080`."""
        return self._host.address

    @property
    def account_domain(self) -> str:
        """The domain of the accounts; the address, unless the deployment is split."""
        return self._accounts.address

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as `http://localhost:8080`."""
        return f"http://{self.address}"

    @property
    def requests(self) -> list[str]:
        """What was asked so far, in order: method and path, without the query.

        What a domain of its own for the accounts was asked has that address before the path.
        """
        with self._state.lock:
            return list(self._requests)

    @property
    def connections(self) -> int:
        """How many TCP connections were accepted so far."""
        with self._state.lock:
            return self._connections

    @property
    def overloaded(self) -> bool:
        """Whether everything is answered with 503; can be changed at any time."""
        return self._limits.overloaded

    @overloaded.setter
    def overloaded(self, value: bool) -> None:
        self._limits.overloaded = value

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
            try:
                self._open()
            except OSError:
                self._close()
                raise
        return self

    def stop(self) -> None:
        """Close every socket and end every thread; do nothing when that is done already."""
        with self._changing:
            self._close()

    def forget_application(self, client_id: str) -> None:
        """Let a registration and its tokens be gone, as after a clean-up of the server."""
        with self._state.lock:
            self._state.forget_application(client_id)

    def revoke_tokens(self, username: str) -> None:
        """Let a person end all access elsewhere, such as on the settings page."""
        with self._state.lock:
            self._state.revoke_tokens(username)

    def _open(self) -> None:
        # Nobody is answered before the addresses are known.
        with self._state.lock:
            self._host.open()
            self._accounts.open()
            self._state.address = self.address
            self._state.account_domain = self.account_domain

    def _close(self) -> None:
        self._accounts.close()
        self._host.close()

    def _accepted(self) -> None:
        with self._state.lock:
            self._connections += 1

    def _answer(self, request: Request) -> Response:
        with self._state.lock:
            self._requests.append(f"{request.method} {request.path}")
            refused = self._limits.refuse(self._state.now())
            given = routes.answer(self._state, request) if refused is None else refused
            return given.with_headers(*self._limits.headers())

    def _answer_for_domain(self, request: Request) -> Response:
        with self._state.lock:
            self._requests.append(f"{request.method} {self.account_domain}{request.path}")
        return discovery.answer(self.origin, self._redirected, request)
