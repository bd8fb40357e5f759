"""The person's way through the browser, as Mastodon leads it: authorize, read the code.

A browser stays signed in, every link shows the application it is for, and whoever allowed the same
before is given a code at once (docs.joinmastodon.org/methods/oauth).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice.answers import Response, found, page, see_other
from gts_wizard.practice.mastodon.pages import authorize_page, code_page
from gts_wizard.practice.mastodon.refusals import refused_page
from gts_wizard.practice.mastodon.scopes import DEFAULT_SCOPE
from gts_wizard.practice.records import AuthorizationRequest
from gts_wizard.practice.sign_in import send_to_sign_in, session_of

if TYPE_CHECKING:
    from gts_wizard.practice.requests import Request
    from gts_wizard.practice.state import ServerState

_OOB = "urn:ietf:wg:oauth:2.0:oob"
_OOB_PATH = "/oauth/authorize/native"
_SIGN_IN = "/auth/sign_in"


def open_link(state: ServerState, request: Request) -> Response:
    """Answer `GET /oauth/authorize`: the way to sign in, the page with "Authorize", or a code."""
    session = session_of(state, request)
    if session is None or session.username is None:
        return send_to_sign_in(state, _asked(request))
    if request.query:
        session.attempt = _asked(request)
    if session.attempt is None:
        return see_other("/")
    attempt = session.attempt
    refusal = _refusal(state, attempt)
    if refusal is not None:
        return refusal
    if state.reusable_token(attempt, session.username) is not None:
        return _hand_out(state, attempt, session.username)
    return page(authorize_page(state.applications[attempt.client_id].name, attempt.scope))


def authorize(state: ServerState, request: Request) -> Response:
    """Answer `POST /oauth/authorize`: hand out a code, or say why not."""
    session = session_of(state, request)
    if session is None or session.username is None or session.attempt is None:
        return found(_SIGN_IN)
    refusal = _refusal(state, session.attempt)
    return refusal or _hand_out(state, session.attempt, session.username)


def show_code(state: ServerState, request: Request) -> Response:
    """Answer `GET /oauth/authorize/native`: show the code of the address."""
    session = session_of(state, request)
    if session is None or session.username is None:
        return see_other(_SIGN_IN)
    return page(code_page(request.query.get("code", "")))


def _asked(request: Request) -> AuthorizationRequest:
    asked = request.query
    return AuthorizationRequest(
        client_id=asked.get("client_id", ""),
        redirect_uri=asked.get("redirect_uri", ""),
        scope=asked.get("scope") or DEFAULT_SCOPE,
        state=asked.get("state", ""),
        challenge=asked.get("code_challenge", ""),
        challenge_method=asked.get("code_challenge_method", ""),
    )


def _refusal(state: ServerState, attempt: AuthorizationRequest) -> Response | None:
    """Tell why a link is refused, if it is; scopes are compared word by word."""
    application = state.applications.get(attempt.client_id)
    if application is None:
        return refused_page("invalid_client")
    if attempt.redirect_uri not in application.redirect_uris:
        return refused_page("invalid_redirect_uri")
    if not set(attempt.scope.split()) <= set(application.scopes):
        return refused_page("invalid_scope")
    if attempt.challenge and attempt.challenge_method != "S256":
        return refused_page("invalid_code_challenge_method")
    return None


def _hand_out(state: ServerState, attempt: AuthorizationRequest, username: str) -> Response:
    fields = {"code": state.issue_code(attempt, username)}
    if attempt.redirect_uri == _OOB:
        # The state of the link does not come along.
        return found(f"{_OOB_PATH}?{urlencode(fields)}")
    joint = "&" if "?" in attempt.redirect_uri else "?"
    return found(f"{attempt.redirect_uri}{joint}{urlencode(fields | {'state': attempt.state})}")
