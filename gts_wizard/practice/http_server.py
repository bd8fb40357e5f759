"""HTTP on loopback: accepts connections, reads requests, writes answers.

Knows nothing of GoToSocial. It prints nothing, and it can be stopped at once with idle connections
open. HTTP/1.1 as in RFC 9112, with keep-alive.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from gts_wizard.practice.answers import Response, refusal
from gts_wizard.practice.requests import Request, UnreadableBodyError, first_fields

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_BODY_BYTES = 64 * 1024
_IDLE_SECONDS = 60
_POLL_SECONDS = 0.02
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"


class _UnreadableRequestError(Exception):
    """The request can't be read to its end; `answer` is the last thing the connection hears."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.answer = refusal(status, reason)


class HttpServer(TCPServer):
    """One listening socket and the connections it accepted.

    Args:
        host: `127.0.0.1` or `::1`.
        port: The port, or 0 for any free one.
        answer: Called for every request, from many threads.
        accepted: Called for every connection.

    Raises:
        OSError: The port is taken, or the host does not exist here.
    """

    # On Windows the option means that two programs share a port, which is never wanted.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(
        self,
        host: str,
        port: int,
        answer: Callable[[Request], Response],
        accepted: Callable[[], None],
    ) -> None:
        """Bind and listen; `begin` then accepts."""
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answer = answer
        self._accepted = accepted
        self._connections: list[tuple[socket.socket, threading.Thread]] = []
        super().__init__((host, port), _Handler)
        self._loop = threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self.server_address[1])

    def begin(self) -> None:
        """Accept connections, in a thread of its own."""
        self._loop.start()

    def end(self) -> None:
        """Close every socket and wait for every thread."""
        self.shutdown()
        self._loop.join()
        self.server_close()
        for connection, thread in self._connections:
            # It may have closed itself meanwhile.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in a thread of its own."""
        self._accepted()
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        thread.start()
        # Only the loop's thread comes here, and `end` waits for it, so no lock is needed.
        alive = [known for known in self._connections if known[1].is_alive()]
        self._connections = [*alive, (request, thread)]

    def _serve(self, connection: socket.socket, client_address: Any) -> None:
        try:
            # The other side may hang up at any moment, and that is its right.
            with suppress(OSError):
                self.finish_request(connection, client_address)
        finally:
            self.shutdown_request(connection)


class _Handler(BaseHTTPRequestHandler):
    """Reads the requests of one connection and writes their answers."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = _IDLE_SECONDS

    def log_message(self, *_args: object) -> None:
        """Print nothing: a request line can hold a code."""

    def version_string(self) -> str:
        """Give the `Server` header."""
        return "gts-wizard-practice"

    def _handle(self) -> None:
        try:
            request = self._read()
        except _UnreadableRequestError as error:
            # Where the next request would begin is unknown now.
            self.close_connection = True
            self._write(error.answer)
            return
        self._write(self.server.answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815

    def _read(self) -> Request:
        body = self._body()
        try:
            target = urlsplit(self.path)
            query = first_fields(target.query)
        except (ValueError, UnreadableBodyError):
            raise _UnreadableRequestError(400, "unreadable address") from None
        method = "GET" if self.command == "HEAD" else self.command
        return Request(method, target.path, query, self.headers, body)

    def _body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            raise _UnreadableRequestError(411, "the body's length is needed")
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise _UnreadableRequestError(400, "unreadable content length")
        if len(length) > len(str(_MAX_BODY_BYTES)) or int(length) > _MAX_BODY_BYTES:
            raise _UnreadableRequestError(413, "the body is too large")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _UnreadableRequestError(400, "the body ended early")
        return body

    def _write(self, answer: Response) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, quote(value, _URL_CHARACTERS) if name == "Location" else value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
