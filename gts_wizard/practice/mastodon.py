"""What Mastodon answers differently: registration, pages, token exchange, revocation, metadata.

All of it was read, not measured: in the documentation (docs.joinmastodon.org), in the source of
4.4, and in that of Doorkeeper 5.8, the library by which Mastodon speaks OAuth. Registering tells
all that is wrong at once, as a 422. A browser stays signed in, and whoever authorized the same
before is given a code at once. A code that was asked for with a challenge is exchanged only with
its verifier (RFC 7636 section 4.6). Errors are those of RFC 6749 sections 4.1.2.1 and 5.2;
`invalid_client` is a 401, all others are a 400. The issuer of the metadata (RFC 8414) ends with a
slash; its `userinfo_endpoint` is left out.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice import http
from gts_wizard.practice.api import with_token
from gts_wizard.practice.oauth import find_session, redirect_to_sign_in
from gts_wizard.practice.pages import layout
from gts_wizard.practice.state import AuthorizationRequest

if TYPE_CHECKING:
    from gts_wizard.practice.state import Application, ServerState


_READ_SCOPES = (
    *("accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes"),
    *("notifications", "search", "statuses"),
)
_WRITE_SCOPES = (
    *("accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows"),
    *("lists", "media", "mutes", "notifications", "reports", "statuses"),
)
_ADMIN_SCOPES = (
    *("accounts", "reports", "domain_allows", "domain_blocks", "ip_blocks"),
    *("email_domain_blocks", "canonical_email_blocks"),
)
_DEFAULT_SCOPE = "read"
# In the order of Mastodon's metadata.
_SCOPES: tuple[str, ...] = (
    *(_DEFAULT_SCOPE, "profile"),
    *("write", *(f"write:{name}" for name in _WRITE_SCOPES)),
    *(f"read:{name}" for name in _READ_SCOPES),
    *("follow", "push"),
    *("admin:read", *(f"admin:read:{name}" for name in _ADMIN_SCOPES)),
    *("admin:write", *(f"admin:write:{name}" for name in _ADMIN_SCOPES)),
)
_ERROR_DESCRIPTIONS = {
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
_METADATA_CACHE_CONTROL = "max-age=900, public"
_MAX_NAME_LENGTH = 60
_OOB = "urn:ietf:wg:oauth:2.0:oob"
_OOB_PATH = "/oauth/authorize/native"
_SIGN_IN_PATH = "/auth/sign_in"


def _oauth_error_page(error: str) -> http.Response:
    """Return an error about an authorization link, as a page."""
    return http.html_response(error_page(_ERROR_DESCRIPTIONS[error]), _status(error))


def _oauth_error(error: str) -> http.Response:
    """Return an error in the form of RFC 6749 section 5.2."""
    return http.json_response(
        {"error": error, "error_description": _ERROR_DESCRIPTIONS[error]}, _status(error)
    )


def _missing_parameter_error(name: str) -> http.Response:
    """Return the error for a request without a required parameter."""
    reason = f"Missing required parameter: {name}."
    return http.json_response({"error": "invalid_request", "error_description": reason}, 400)


def _status(error: str) -> int:
    return 401 if error == "invalid_client" else 400


def show_metadata(state: ServerState, _request: http.Request) -> http.Response:
    """Answer `GET /.well-known/oauth-authorization-server`."""
    document = {
        "issuer": f"{state.origin}/",
        "authorization_endpoint": f"{state.origin}/oauth/authorize",
        "token_endpoint": f"{state.origin}/oauth/token",
        "revocation_endpoint": f"{state.origin}/oauth/revoke",
        "scopes_supported": _SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "service_documentation": "https://docs.joinmastodon.org/",
        "app_registration_endpoint": f"{state.origin}/api/v1/apps",
    }
    return http.json_response(document, cache_control=_METADATA_CACHE_CONTROL)


def authorize_page(application: str, scope: str) -> str:
    """Return the page with the button "Authorize".

    Args:
        application: the name the application registered with; untrusted text.
        scope: the scope the link asks for; untrusted text.
    """
    permissions = "".join(f"<li><code>{escape(name)}</code></li>" for name in scope.split())
    return layout(
        "Authorization required",
        f"""
        <h1>Authorization required</h1>
        <p><b>{escape(application)}</b> would like permission to access your account.
        <b>Only approve this request if you recognize and trust this source.</b></p>
        <h2>Review permissions</h2>
        <ul>{permissions}</ul>
        <form method="post" action="/oauth/authorize">
        <button type="submit" autofocus>Authorize</button>
        </form>""",
    )


def code_page(code: str) -> str:
    """Return the page that shows the out-of-band code.

    Args:
        code: the code from the URL's query; untrusted text.
    """
    return layout(
        "Authorization code",
        f"""
        <p>Copy this authorization code and paste it to the application.</p>
        <p class="code"><code>{escape(code)}</code></p>""",
    )


def error_page(error: str) -> str:
    """Return the page that shows an error, in the server's words."""
    return layout(
        "An error has occurred",
        f"""
        <p class="trouble">{escape(error)}</p>""",
    )


