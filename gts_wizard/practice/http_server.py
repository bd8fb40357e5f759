"""A small threaded HTTP server on loopback: requests, responses, connections.

HTTP/1.1 as in RFC 9112, with keep-alive. It prints nothing, and can be stopped at once with idle
connections open. What arrives is decoded forgivingly, and a body that makes no sense is refused in
the words GoToSocial uses.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

from gts_wizard.practice.pages import error_page, not_found_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import Message


_JSON = "application/json"
_MAX_FIELDS = 100
PUBLIC = "public, max-age=120"
"""`Cache-Control` of public documents (measured)."""
PRIVATE = "private, max-age=120"
"""`Cache-Control` of the sign-in pages and the token errors (measured)."""
NO_STORE = "no-store"
"""`Cache-Control` of API responses (measured)."""
ADVICE = (
    "If you arrived at this error during a sign in/oauth flow, please try clearing your session "
    "cookies and signing in again; if problems persist, make sure you're using the correct "
    "credentials"
)
"""The advice at the end of most OAuth errors, in GoToSocial's words."""
_HTML = "text/html; charset=utf-8"
# Application names and scopes are untrusted text, so no script may run.
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
_MAX_BODY_BYTES = 64 * 1024
_IDLE_SECONDS = 60
_POLL_SECONDS = 0.02
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"


class UnreadableBodyError(Exception):
    """The body does not match its content type; the message is that of Go's decoder."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request.

    Attributes:
        method: `GET`, `POST` and so on; `HEAD` is passed on as `GET`.
        path: The path without the query.
        query: The query's fields; of a repeated field the first counts, as in Go.
        headers: The headers, looked up in any case.
        body: The raw body.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes

    @property
    def accepts_html(self) -> bool:
        """Whether the client is a browser, which gets a page rather than JSON."""
        return "text/html" in self.headers.get("Accept", "")

    @property
    def has_json_body(self) -> bool:
        """Whether the content type is JSON."""
        content_type = self.headers.get("Content-Type", "")
        return content_type.partition(";")[0].strip().lower() == _JSON

    def bearer_token(self) -> str:
        """Return the token of the `Authorization` header (RFC 6750 section 2.1), or ``""``."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, or ``""``."""
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return ""
        return cookies[name].value if name in cookies else ""

    def fields(self) -> dict[str, str]:
        """Return the fields of the body, which is JSON or a form.

        Raises:
            UnreadableBodyError: The body is not a JSON object of strings, or not a form.
        """
        return self._json_fields() if self.has_json_body else self.form_fields()

    def form_fields(self) -> dict[str, str]:
        """Return the fields of a form body; none when the body is JSON.

        Raises:
            UnreadableBodyError: There are too many fields.
        """
        if self.has_json_body:
            return {}
        return parse_form(self.body.decode("utf-8", "replace"))

    def _json_fields(self) -> dict[str, str]:
        text = self.body.decode("utf-8", "replace")
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise UnreadableBodyError(_go_error_message(text, error)) from None
        except (ValueError, RecursionError):
            raise UnreadableBodyError("exceeded max depth") from None
        if not isinstance(document, dict):
            raise UnreadableBodyError("json: cannot unmarshal into Go value of type struct")
        for name, value in document.items():
            if not isinstance(value, str):
                field = _replace_surrogates(name)
                raise UnreadableBodyError(
                    f"json: cannot unmarshal into Go struct field {field} of type string"
                )
        return {name: _replace_surrogates(value) for name, value in document.items()}


def parse_form(encoded: str) -> dict[str, str]:
    """Parse URL-encoded fields, keeping the first of a repeated name.

    Args:
        encoded: A query or a form body, as text.

    Raises:
        UnreadableBodyError: There are too many fields.
    """
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise UnreadableBodyError("too many fields") from None
    return dict(reversed(pairs))


def _replace_surrogates(text: str) -> str:
    # JSON can carry lone surrogates, which no response could be encoded with.
    return text.encode("utf-8", "replace").decode("utf-8")


