"""What Mastodon answers differently: registration, pages, token exchange, revocation, metadata."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gts_wizard.practice.http_server import (
    Request,
    Response,
    UnreadableBodyError,
    found,
    json_answer,
    page,
    see_other,
)
from gts_wizard.practice.oauth import send_to_sign_in, session_of
from gts_wizard.practice.pages import layout
from gts_wizard.practice.state import AuthorizationRequest

if TYPE_CHECKING:
    from gts_wizard.practice.http_server import Request
    from gts_wizard.practice.state import Application, AuthorizationRequest, ServerState


_READ = (
    *("accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes"),
    *("notifications", "search", "statuses"),
)
_WRITE = (
    *("accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows"),
    *("lists", "media", "mutes", "notifications", "reports", "statuses"),
)
_ADMIN = (
    *("accounts", "reports", "domain_allows", "domain_blocks", "ip_blocks"),
    *("email_domain_blocks", "canonical_email_blocks"),
)
DEFAULT_SCOPE = "read"
"""What a registration or a link without any scope is for."""
SCOPES: tuple[str, ...] = (
    *(DEFAULT_SCOPE, "profile"),
    *("write", *(f"write:{what}" for what in _WRITE)),
    *(f"read:{what}" for what in _READ),
    *("follow", "push"),
    *("admin:read", *(f"admin:read:{what}" for what in _ADMIN)),
    *("admin:write", *(f"admin:write:{what}" for what in _ADMIN)),
)
"""Every scope, in the order Mastodon tells them."""
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
_CACHING = "max-age=900, public"
_LONGEST_NAME = 60
_OOB = "urn:ietf:wg:oauth:2.0:oob"
_OOB_PATH = "/oauth/authorize/native"
_SIGN_IN = "/auth/sign_in"


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


def metadata(state: ServerState, _request: Request) -> Response:
    """Answer `GET /.well-known/oauth-authorization-server`."""
    document = {
        "issuer": f"{state.origin}/",
        "authorization_endpoint": f"{state.origin}/oauth/authorize",
        "token_endpoint": f"{state.origin}/oauth/token",
        "revocation_endpoint": f"{state.origin}/oauth/revoke",
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "service_documentation": "https://docs.joinmastodon.org/",
        "app_registration_endpoint": f"{state.origin}/api/v1/apps",
    }
    return json_answer(document, caching=_CACHING)


def authorize_page(application: str, scope: str) -> str:
    """Give the page with the button "Authorize".

    Args:
        application: The name the application registered with; a stranger's text.
        scope: What the link asks for; a stranger's text.
    """
    permissions = "".join(f"<li><code>{escape(one)}</code></li>" for one in scope.split())
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
    """Give the page that shows the out-of-band code, and nothing else.

    Args:
        code: The code from the address; a stranger's text.
    """
    return layout(
        "Authorization code",
        f"""
        <p>Copy this authorization code and paste it to the application.</p>
        <p class="code"><code>{escape(code)}</code></p>""",
    )


def error_page(error: str) -> str:
    """Give the page that tells why a link is refused, in the server's words."""
    return layout(
        "An error has occurred",
        f"""
        <p class="trouble">{escape(error)}</p>""",
    )


def register(state: ServerState, request: Request) -> Response:
    """Answer `POST /api/v1/apps`, sent as JSON or as a form; unknown scopes are refused."""
    try:
        fields = request.fields()
    except UnreadableBodyError:
        return json_answer({"error": "Bad Request"}, 400)
    name = fields.get("client_name", "")
    redirect_uris = tuple(fields.get("redirect_uris", "").split())
    scopes = tuple(dict.fromkeys(fields.get("scopes", "").split())) or (DEFAULT_SCOPE,)
    problems = _problems(name, redirect_uris, scopes)
    if problems:
        return json_answer({"error": f"Validation failed: {', '.join(problems)}"}, 422)
    website = fields.get("website", "")
    return json_answer(_document(state, state.register(name, website, redirect_uris, scopes)))


def _problems(name: str, redirect_uris: tuple[str, ...], scopes: tuple[str, ...]) -> list[str]:
    told = []
    if not name.strip():
        told.append("Application name can't be blank")
    if len(name) > _LONGEST_NAME:
        told.append(f"Application name is too long (maximum is {_LONGEST_NAME} characters)")
    if not redirect_uris:
        told.append("Redirect URI can't be blank")
    if not set(scopes) <= set(SCOPES):
        told.append("Scopes doesn't match configured on the server.")
    return told


def _document(state: ServerState, application: Application) -> dict[str, object]:
    return {
        "id": application.id,
        "name": application.name,
        "website": application.website or None,
        "scopes": application.scopes,
        "redirect_uris": application.redirect_uris,
        "redirect_uri": "\n".join(application.redirect_uris),
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "client_secret_expires_at": 0,
        "vapid_key": state.vapid_key,
    }


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