def register(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /api/v1/apps`, sent as JSON or as a form; unknown scopes are an error."""
    try:
        fields = request.fields()
    except http.UnreadableBodyError:
        return http.json_response({"error": "Bad Request"}, 400)
    name = fields.get("client_name", "")
    redirect_uris = state.behavior.redirects.split(fields.get("redirect_uris", ""))
    scopes = tuple(dict.fromkeys(fields.get("scopes", "").split())) or (_DEFAULT_SCOPE,)
    errors = _validation_errors(name, redirect_uris, scopes)
    if errors:
        return http.json_response({"error": f"Validation failed: {', '.join(errors)}"}, 422)
    application = state.register(name, fields.get("website", ""), redirect_uris, scopes)
    return http.json_response(_registration(state, application))


def _validation_errors(
    name: str, redirect_uris: tuple[str, ...], scopes: tuple[str, ...]
) -> list[str]:
    errors = []
    if not name.strip():
        errors.append("Application name can't be blank")
    if len(name) > _MAX_NAME_LENGTH:
        errors.append(f"Application name is too long (maximum is {_MAX_NAME_LENGTH} characters)")
    if not redirect_uris:
        errors.append("Redirect URI can't be blank")
    if not set(scopes) <= set(_SCOPES):
        errors.append("Scopes doesn't match configured on the server.")
    return errors


def _registration(state: ServerState, application: Application) -> dict[str, object]:
    return {
        **_application(state, application),
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "client_secret_expires_at": 0,
    }


def verify_application(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /api/v1/apps/verify_credentials` with the token's application."""
    return with_token(
        state, request, (), lambda token: http.json_response(_application(state, token.application))
    )


def _application(state: ServerState, application: Application) -> dict[str, object]:
    return {
        "id": application.id,
        "name": application.name,
        "website": application.website or None,
        "scopes": application.scopes,
        "redirect_uris": application.redirect_uris,
        "redirect_uri": "\n".join(application.redirect_uris),
        "vapid_key": state.vapid_key,
    }


def show_authorize_page(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /oauth/authorize`: show the page, or redirect to sign in or with a code."""
    session = find_session(state, request)
    if session is None or session.username is None:
        return redirect_to_sign_in(state, _parse_link(request))
    if request.query:
        session.authorization = _parse_link(request)
    if session.authorization is None:
        return http.redirect_see_other("/")
    authorization = session.authorization
    error = _link_error(state, authorization)
    if error is not None:
        return error
    if state.reusable_token(authorization, session.username) is not None:
        return _redirect_with_code(state, authorization, session.username)
    return http.html_response(
        authorize_page(state.applications[authorization.client_id].name, authorization.scope)
    )


def authorize(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /oauth/authorize`: redirect with a code, or show an error."""
    session = find_session(state, request)
    if session is None or session.username is None or session.authorization is None:
        return http.redirect_found(_SIGN_IN_PATH)
    error = _link_error(state, session.authorization)
    return error or _redirect_with_code(state, session.authorization, session.username)


def show_code(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /oauth/authorize/native`: show the code that is in the query."""
    session = find_session(state, request)
    if session is None or session.username is None:
        return http.redirect_see_other(_SIGN_IN_PATH)
    return http.html_response(code_page(request.query.get("code", "")))


def _parse_link(request: http.Request) -> AuthorizationRequest:
    query = request.query
    return AuthorizationRequest(
        client_id=query.get("client_id", ""),
        redirect_uri=query.get("redirect_uri", ""),
        scope=query.get("scope") or _DEFAULT_SCOPE,
        state=query.get("state", ""),
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", ""),
    )


def _link_error(state: ServerState, authorization: AuthorizationRequest) -> http.Response | None:
    """Return the error for an authorization link, or None; scopes are compared as whole words."""
    application = state.applications.get(authorization.client_id)
    if application is None:
        return _oauth_error_page("invalid_client")
    redirects = state.behavior.redirects
    if not redirects.accept(authorization.redirect_uri, application.redirect_uris):
        return _oauth_error_page("invalid_redirect_uri")
    if not set(authorization.scope.split()) <= set(application.scopes):
        return _oauth_error_page("invalid_scope")
    if authorization.challenge and authorization.challenge_method != "S256":
        return _oauth_error_page("invalid_code_challenge_method")
    return None


def _redirect_with_code(
    state: ServerState, authorization: AuthorizationRequest, username: str
) -> http.Response:
    fields = {"code": state.issue_code(authorization, username)}
    if authorization.redirect_uri == _OOB:
        # Mastodon leaves out the link's state here.
        return http.redirect_found(f"{_OOB_PATH}?{urlencode(fields)}")
    separator = "&" if "?" in authorization.redirect_uri else "?"
    fields["state"] = authorization.state
    return http.redirect_found(f"{authorization.redirect_uri}{separator}{urlencode(fields)}")


def exchange(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /oauth/token` (RFC 6749 section 4.1.3), sent as JSON or as a form."""
    fields = _fields(request)
    if fields.get("grant_type") not in {None, "", "authorization_code"}:
        return _oauth_error("unsupported_grant_type")
    code = state.find_code(fields.get("code", ""))
    required = ["grant_type", "code", "redirect_uri"]
    if code is not None and code.authorization.challenge:
        required.append("code_verifier")
    missing = [name for name in required if not fields.get(name)]
    if missing:
        return _missing_parameter_error(missing[0])
    application = _authenticate_client(state, fields)
    if application is None:
        return _oauth_error("invalid_client")
    if code is None or not _matches(code.authorization, fields):
        return _oauth_error("invalid_grant")
    token = state.issue_token(fields["code"], code, application)
    document = {
        "access_token": token.value,
        "token_type": "Bearer",
        "scope": token.scope,
        "created_at": int(token.created_at),
    }
    return http.json_response(document).with_headers(("Pragma", "no-cache"))


def revoke(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /oauth/revoke` (RFC 7009), sent as JSON or as a form."""
    fields = _fields(request)
    application = _authenticate_client(state, fields)
    token = state.tokens.get(fields.get("token", ""))
    if application is None or (token is not None and token.application is not application):
        reason = "You are not authorized to revoke this token"
        return http.json_response(
            {"error": "unauthorized_client", "error_description": reason}, 403
        )
    if token is not None:
        del state.tokens[token.value]
    return http.json_response({})


def _fields(request: http.Request) -> dict[str, str]:
    try:
        return request.fields()
    except http.UnreadableBodyError:
        return {}


def _authenticate_client(state: ServerState, fields: dict[str, str]) -> Application | None:
    """Return the application with this ID and secret (RFC 6749 section 2.3.1), or None."""
    application = state.applications.get(fields.get("client_id", ""))
    if application is None or application.client_secret != fields.get("client_secret"):
        return None
    return application


def _matches(authorization: AuthorizationRequest, fields: dict[str, str]) -> bool:
    """Return whether a code was issued for this client, redirect URI and PKCE verifier."""
    verifier = fields.get("code_verifier", "")
    return (authorization.client_id, authorization.redirect_uri, authorization.challenge) == (
        fields["client_id"],
        fields["redirect_uri"],
        _s256_challenge(verifier) if verifier else "",
    )


def _s256_challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
