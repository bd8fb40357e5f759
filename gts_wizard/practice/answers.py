"""An answer, and the few kinds there are: JSON, a page, a redirect, a refusal.

The handlers give these back; `wire` writes them. Pages come from `pages`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from gts_wizard.practice.pages import error_page, not_found_page

if TYPE_CHECKING:
    from gts_wizard.practice.requests import Request

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
