"""The requests and responses of the practice server.

What arrives is decoded forgivingly, and a body that makes no sense is refused in the words
GoToSocial uses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from gts_wizard.practice.pages import error_page, not_found_page

if TYPE_CHECKING:
    from collections.abc import Mapping
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
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"


class UnreadableBodyError(Exception):
    """The body does not match its content type; the message is that of Go's decoder."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request.

    Attributes:
        method: `GET`, `POST` and so on; `HEAD` is passed on as `GET`.
        path: the path without the query.
        query: the query's fields; of a repeated field the first counts, as in Go.
        headers: the headers, looked up in any case.
        body: the raw body.
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
        """Return the token of the `Authorization` header (RFC 6750 section 2.1); empty if none."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def cookie(self, name: str) -> str:
        """Return the value of a cookie; empty if there is none."""
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return ""
        return cookies[name].value if name in cookies else ""

    def fields(self, *, text_only: bool = False) -> dict[str, str]:
        """Return the fields of the body, which is JSON or a form.

        Args:
            text_only: whether to leave out the values in JSON that are no strings.

        Raises:
            UnreadableBodyError: the body is not a JSON object of strings, or not a form.
        """
        return self._json_fields(text_only) if self.has_json_body else self.form_fields()

    def form_fields(self) -> dict[str, str]:
        """Return the fields of a form body; none when the body is JSON.

        Raises:
            UnreadableBodyError: there are too many fields.
        """
        if self.has_json_body:
            return {}
        return parse_form(self.body.decode("utf-8", "replace"))

    def _json_fields(self, text_only: bool) -> dict[str, str]:
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
            if not (text_only or isinstance(value, str)):
                field = _replace_surrogates(name)
                raise UnreadableBodyError(
                    f"json: cannot unmarshal into Go struct field {field} of type string"
                )
        return {
            name: _replace_surrogates(value)
            for name, value in document.items()
            if isinstance(value, str)
        }


def parse_form(encoded: str) -> dict[str, str]:
    """Parse URL-encoded fields, keeping the first of a repeated name.

    Args:
        encoded: a query or a form body, as text.

    Raises:
        UnreadableBodyError: there are too many fields.
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
        document: anything `json.dumps` accepts.
        status: the HTTP status.
        cache_control: the `Cache-Control` header, or None for none.
        content_type: the `Content-Type` header.
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


def redirect_permanently(url: str, request: Request) -> Response:
    """Redirect with 301 to a URL, with the query of the request."""
    query = f"?{urlencode(request.query)}" if request.query else ""
    return Response(301, (("Location", f"{url}{query}"),))


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
