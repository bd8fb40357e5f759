"""Answers that a practice server can be told to give, as other software and gateways give them.

    practice.overrides = {REVOKE: NO_CONTENT}
    practice.overrides = {API: UNAUTHORIZED_PAGE}

A canned answer takes the place of a request's handling; `instead_of` lets the request take effect
first.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gts_wizard.practice import Override, Response

if TYPE_CHECKING:
    from collections.abc import Callable

API = "* /api/*"
EVERYTHING = "*"

_TAKAHE = "Takahe 0.11"
_ANSWERS = Path(__file__).parent.parent / "data" / "other_servers.json"
_HTML = "text/html; charset=utf-8"
_JSON = "application/json"


def canned(status: int, body: bytes = b"", content_type: str = _JSON, **headers: str) -> Override:
    """Return an answer that is always the same; a header's name has underscores for hyphens."""
    named = ((name.replace("_", "-"), value) for name, value in headers.items())
    response = Response(status, (("Content-Type", content_type), *named), body)
    return lambda _handle: response


def canned_json(status: int, **document: str) -> Override:
    """Return a JSON document that is always the same, such as an error."""
    return canned(status, json.dumps(document).encode())


def canned_page(status: int, title: str) -> Override:
    """Return a web page that is always the same."""
    return canned(status, f"<!doctype html><title>{title}</title><h1>{title}</h1>".encode(), _HTML)


def instead_of(status: int, override: Override) -> Override:
    """Handle the request as usual, and give another answer where it ends with a status."""

    def respond(handle: Callable[[], Response]) -> Response:
        usual = handle()
        return override(handle) if usual.status == status else usual

    return respond


def with_status(status: int) -> Override:
    """Handle the request as usual, and change the status of the answer."""
    return lambda handle: replace(handle(), status=status)


def measured_answers() -> list[dict[str, Any]]:
    """Return what is known of other servers, with `server`, `to`, `request` and `status`."""
    answers: list[dict[str, Any]] = json.loads(_ANSWERS.read_text("utf-8"))["answers"]
    return answers


def measured(server: str, to: str) -> Override:
    """Return what another server answers to something."""
    (row,) = (row for row in measured_answers() if (row["server"], row["to"]) == (server, to))
    answer = canned(row["status"], row.get("body", "{}").encode(), row.get("content_type", _JSON))
    return instead_of(row["instead_of"], answer)


CREATED = with_status(201)
"""A registration as some servers confirm it."""

EMPTY_PAGE = measured(_TAKAHE, "revoking")
"""A revocation as Takahe confirms it, with status 200."""
NO_CONTENT = instead_of(200, canned(204))
"""A revocation without a body."""
REVOCATION_REFUSALS: dict[str, Override] = {
    **{
        f"{status} {error}": canned_json(status, error=error)
        for status in (400, 401, 403)
        for error in ("invalid_client", "unauthorized_client")
    },
    **{f"{status} page": canned_page(status, "Sign in") for status in (200, 401, 403)},
}
"""Revocations that did not happen, by name."""
TOKEN_IS_GONE = measured(_TAKAHE, "revoking once the token is gone")
"""A revocation of a token that the server no longer has."""

UNAUTHORIZED = canned_json(401, error="The access token is invalid")
"""A token that the server does not accept."""
UNAUTHORIZED_BEARER = canned(401, b"", "text/plain", WWW_Authenticate="Bearer")
"""The same, in a header alone (RFC 6750 section 3)."""
UNAUTHORIZED_PAGE = canned_page(401, "Authorization Required")
"""What stands before the server wants a password."""
INVALID_BEARER_TOKEN = measured(_TAKAHE, "a token that was revoked")
"""A token that the server did not accept, in Takahe's words."""

FORBIDDEN_PAGE = canned_page(403, "Checking your browser")
"""What stands before the server keeps programs out."""
ACCOUNT_DISABLED = canned_json(403, error="Your login is currently disabled")
"""The token's scope covers the call, but its account may not sign in, as Mastodon says it."""

WEB_SITE = canned_page(200, "Welcome")
"""A web site that shows a page at every path."""
