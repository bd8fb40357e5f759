"""Sign-in, authorization and code pages, token exchange and revocation, as GoToSocial has them.

Their misleading answers are deliberate; they were measured on GoToSocial 0.17.4, 0.19.2 and
0.20.0-rc1, like the rules of the browser's session: before somebody signed in a new link replaces
the earlier one, afterwards every new link is ignored until the code page ended the session or its
two minutes are over. A failed exchange never uses a code up. A scope permits everything under its
own prefix: `read` permits `read:accounts`, never the other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice import http
from gts_wizard.practice.accounts import find_account
from gts_wizard.practice.pages import authorize_page, code_page, sign_in_page
from gts_wizard.practice.state import AuthorizationRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gts_wizard.practice.state import Application, BrowserSession, ServerState


_COOKIE = "gotosocial-localhost"
_WRONG_PASSWORD = "That email address and password don't match. Please try again."  # noqa: S105
_OOB = "urn:ietf:wg:oauth:2.0:oob"
_OOB_PATH = "/oauth/oob"
_DEFAULT_SCOPE = "read"
_REDIRECT_ERRORS = {
    "invalid_scope": "The requested scope is invalid, unknown, or malformed",
    "server_error": (
        "The authorization server encountered an unexpected condition that prevented it from "
        "fulfilling the request"
    ),
}
_NOT_FOUND = "sql: no rows in result set"


def is_permitted(wanted: str, granted: Iterable[str]) -> bool:
    """Return whether one of the granted scopes covers the wanted one.

    Args:
        wanted: a scope, such as `read:accounts`.
        granted: the granted scopes, such as `read` and `write:statuses`.
    """
    return any(wanted == scope or wanted.startswith(f"{scope}:") for scope in granted)


def show_sign_in(_state: ServerState, _request: http.Request) -> http.Response:
    """Answer `GET /auth/sign_in`."""
    return http.html_response(sign_in_page())


def sign_in(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /auth/sign_in`; a wrong password leaves the session as it is."""
    try:
        fields = request.form_fields()
    except http.UnreadableBodyError as error:
        return http.browser_error(request, 400, f"{error}: {http.ADVICE}")
    email = fields.get("username", "")
    account = find_account(email, fields.get("password", ""))
    if account is None:
        return http.html_response(sign_in_page(email, _WRONG_PASSWORD), 401)
    session = find_session(state, request)
    if session is not None:
        session.username = account.username
        return http.redirect_found("/oauth/authorize")
    session = state.open_session(authorization=None)
    session.username = account.username
    return http.redirect_found("/oauth/authorize").with_headers(_cookie(state, session))


def redirect_to_sign_in(state: ServerState, authorization: AuthorizationRequest) -> http.Response:
    """Create a session for an authorization, and redirect to the sign-in page."""
    session = state.open_session(authorization)
    return http.redirect_see_other("/auth/sign_in").with_headers(_cookie(state, session))


def find_session(state: ServerState, request: http.Request) -> BrowserSession | None:
    """Return the valid session of the browser that sent the request, or None."""
    return state.find_session(request.cookie(_COOKIE))


def _cookie(state: ServerState, session: BrowserSession) -> tuple[str, str]:
    attributes = f"Path=/; Max-Age={state.behavior.session_lifetime}; HttpOnly; SameSite=Lax"
    return ("Set-Cookie", f"{_COOKIE}={session.key}; {attributes}")


