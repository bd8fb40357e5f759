"""The OAuth endpoints a program calls, as Mastodon answers: exchange a code, revoke a token.

A code that was asked for with a challenge is exchanged only with its verifier (RFC 7636, section
4.6). A failed exchange never uses a code up.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from gts_wizard.practice.answers import Response, json_answer
from gts_wizard.practice.mastodon.refusals import missing, refused
from gts_wizard.practice.requests import Request, UnreadableBodyError

if TYPE_CHECKING:
    from gts_wizard.practice.records import Application, AuthorizationRequest
    from gts_wizard.practice.state import ServerState


def exchange(state: ServerState, request: Request) -> Response:
    """Answer `POST /oauth/token` (RFC 6749, section 4.1.3), sent as JSON or as a form."""
    fields = _fields(request)
    if fields.get("grant_type") not in {None, "", "authorization_code"}:
        return refused("unsupported_grant_type")
    code = state.find_code(fields.get("code", ""))
    needed = ["grant_type", "code", "redirect_uri"]
    if code is not None and code.attempt.challenge:
        needed.append("code_verifier")
    lacking = [name for name in needed if not fields.get(name)]
    if lacking:
        return missing(lacking[0])
    application = _client(state, fields)
    if application is None:
        return refused("invalid_client")
    if code is None or not _belongs(code.attempt, fields):
        return refused("invalid_grant")
    token = state.issue_token(fields["code"], code, application)
    document = {
        "access_token": token.value,
        "token_type": "Bearer",
        "scope": token.scope,
        "created_at": int(token.created_at),
    }
    return json_answer(document).with_headers(("Pragma", "no-cache"))


def revoke(state: ServerState, request: Request) -> Response:
    """Answer `POST /oauth/revoke` (RFC 7009), sent as JSON or as a form."""
    fields = _fields(request)
    application = _client(state, fields)
    token = state.tokens.get(fields.get("token", ""))
    if application is None or (token is not None and token.application is not application):
        reason = "You are not authorized to revoke this token"
        return json_answer({"error": "unauthorized_client", "error_description": reason}, 403)
    if token is not None:
        del state.tokens[token.value]
    return json_answer({})


def _fields(request: Request) -> dict[str, str]:
    try:
        return request.fields()
    except UnreadableBodyError:
        return {}


def _client(state: ServerState, fields: dict[str, str]) -> Application | None:
    """Give the application that proves itself by its secret (RFC 6749, section 2.3.1)."""
    application = state.applications.get(fields.get("client_id", ""))
    if application is None or application.client_secret != fields.get("client_secret"):
        return None
    return application


def _belongs(attempt: AuthorizationRequest, fields: dict[str, str]) -> bool:
    """Tell whether a code was handed out for this client, this address and this verifier."""
    verifier = fields.get("code_verifier", "")
    return (attempt.client_id, attempt.redirect_uri, attempt.challenge) == (
        fields["client_id"],
        fields["redirect_uri"],
        _challenge(verifier) if verifier else "",
    )


def _challenge(verifier: str) -> str:
    """Give the S256 challenge of a verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
