"""Sign-in, authorization and code pages, token exchange and revocation, as GoToSocial has them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice.accounts import account_signing_in
from gts_wizard.practice.http_server import (
    ADVICE,
    PRIVATE,
    Request,
    Response,
    UnreadableBodyError,
    browser_refusal,
    found,
    json_answer,
    oauth_refusal,
    page,
    see_other,
)
from gts_wizard.practice.pages import authorize_page, code_page, sign_in_page
from gts_wizard.practice.state import AuthorizationRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gts_wizard.practice.http_server import Request
    from gts_wizard.practice.state import (
        Application,
        AuthorizationRequest,
        BrowserSession,
        ServerState,
    )


_COOKIE = "gotosocial-localhost"
_WRONG_PASSWORD = "That e-mail address and password do not go together. Please try again."  # noqa: S105
_OOB = "urn:ietf:wg:oauth:2.0:oob"
_OOB_PATH = "/oauth/oob"
_DEFAULT_SCOPE = "read"
_NO_ROWS = "sql: no rows in result set"


def permits(held: Iterable[str], wanted: str) -> bool:
    """Tell whether one of the held scopes covers the wanted one.

    Args:
        held: The scopes somebody has, such as `read` and `write:statuses`.
        wanted: One scope, such as `read:accounts`.
    """
    return any(wanted == scope or wanted.startswith(f"{scope}:") for scope in held)


def show_sign_in(_state: ServerState, _request: Request) -> Response:
    """Answer `GET /auth/sign_in`."""
    return page(sign_in_page())


def sign_in(state: ServerState, request: Request) -> Response:
    """Answer `POST /auth/sign_in`; a wrong password leaves the attempt as it is."""
    try:
        fields = request.form_fields()
    except UnreadableBodyError as error:
        return browser_refusal(request, 400, f"{error}: {ADVICE}")
    email = fields.get("username", "")
    account = account_signing_in(email, fields.get("password", ""))
    if account is None:
        return page(sign_in_page(email, _WRONG_PASSWORD), 401)
    session = session_of(state, request)
    if session is not None:
        session.username = account.username
        return found("/oauth/authorize")
    session = state.open_session(attempt=None)
    session.username = account.username
    return found("/oauth/authorize").with_headers(_cookie(state, session))


def send_to_sign_in(state: ServerState, attempt: AuthorizationRequest) -> Response:
    """Begin a session for an attempt, and ask who is there."""
    return see_other("/auth/sign_in").with_headers(_cookie(state, state.open_session(attempt)))


def session_of(state: ServerState, request: Request) -> BrowserSession | None:
    """Give the living session of the browser that asks, if it has one."""
    return state.find_session(request.cookie(_COOKIE))


def _cookie(state: ServerState, session: BrowserSession) -> tuple[str, str]:
    lasting = f"Path=/; Max-Age={state.version.session_lifetime}; HttpOnly; SameSite=Lax"
    return ("Set-Cookie", f"{_COOKIE}={session.key}; {lasting}")


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