def _go_error_message(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text):
        return "unexpected EOF" if text else "EOF"
    cause = f"invalid character {_replace_surrogates(text[error.pos])!r}"
    if error.msg.startswith("Expecting property name"):
        return f"{cause} looking for beginning of object key string"
    return f"{cause} looking for beginning of value"


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response: status, headers and body."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def with_headers(self, *headers: tuple[str, str]) -> Response:
        """Return the same response with more headers."""
        return replace(self, headers=(*self.headers, *headers))


def json_response(
    document: object,
    status: int = 200,
    cache_control: str | None = NO_STORE,
    content_type: str = "application/json",
) -> Response:
    """Return a response with a JSON document.

    Args:
        document: Anything `json.dumps` accepts.
        status: The HTTP status.
        cache_control: The `Cache-Control` header, or None for none.
        content_type: The `Content-Type` header.
    """
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return raw_response(body, content_type, cache_control, status)


def raw_response(
    body: bytes, content_type: str, cache_control: str | None, status: int = 200
) -> Response:
    """Return a response with any kind of body; otherwise as `json_response`."""
    headers = [("Content-Type", content_type)]
    if cache_control is not None:
        headers.append(("Cache-Control", cache_control))
    return Response(status, tuple(headers), body)


def html_response(html: str, status: int = 200) -> Response:
    """Return a response with a whole HTML page."""
    policy = ("Content-Security-Policy", _PAGE_POLICY)
    return raw_response(html.encode(), _HTML, PRIVATE, status).with_headers(policy)


def redirect_see_other(path: str) -> Response:
    """Redirect to another path with 303, as GoToSocial does after a GET."""
    body = f'<a href="{path}">See Other</a>.\n\n'.encode()
    return raw_response(body, _HTML, PRIVATE, 303).with_headers(("Location", path))


def redirect_found(location: str) -> Response:
    """Redirect with 302, as GoToSocial does after a POST."""
    return Response(302, (("Cache-Control", PRIVATE), ("Location", location)))


def redirect_permanently(location: str) -> Response:
    """Redirect with 301."""
    return Response(301, (("Location", location),))


def error_response(status: int, reason: str, cache_control: str | None = NO_STORE) -> Response:
    """Return an error in JSON, such as `{"error": "Unauthorized: token not supplied"}`."""
    return json_response({"error": _with_phrase(status, reason)}, status, cache_control)


def oauth_error(status: int, error: str, reason: str) -> Response:
    """Return an error in the form of RFC 6749 section 5.2."""
    document = {"error": error, "error_description": _with_phrase(status, reason)}
    return json_response(document, status, PRIVATE)


def browser_error(request: Request, status: int, reason: str) -> Response:
    """Return an error as a page for a browser and as JSON for a program (measured)."""
    if request.accepts_html:
        return html_response(error_page(_with_phrase(status, reason)), status)
    return error_response(status, reason, PRIVATE)


def not_found_response(request: Request) -> Response:
    """Return the 404 of an unknown path."""
    if request.accepts_html:
        return html_response(not_found_page(), 404)
    return json_response({"error": "Not Found"}, 404, cache_control=None)


def _with_phrase(status: int, reason: str) -> str:
    """Put the phrase of the status before the reason, as GoToSocial does."""
    return f"{HTTPStatus(status).phrase}: {reason}"


class _UnreadableRequestError(Exception):
    """The request can't be read; `response` is sent before the connection is closed."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.response = error_response(status, reason)


class HttpServer(TCPServer):
    """A listening socket and the connections it accepted.

    Args:
        host: `127.0.0.1` or `::1`.
        port: The port, or 0 for any free one.
        respond: Returns the response to a request; called from many threads.
        on_connection: Called for every accepted connection.

    Raises:
        OSError: The port is taken, or this computer has no such address.
    """

    # On Windows the option lets two programs share a port, which is never wanted.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(
        self,
        host: str,
        port: int,
        respond: Callable[[Request], Response],
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

    def _read(self) -> Request:
        body = self._body()
        try:
            target = urlsplit(self.path)
            query = parse_form(target.query)
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

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, quote(value, _URL_CHARACTERS) if name == "Location" else value)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
