"""A small threaded HTTP server on loopback.

HTTP/1.1 as in RFC 9112, with keep-alive. It prints nothing, and can be stopped at once with idle
connections open.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from gts_wizard.practice import http

if TYPE_CHECKING:
    from collections.abc import Callable


_MAX_BODY_BYTES = 64 * 1024
_IDLE_SECONDS = 60
_POLL_SECONDS = 0.02
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"


class _UnreadableRequestError(Exception):
    """The request can't be read; `response` is sent before the connection is closed."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.response = http.error_response(status, reason)


class HttpServer(TCPServer):
    """A listening socket and the connections it accepted.

    Args:
        host: `127.0.0.1` or `::1`.
        port: the port, or 0 for any free one.
        respond: returns the response to a request; called from many threads.
        on_connection: called for every accepted connection.

    Raises:
        OSError: the port is taken, or this computer has no such address.
    """

    # On Windows the option lets two programs share a port, which is never wanted.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(
        self,
        host: str,
        port: int,
        respond: Callable[[http.Request], http.Response],
        on_connection: Callable[[], None],
    ) -> None:
        """Bind and listen; `start` then accepts connections."""
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.respond = respond
        self._on_connection = on_connection
        self._connections: list[tuple[socket.socket, threading.Thread]] = []
        super().__init__((host, port), _Handler)
        self._accept_thread = threading.Thread(
            target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True
        )

    @property
    def port(self) -> int:
        """The port of the listening socket."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Accept connections, in a thread of its own."""
        self._accept_thread.start()

    def stop(self) -> None:
        """Close every socket and wait for every thread."""
        self.shutdown()
        self._accept_thread.join()
        self.server_close()
        for connection, thread in self._connections:
            # The client may have closed it meanwhile.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in a thread of its own."""
        self._on_connection()
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        thread.start()
        # Only the accept thread runs this, and `stop` waits for it, so no lock is needed.
        alive = [entry for entry in self._connections if entry[1].is_alive()]
        self._connections = [*alive, (request, thread)]

    def _serve(self, connection: socket.socket, client_address: Any) -> None:
        try:
            # The client may close the connection at any moment.
            with suppress(OSError):
                self.finish_request(connection, client_address)
        finally:
            self.shutdown_request(connection)


class _Handler(BaseHTTPRequestHandler):
    """Reads the requests of one connection and writes their responses."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = _IDLE_SECONDS

    def log_message(self, *_args: object) -> None:
        """Print nothing: a request line can hold an authorization code."""

    def version_string(self) -> str:
        """Return the `Server` header."""
        return "gts-wizard-practice"

    def _handle(self) -> None:
        try:
            request = self._read()
        except _UnreadableRequestError as error:
            # Where the next request begins is unknown now.
            self.close_connection = True
            self._write(error.response)
            return
        self._write(self.server.respond(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815

    def _read(self) -> http.Request:
        body = self._body()
        try:
            target = urlsplit(self.path)
            query = http.parse_form(target.query)
        except (ValueError, http.UnreadableBodyError):
            raise _UnreadableRequestError(400, "unreadable address") from None
        method = "GET" if self.command == "HEAD" else self.command
        return http.Request(method, target.path, query, self.headers, body)

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

    def _write(self, response: http.Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, quote(value, _URL_CHARACTERS) if name == "Location" else value)
        # RFC 9110 section 8.6
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