def drop_slash(_state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /oauth/authorize/`: redirect to the path without the slash."""
    return http.redirect_permanently(request.path.removesuffix("/"), request)


def show_authorize_page(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /oauth/authorize`: redirect to sign in, or show the page with "Allow"."""
    session = find_session(state, request)
    if session is None or session.username is None:
        return _start_authorization(state, request)
    if session.authorization is None:
        return _missing_key_error(state, request, "client_id")
    application = state.applications.get(session.authorization.client_id)
    if application is None:
        return _missing_application_error(state, request, session.authorization)
    authorization = session.authorization
    return http.html_response(
        authorize_page(
            session.username, application.name, authorization.scope, authorization.redirect_uri
        )
    )


def allow(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /oauth/authorize`: redirect with a code or an error."""
    session = find_session(state, request)
    if session is None or session.authorization is None:
        return _missing_key_error(state, request, "response_type")
    if session.username is None:
        return _missing_key_error(state, request, "userid")
    authorization = session.authorization
    application = state.applications.get(authorization.client_id)
    if application is None:
        return _missing_application_error(state, request, authorization)
    if state.behavior.enforces_scopes and not _has_scopes(application, authorization):
        return _redirect_with_error(authorization, "invalid_scope")
    redirects = state.behavior.redirects
    if not redirects.accept(authorization.redirect_uri, application.redirect_uris):
        return _redirect_with_error(authorization, "server_error")
    code = state.issue_code(authorization, session.username)
    url = authorization.redirect_uri.replace(_OOB, _OOB_PATH)
    return http.redirect_found(_add_query(url, {"code": code}, authorization))


def show_code(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /oauth/oob`: show the code and end the browser's session."""
    code = request.query.get("code", "")
    if not code:
        return http.browser_error(
            request, 400, "no 'code' query value provided in callback redirect"
        )
    session = find_session(state, request)
    if session is None or session.username is None:
        return _missing_key_error(state, request, "userid")
    if session.authorization is None:
        return _missing_key_error(state, request, "scope")
    state.end_session(session)
    return http.html_response(code_page(session.username, session.authorization.scope, code))


def _start_authorization(state: ServerState, request: http.Request) -> http.Response:
    query = request.query
    for name in ("response_type", "client_id", "redirect_uri"):
        if not query.get(name):
            reason = f"field {name} was not set on OAuthAuthorize form: {http.ADVICE}"
            return http.browser_error(request, 400, reason)
    # GoToSocial ignores a code_challenge (RFC 7636).
    authorization = AuthorizationRequest(
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        scope=query.get("scope") or _DEFAULT_SCOPE,
        state=query.get("state", ""),
    )
    return redirect_to_sign_in(state, authorization)


def _has_scopes(application: Application, authorization: AuthorizationRequest) -> bool:
    return all(is_permitted(scope, application.scopes) for scope in authorization.scope.split())


def _redirect_with_error(authorization: AuthorizationRequest, error: str) -> http.Response:
    """Redirect to the URI that the link asked for, even if it is not registered (measured)."""
    fields = {"error": error, "error_description": _REDIRECT_ERRORS[error]}
    return http.redirect_found(_add_query(authorization.redirect_uri, fields, authorization))


def _add_query(url: str, fields: dict[str, str], authorization: AuthorizationRequest) -> str:
    if authorization.state:
        fields = {**fields, "state": authorization.state}
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}{urlencode(fields)}"


def _missing_application_error(
    state: ServerState, request: http.Request, authorization: AuthorizationRequest
) -> http.Response:
    reason = state.behavior.missing_application.format(client_id=authorization.client_id)
    return _session_error(state, request, reason)


def _missing_key_error(state: ServerState, request: http.Request, key: str) -> http.Response:
    return _session_error(state, request, state.behavior.missing_key.format(key=key))


def _session_error(state: ServerState, request: http.Request, reason: str) -> http.Response:
    session = find_session(state, request)
    if session is not None:
        state.end_session(session)
    return http.browser_error(
        request, state.behavior.session_error_status, f"{reason}: {http.ADVICE}"
    )


def exchange(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /oauth/token` (RFC 6749 section 4.1.3), sent as JSON or as a form."""
    try:
        fields = request.fields()
    except http.UnreadableBodyError as error:
        return http.oauth_error(400, "invalid_request", str(error))
    errors = _missing_field_errors(fields)
    if errors:
        return http.oauth_error(400, "invalid_request", ": ".join(errors))
    if fields["grant_type"] != "authorization_code":
        reason = f"could not validate token request: unsupported_grant_type: {http.ADVICE}"
        return http.oauth_error(400, "unsupported_grant_type", reason)
    return _exchange(state, fields)


def revoke(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /oauth/revoke` (RFC 7009); only form fields are read (measured)."""
    try:
        fields = request.form_fields()
    except http.UnreadableBodyError as error:
        return http.oauth_error(400, "invalid_request", str(error))
    for name in ("token", "client_id", "client_secret"):
        if not fields.get(name):
            return http.oauth_error(400, "invalid_request", f"{name} not set")
    token = state.tokens.get(fields["token"])
    if token is None:
        return http.json_response({}, cache_control=http.PRIVATE)
    application = token.application
    if (application.client_id, application.client_secret) != (
        fields["client_id"],
        fields["client_secret"],
    ):
        reason = "You are not authorized to revoke this token"
        return http.oauth_error(403, "unauthorized_client", reason)
    del state.tokens[token.value]
    return http.json_response({}, cache_control=http.PRIVATE)


def _missing_field_errors(fields: dict[str, str]) -> list[str]:
    grant_type = fields.get("grant_type")
    errors = []
    if grant_type is None:
        errors.append(
            "grant_type was not set in the token request form, but must be set to "
            "authorization_code or client_credentials"
        )
    errors += [
        f"{name} was not set in the token request form"
        for name in ("client_id", "client_secret", "redirect_uri")
        if name not in fields
    ]
    if "code" not in fields and grant_type == "authorization_code":
        errors.append(
            "code was not set in the token request form, but must be set since grant_type is "
            "authorization_code"
        )
    return errors


def _exchange(state: ServerState, fields: dict[str, str]) -> http.Response:
    application = state.applications.get(fields["client_id"])
    if application is None:
        return _exchange_error(_NOT_FOUND)
    if application.client_secret != fields["client_secret"]:
        return _exchange_error("invalid_client")
    code = state.find_code(fields["code"])
    if code is None:
        return _exchange_error(_NOT_FOUND)
    authorization = code.authorization
    if (authorization.client_id, authorization.redirect_uri) != (
        application.client_id,
        fields["redirect_uri"],
    ):
        return _exchange_error("invalid_grant")
    token = state.issue_token(fields["code"], code, application)
    document = {
        "access_token": token.value,
        "created_at": int(token.created_at),
        "scope": token.scope,
        "token_type": "Bearer",
    }
    return http.json_response(document).with_headers(("Pragma", "no-cache"))


def _exchange_error(error: str) -> http.Response:
    return http.oauth_error(400, error, f"could not get access token: {error}: {http.ADVICE}")
