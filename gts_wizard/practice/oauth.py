"""The OAuth endpoints a program calls: exchange a code for a token, revoke a token.

Their misleading answers are deliberate; they were measured on GoToSocial 0.17.4, 0.19.2 and
0.20.0-rc1. A failed exchange never uses a code up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice.answers import ADVICE, PRIVATE, Response, json_answer, oauth_refusal
from gts_wizard.practice.requests import Request, UnreadableBodyError

if TYPE_CHECKING:
    from gts_wizard.practice.state import ServerState

_NO_ROWS = "sql: no rows in result set"


def exchange(state: ServerState, request: Request) -> Response:
    """Answer `POST /oauth/token` (RFC 6749, section 4.1.3), sent as JSON or as a form."""
    try:
        fields = request.fields()
    except UnreadableBodyError as error:
        return oauth_refusal(400, "invalid_request", str(error))
    missing = _missing(fields)
    if missing:
        return oauth_refusal(400, "invalid_request", ": ".join(missing))
    if fields["grant_type"] != "authorization_code":
        reason = f"could not validate token request: unsupported_grant_type: {ADVICE}"
        return oauth_refusal(400, "unsupported_grant_type", reason)
    return _exchange(state, fields)


def revoke(state: ServerState, request: Request) -> Response:
    """Answer `POST /oauth/revoke` (RFC 7009); only form fields are read (as measured)."""
    try:
        fields = request.form_fields()
    except UnreadableBodyError as error:
        return oauth_refusal(400, "invalid_request", str(error))
    for name in ("token", "client_id", "client_secret"):
        if not fields.get(name):
            return oauth_refusal(400, "invalid_request", f"{name} not set")
    token = state.tokens.get(fields["token"])
    if token is None:
        return json_answer({}, caching=PRIVATE)
    owner = token.application
    if (owner.client_id, owner.client_secret) != (fields["client_id"], fields["client_secret"]):
        reason = "You are not authorized to revoke this token"
        return oauth_refusal(403, "unauthorized_client", reason)
    del state.tokens[token.value]
    return json_answer({}, caching=PRIVATE)


def _missing(fields: dict[str, str]) -> list[str]:
    grant_type = fields.get("grant_type")
    missing = []
    if grant_type is None:
        missing.append(
            "grant_type was not set in the token request form, but must be set to "
            "authorization_code or client_credentials"
        )
    missing += [
        f"{name} was not set in the token request form"
        for name in ("client_id", "client_secret", "redirect_uri")
        if name not in fields
    ]
    if "code" not in fields and grant_type == "authorization_code":
        missing.append(
            "code was not set in the token request form, but must be set since grant_type is "
            "authorization_code"
        )
    return missing


def _exchange(state: ServerState, fields: dict[str, str]) -> Response:
    application = state.applications.get(fields["client_id"])
    if application is None:
        return _no_token(_NO_ROWS)
    if application.client_secret != fields["client_secret"]:
        return _no_token("invalid_client")
    code = state.find_code(fields["code"])
    if code is None:
        return _no_token(_NO_ROWS)
    asked = code.attempt
    if (asked.client_id, asked.redirect_uri) != (application.client_id, fields["redirect_uri"]):
        return _no_token("invalid_grant")
    token = state.issue_token(fields["code"], code, application)
    document = {
        "access_token": token.value,
        "created_at": int(token.created_at),
        "scope": token.scope,
        "token_type": "Bearer",
    }
    return json_answer(document).with_headers(("Pragma", "no-cache"))


def _no_token(error: str) -> Response:
    return oauth_refusal(400, error, f"could not get access token: {error}: {ADVICE}")
