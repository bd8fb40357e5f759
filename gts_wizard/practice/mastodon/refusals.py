"""The refusals of Mastodon's OAuth, in its words: as a page to people, as JSON to programs.

The codes are those of RFC 6749, sections 4.1.2.1 and 5.2; `invalid_client` is a 401, all others are
a 400.
"""

from __future__ import annotations

from gts_wizard.practice.answers import Response, json_answer, page
from gts_wizard.practice.mastodon.pages import error_page

_WORDS = {
    "invalid_client": (
        "Client authentication failed due to unknown client, no client authentication included, "
        "or unsupported authentication method."
    ),
    "invalid_code_challenge_method": (
        "The code challenge method must be S256, plain is unsupported."
    ),
    "invalid_grant": (
        "The provided authorization grant is invalid, expired, revoked, does not match the "
        "redirection URI used in the authorization request, or was issued to another client."
    ),
    "invalid_redirect_uri": "The redirect uri included is not valid.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "unsupported_grant_type": (
        "The authorization grant type is not supported by the authorization server."
    ),
}


def refused_page(error: str) -> Response:
    """Refuse a link with a page."""
    return page(error_page(_WORDS[error]), _status(error))


def refused(error: str) -> Response:
    """Refuse a program in the shape of RFC 6749, section 5.2."""
    return json_answer({"error": error, "error_description": _WORDS[error]}, _status(error))


def missing(name: str) -> Response:
    """Refuse a program that left something out."""
    reason = f"Missing required parameter: {name}."
    return json_answer({"error": "invalid_request", "error_description": reason}, 400)


def _status(error: str) -> int:
    return 401 if error == "invalid_client" else 400
