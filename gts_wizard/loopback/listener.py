"""Listens on 127.0.0.1 for the one redirect that brings an authorization response.

Any other program, and any page in the browser, can send requests here: only a GET for the callback
with a `state` that a link of this program has means anything.
"""

from __future__ import annotations

import asyncio
import contextlib
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING

from gts_wizard.loopback import pages
from gts_wizard.loopback.connection import MAX_REQUEST_BYTES, Connection, Reply
from gts_wizard.loopback.response import AuthorizationResponse, parse_response
from gts_wizard.oauth.redirect_uri import CALLBACK_PATH, LOOPBACK_HOST

if TYPE_CHECKING:
    from collections.abc import Container

    import h11

_DONE_PATH = "/done"
_MAX_CONNECTIONS = 32
_REQUEST_SECONDS = 10.0
# How long the page after the redirect may wait for the outcome, so that few ever see that it does.
_HOLD_SECONDS = 2.0
# How long a program that is about to end waits for the browser to fetch the last page.
_SHOW_SECONDS = 2.0
# How long the last page can still be fetched: after it was, and where it never is.
_LINGER_SECONDS = 5.0
_MAX_LINGER_SECONDS = 10.0
# How long the outcome may take: somebody may read a dialog in front of the page that waits.
_MAX_OUTCOME_SECONDS = 600.0


class Outcome(Enum):
    """What became of the code."""

    CONNECTED = auto()
    FAILED = auto()


class LoopbackListener:
    """Receives one authorization response, and then shows the browser what became of it.

    Args:
        port: the port of 127.0.0.1.
        states: each `state` that a link of this program has.
    """

    def __init__(self, port: int, states: Container[str]) -> None:
        self._port = port
        self._states = states
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._closing: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._received_or_closed = asyncio.Event()
        self._response: AuthorizationResponse | None = None
        self._decided = asyncio.Event()
        self._outcome: Outcome | None = None
        self._shown = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(
            self._accept, LOOPBACK_HOST, self._port, limit=MAX_REQUEST_BYTES
        )

    async def wait(self) -> AuthorizationResponse | None:
        """Wait for the response, and return it; None where the listener is closed before."""
        await self._received_or_closed.wait()
        return self._response

    def show(self, outcome: Outcome) -> None:
        """Show an outcome, and stop listening soon after the browser has fetched it."""
        self._outcome = outcome
        self._decided.set()
        self._close_after(_MAX_LINGER_SECONDS)

    async def wait_until_shown(self) -> None:
        """Wait until the browser has fetched the last page, for two seconds at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SHOW_SECONDS):
                await self._shown.wait()

    async def aclose(self) -> None:
        """Stop listening at once, open connections included."""
        connections = list(self._connections)
        self._stop()
        await asyncio.gather(*connections, return_exceptions=True)

    def _stop(self) -> None:
        self._is_closed = True
        self._received_or_closed.set()
        if self._closing is not None:
            self._closing.cancel()
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()

    def _close_after(self, seconds: float) -> None:
        if self._closing is not None:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(seconds, self._stop)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # One that was accepted just before the port was closed still comes here.
        if self._is_closed:
            writer.transport.abort()
            return
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections[connection] = writer
        connection.add_done_callback(self._drop)
        # The oldest have had the most time, and those that say nothing lock nobody out.
        for surplus in list(self._connections)[:-_MAX_CONNECTIONS]:
            surplus.cancel()

    def _drop(self, connection: asyncio.Task[None]) -> None:
        # Not in the task itself: one that is cancelled early enough never begins.
        writer = self._connections.pop(connection)
        # Named, so that it is not deleted while it is open, of which Python 3.13 warns.
        writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; a connection that breaks or lingers is dropped."""
        connection = Connection(reader, writer)
        with contextlib.suppress(OSError):
            async with asyncio.timeout(_REQUEST_SECONDS):
                reply = await connection.reply_with(self._reply_to)
                if reply is not None and reply.is_last and not self._shown.is_set():
                    self._shown.set()
                    self._close_after(_LINGER_SECONDS)
                await connection.wait_for_end()

    async def _reply_to(self, request: h11.Request) -> Reply:
        if request.method != b"GET":
            return Reply(HTTPStatus.METHOD_NOT_ALLOWED, headers=(("Allow", "GET"),))
        # A page elsewhere whose name leads here names itself (DNS rebinding).
        hosts = [value for name, value in request.headers if name == b"host"]
        if hosts != [f"{LOOPBACK_HOST}:{self._port}".encode()]:
            return Reply(HTTPStatus.MISDIRECTED_REQUEST, pages.unknown_page())
        path, _, query = request.target.decode("ascii", "replace").partition("?")
        if path == CALLBACK_PATH:
            return self._receive(query)
        if path == _DONE_PATH and self._response is not None:
            return await self._reply_with_outcome(self._response)
        return Reply(HTTPStatus.NOT_FOUND, pages.unknown_page())

    def _receive(self, query: str) -> Reply:
        response = parse_response(query, self._states)
        if response is None:
            return Reply(HTTPStatus.BAD_REQUEST, pages.unknown_page())
        if self._response is None:
            self._response = response
            self._received_or_closed.set()
            # There is no outcome of an error to wait for.
            self._close_after(_MAX_OUTCOME_SECONDS if response.code else _MAX_LINGER_SECONDS)
        # The address that the browser keeps has no code in it.
        return Reply(HTTPStatus.SEE_OTHER, headers=(("Location", _DONE_PATH),))

    async def _reply_with_outcome(self, response: AuthorizationResponse) -> Reply:
        if response.code is None:
            return Reply(HTTPStatus.OK, pages.error_page(response), is_last=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HOLD_SECONDS):
                await self._decided.wait()
        match self._outcome:
            case Outcome.CONNECTED:
                return Reply(HTTPStatus.OK, pages.connected_page(), is_last=True)
            case Outcome.FAILED:
                return Reply(HTTPStatus.OK, pages.failed_page(), is_last=True)
            case None:
                return Reply(HTTPStatus.OK, pages.finishing_page())
