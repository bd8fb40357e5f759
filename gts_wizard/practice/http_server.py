"""A small threaded HTTP server: requests, responses, connections."""

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
"""The caching of what everybody may see."""
PRIVATE = "private, max-age=120"
"""The caching of the sign-in pages and the token errors (as measured)."""
NO_STORE = "no-store"
"""The caching of the API's answers."""
ADVICE = (
    "If you arrived at this error during a sign in/oauth flow, please try clearing your session "
    "cookies and signing in again; if problems persist, make sure you're using the correct "
    "credentials"
)
"""The advice at the end of most OAuth errors, in the server's words."""
_HTML = "text/html; charset=utf-8"
# A page needs its own style and nothing else; no script is ever allowed to run.
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
_MAX_BODY_BYTES = 64 * 1024
_IDLE_SECONDS = 60
_POLL_SECONDS = 0.02
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"


class UnreadableBodyError(Exception):
    """The body is not what its content type says; the message tells why, as Go's decoder would."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        method: `GET`, `POST` and so on; a `HEAD` arrives as `GET`.
        path: The path without the query.
        query: The query's fields; of a repeated one the first counts, as in Go.
        headers: The headers; names in any capitals.
        body: The body as it came.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes

    @property
    def wants_page(self) -> bool:
        """Whether a person's browser is asking, to be answered with a page rather than JSON."""
        return "text/html" in self.headers.get("Accept", "")

    @property
    def sends_json(self) -> bool:
        """Whether the body is said to be JSON."""
        content_type = self.headers.get("Content-Type", "")
        return content_type.partition(";")[0].strip().lower() == _JSON

    def bearer_token(self) -> str:
        """Give the token of the `Authorization` header (RFC 6750, section 2.1), or ``""``."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def cookie(self, name: str) -> str:
        """Give the value of a cookie, or ``""``."""
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return ""
        return cookies[name].value if name in cookies else ""

    def fields(self) -> dict[str, str]:
        """Give the body's fields, sent as JSON or as a form.

        Raises:
            UnreadableBodyError: The body is not a JSON object of strings, or not a form.
        """
        return self._json_fields() if self.sends_json else self.form_fields()

    def form_fields(self) -> dict[str, str]:
        """Give the fields of a form body, none when the body is something else.

        Raises:
            UnreadableBodyError: There are more fields than any form has.
        """
        if self.sends_json:
            return {}
        return first_fields(self.body.decode("utf-8", "replace"))

    def _json_fields(self) -> dict[str, str]:
        text = self.body.decode("utf-8", "replace")
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise UnreadableBodyError(_as_go_says(text, error)) from None
        except (ValueError, RecursionError):
            raise UnreadableBodyError("exceeded max depth") from None
        if not isinstance(document, dict):
            raise UnreadableBodyError("json: cannot unmarshal into Go value of type struct")
        for name, value in document.items():
            if not isinstance(value, str):
                raise UnreadableBodyError(
                    f"json: cannot unmarshal into Go struct field {_writable(name)} of type string"
                )
        return {name: _writable(value) for name, value in document.items()}


def first_fields(encoded: str) -> dict[str, str]:
    """Read URL-encoded fields, keeping the first of a repeated name.

    Args:
        encoded: A query or a form body.

    Raises:
        UnreadableBodyError: There are more fields than any form has.
    """
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise UnreadableBodyError("too many fields") from None
    return dict(reversed(pairs))


def _writable(text: str) -> str:
    # JSON can carry lone surrogates, which no answer could be encoded with.
    return text.encode("utf-8", "replace").decode("utf-8")


def _as_go_says(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text):
        return "unexpected EOF" if text else "EOF"
    found = f"invalid character {_writable(text[error.pos])!r}"
    if error.msg.startswith("Expecting property name"):
        return f"{found} looking for beginning of object key string"
    return f"{found} looking for beginning of value"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: an HTTP status, headers and a body."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def with_headers(self, *headers: tuple[str, str]) -> Response:
        """Give the same answer with more headers."""
        return replace(self, headers=(*self.headers, *headers))


def json_answer(
    document: object,
    status: int = 200,
    caching: str | None = NO_STORE,
    content_type: str = "application/json",
) -> Response:
    """Give a document as JSON.

    Args:
        document: What `json` can write.
        status: The HTTP status.
        caching: The `Cache-Control` header, or None for no such header.
        content_type: The `Content-Type` header.
    """
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return content(body, content_type, caching, status)


def content(body: bytes, content_type: str, caching: str | None, status: int = 200) -> Response:
    """Give bytes of a content type, as `json_answer` does."""
    headers = [("Content-Type", content_type)]
    if caching is not None:
        headers.append(("Cache-Control", caching))
    return Response(status, tuple(headers), body)


def page(html: str, status: int = 200) -> Response:
    """Give a whole HTML page."""
    policy = ("Content-Security-Policy", _PAGE_POLICY)
    return content(html.encode(), _HTML, PRIVATE, status).with_headers(policy)


def see_other(path: str) -> Response:
    """Send the browser to another path with 303, as GoToSocial answers a GET."""
    body = f'<a href="{path}">See Other</a>.\n\n'.encode()
    return content(body, _HTML, PRIVATE, 303).with_headers(("Location", path))


def found(location: str) -> Response:
    """Send the browser elsewhere with 302, as GoToSocial answers a POST."""
    return Response(302, (("Cache-Control", PRIVATE), ("Location", location)))


def moved(location: str) -> Response:
    """Send whoever asks elsewhere for good, with 301."""
    return Response(301, (("Location", location),))


def refusal(status: int, reason: str, caching: str | None = NO_STORE) -> Response:
    """Refuse in JSON, such as `{"error": "Unauthorized: token not supplied"}`."""
    return json_answer({"error": with_message(status, reason)}, status, caching)


def oauth_refusal(status: int, error: str, reason: str) -> Response:
    """Refuse in the shape of RFC 6749, section 5.2."""
    document = {"error": error, "error_description": with_message(status, reason)}
    return json_answer(document, status, PRIVATE)


def browser_refusal(request: Request, status: int, reason: str) -> Response:
    """Refuse with a page for a browser and with JSON for a program (as measured)."""
    if request.wants_page:
        return page(error_page(with_message(status, reason)), status)
    return refusal(status, reason, PRIVATE)


def not_found(request: Request) -> Response:
    """Say that there is nothing at this path."""
    if request.wants_page:
        return page(not_found_page(), 404)
    return json_answer({"error": "Not Found"}, 404, caching=None)


def with_message(status: int, reason: str) -> str:
    """Put the status's name before the reason, as GoToSocial tells its errors."""
    return f"{HTTPStatus(status).phrase}: {reason}"


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
