"""The person's way through the browser, as GoToSocial leads it: allow, read the code.

`/oauth/authorize` and `/oauth/oob` lead here. The rules of the browser's session were measured on
GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1: before somebody signed in a new link replaces the attempt,
afterwards every new link is ignored until the code page ended the session or its two minutes are
over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice.answers import ADVICE, Response, browser_refusal, found, page
from gts_wizard.practice.pages import authorize_page, code_page
from gts_wizard.practice.records import AuthorizationRequest
from gts_wizard.practice.scopes import permits
from gts_wizard.practice.sign_in import send_to_sign_in, session_of

if TYPE_CHECKING:
    from gts_wizard.practice.records import Application
    from gts_wizard.practice.requests import Request
    from gts_wizard.practice.state import ServerState

_OOB = "urn:ietf:wg:oauth:2.0:oob"
_OOB_PATH = "/oauth/oob"
_DEFAULT_SCOPE = "read"


def open_link(state: ServerState, request: Request) -> Response:
    """Answer `GET /oauth/authorize`: the way to sign in, or the page with "Allow"."""
    session = session_of(state, request)
    if session is None or session.username is None:
        return _begin(state, request)
    if session.attempt is None:
        return _lost_key(state, request, "client_id")
    application = state.applications.get(session.attempt.client_id)
    if application is None:
        return _lost_application(state, request, session.attempt)
    attempt = session.attempt
    return page(
        authorize_page(session.username, application.name, attempt.scope, attempt.redirect_uri)
    )


def allow(state: ServerState, request: Request) -> Response:
    """Answer `POST /oauth/authorize`: hand out a code, or say why not."""
    session = session_of(state, request)
    if session is None or session.attempt is None:
        return _lost_key(state, request, "response_type")
    if session.username is None:
        return _lost_key(state, request, "userid")
    attempt = session.attempt
    application = state.applications.get(attempt.client_id)
    if application is None:
        return _lost_application(state, request, attempt)
    if attempt.redirect_uri not in application.redirect_uris:
        return browser_refusal(request, 401, f"invalid redirect uri: {ADVICE}")
    if state.version.enforces_scopes and not _covers(application, attempt):
        return found(_refused_scope(attempt))
    code = state.issue_code(attempt, session.username)
    where = attempt.redirect_uri.replace(_OOB, _OOB_PATH)
    return found(_with_query(where, {"code": code}, attempt))


def show_code(state: ServerState, request: Request) -> Response:
    """Answer `GET /oauth/oob`: show the code and end the browser's session."""
    code = request.query.get("code", "")
    if not code:
        return browser_refusal(request, 400, "no 'code' query value provided in callback redirect")
    session = session_of(state, request)
    if session is None or session.username is None:
        return _lost_key(state, request, "userid")
    if session.attempt is None:
        return _lost_key(state, request, "scope")
    state.end_session(session)
    return page(code_page(session.username, session.attempt.scope, code))


def _begin(state: ServerState, request: Request) -> Response:
    asked = request.query
    for name in ("response_type", "client_id", "redirect_uri"):
        if not asked.get(name):
            reason = f"field {name} was not set on OAuthAuthorize form: {ADVICE}"
            return browser_refusal(request, 400, reason)
    # A code_challenge (RFC 7636) is dropped here, as GoToSocial does.
    attempt = AuthorizationRequest(
        client_id=asked["client_id"],
        redirect_uri=asked["redirect_uri"],
        scope=asked.get("scope") or _DEFAULT_SCOPE,
        state=asked.get("state", ""),
    )
    return send_to_sign_in(state, attempt)


def _covers(application: Application, attempt: AuthorizationRequest) -> bool:
    return all(permits(application.scopes, asked) for asked in attempt.scope.split())


def _refused_scope(attempt: AuthorizationRequest) -> str:
    error = {
        "error": "invalid_scope",
        "error_description": "The requested scope is invalid, unknown, or malformed",
    }
    return _with_query(attempt.redirect_uri, error, attempt)


def _with_query(where: str, fields: dict[str, str], attempt: AuthorizationRequest) -> str:
    if attempt.state:
        fields = {**fields, "state": attempt.state}
    joint = "&" if "?" in where else "?"
    return f"{where}{joint}{urlencode(fields)}"


def _lost_application(
    state: ServerState, request: Request, attempt: AuthorizationRequest
) -> Response:
    reason = state.version.lost_application.format(client_id=attempt.client_id)
    return _lost(state, request, reason)


def _lost_key(state: ServerState, request: Request, key: str) -> Response:
    return _lost(state, request, state.version.lost_key.format(key=key))


def _lost(state: ServerState, request: Request, reason: str) -> Response:
    session = session_of(state, request)
    if session is not None:
        state.end_session(session)
    return browser_refusal(request, state.version.lost_session_status, f"{reason}: {ADVICE}")
