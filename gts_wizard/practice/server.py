"""The practice server: starts, stops, and answers on this computer only.

One port of `localhost`, open at both of its addresses; two where its accounts have a domain of
their own.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Self

from gts_wizard.practice import http, overrides, routes
from gts_wizard.practice.discovery import WELL_KNOWN, respond_as_account_domain
from gts_wizard.practice.http_server import HttpServer
from gts_wizard.practice.rate_limit import RateLimit
from gts_wizard.practice.state import ServerState
from gts_wizard.practice.versions import EMULATED_SERVERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from types import TracebackType

    from gts_wizard.practice.overrides import Override


class DualStackListener:
    """Listens on one port of 127.0.0.1 and ::1; reopening it uses the same port.

    Args:
        port: the port, or 0 for any free one.
        respond: returns the response to a request; called from many threads.
        on_connection: called for every accepted connection.

    Attributes:
        port: the port; before the first opening, the one that was asked for.
    """

    def __init__(
        self,
        port: int,
        respond: Callable[[http.Request], http.Response],
        on_connection: Callable[[], None],
    ) -> None:
        """Keep the arguments; `open` listens."""
        self.port = port
        self._respond = respond
        self._on_connection = on_connection
        self._listeners: list[HttpServer] = []

    @property
    def address(self) -> str:
        """Host and port, such as `localhost:8080`."""
        return f"localhost:{self.port}"

    def open(self) -> None:
        """Listen; do nothing when that is done already.

        Raises:
            OSError: the port is taken.
        """
        if self._listeners:
            return
        self._listen("127.0.0.1")
        # Browsers try ::1 first for localhost; where there is no IPv6, they use 127.0.0.1.
        with suppress(OSError):
            self._listen("::1")

    def close(self) -> None:
        """Close every socket and end every thread; do nothing when that is done already."""
        for listener in self._listeners:
            listener.stop()
        self._listeners = []

    def _listen(self, host: str) -> None:
        listener = HttpServer(host, self.port, self._respond, self._on_connection)
        self.port = listener.port
        self._listeners.append(listener)
        listener.start()


class PracticeServer:
    """A practice server on this computer, for practising, tests and screenshots.

    Used as a context manager, or with `start` and `stop`. It listens on loopback only. Its state
    lasts as long as the object, across `stop` and `start`.

    Args:
        emulates: the server to behave like, a key of `EMULATED_SERVERS`: a GoToSocial version, or
            `mastodon`.
        port: the port to listen on, or 0 for any free one.
        clock: returns the time, in Unix seconds.
        rate_limit: how many requests five minutes allow, or None for any number.
        overloaded: whether to respond to every request with 503.
        restrict_instance: whether the instance documents need a token; NodeInfo does not.
        granted_scope: the scope of every token, such as `read`, whatever was asked for (RFC 6749
            section 3.3), or None for the scope that was asked for.
        split_domain: gives the accounts a domain of their own: those of `WELL_KNOWN` that it
            redirects to the server, or none of them. None: the accounts have the server's domain.
        overrides: other answers than the server's own, by a pattern of method and path, such as
            `POST /oauth/revoke`, `* /api/*` or `*`; the first match counts.

    Attributes:
        overrides: the same; another mapping can be set at any time.

    Raises:
        ValueError: `emulates` or a document of `split_domain` is unknown.
    """

    def __init__(  # noqa: PLR0913 - independent options
        self,
        emulates: str = "0.20",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        rate_limit: int | None = None,
        overloaded: bool = False,
        *,
        restrict_instance: bool = False,
        granted_scope: str | None = None,
        split_domain: Collection[str] | None = None,
        overrides: Mapping[str, Override] | None = None,
    ) -> None:
        """Create the state; `start` listens."""
        self._redirected = frozenset(split_domain or ())
        if not self._redirected <= set(WELL_KNOWN):
            names = ", ".join(WELL_KNOWN)
            raise ValueError(f"split_domain must be some of {names}, not {split_domain!r}")
        if emulates not in EMULATED_SERVERS:
            names = ", ".join(EMULATED_SERVERS)
            raise ValueError(f"emulates must be one of {names}, not {emulates!r}")
        self._state = ServerState(
            EMULATED_SERVERS[emulates], clock, restrict_instance, granted_scope
        )
        self.overrides = overrides or {}
        self._limiter = RateLimit(rate_limit, overloaded)
        self._host = DualStackListener(port, self._respond, self._count_connection)
        self._accounts = self._host
        if split_domain is not None:
            self._accounts = DualStackListener(
                0, self._respond_as_account_domain, self._count_connection
            )
        self._requests: list[str] = []
        self._connections = 0
        self._start_lock = threading.Lock()

    def __enter__(self) -> Self:
        """Start the server."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    @property
    def port(self) -> int:
        """The port; before the first start, the one that was asked for."""
        return self._host.port

    @property
    def address(self) -> str:
        """Host and port, such as `localhost:8080`."""
        return self._host.address

    @property
    def account_domain(self) -> str:
        """The domain of the accounts: `address`, unless they have a domain of their own."""
        return self._accounts.address

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as `http://localhost:8080`."""
        return f"http://{self.address}"

    @property
    def requests(self) -> list[str]:
        """The requests so far, in order: method and path, without the query.

        For requests to a separate account domain, that domain is before the path.
        """
        with self._state.lock:
            return list(self._requests)

    @property
    def connections(self) -> int:
        """The number of TCP connections accepted so far."""
        with self._state.lock:
            return self._connections

    @property
    def overloaded(self) -> bool:
        """Whether every request gets a 503; can be changed at any time."""
        return self._limiter.overloaded

    @overloaded.setter
    def overloaded(self, value: bool) -> None:
        self._limiter.overloaded = value

    @property
    def rate_limit(self) -> int | None:
        """How many requests five minutes allow; can be changed at any time."""
        return self._limiter.rate_limit

    @rate_limit.setter
    def rate_limit(self, value: int | None) -> None:
        self._limiter.rate_limit = value

    def start(self) -> Self:
        """Listen; do nothing when that is done already.

        Raises:
            OSError: the port is taken.
        """
        with self._start_lock:
            try:
                self._open()
            except OSError:
                self._close()
                raise
        return self

    def stop(self) -> None:
        """Close every socket and end every thread; do nothing when that is done already."""
        with self._start_lock:
            self._close()

    def forget_application(self, client_id: str) -> None:
        """Delete an application and its tokens, as a clean-up of the server does."""
        with self._state.lock:
            self._state.forget_application(client_id)

    def revoke_tokens(self, username: str) -> None:
        """Revoke every token of an account, as its settings page can."""
        with self._state.lock:
            self._state.revoke_tokens(username)

    def _open(self) -> None:
        # Requests are handled only when the addresses are known.
        with self._state.lock:
            self._host.open()
            self._accounts.open()
            self._state.address = self.address
            self._state.account_domain = self.account_domain

    def _close(self) -> None:
        self._accounts.close()
        self._host.close()

    def _count_connection(self) -> None:
        with self._state.lock:
            self._connections += 1

    def _respond(self, request: http.Request) -> http.Response:
        with self._state.lock:
            self._requests.append(f"{request.method} {request.path}")
            response = self._limiter.check(self._state.now()) or overrides.respond(
                self.overrides, request, partial(routes.respond, self._state, request)
            )
            return response.with_headers(*self._limiter.headers())

    def _respond_as_account_domain(self, request: http.Request) -> http.Response:
        with self._state.lock:
            self._requests.append(f"{request.method} {self.account_domain}{request.path}")
        return respond_as_account_domain(self.origin, self._redirected, request)
