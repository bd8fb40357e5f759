"""Handlers of the client API: registering an application, and what needs a token.

A missing, wrong or revoked token gets the same response; a scope that is too small is refused from
0.19 on (measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1). Mastodon's error texts differ, and
so does its registration, which is in `mastodon`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice import documents, http
from gts_wizard.practice.accounts import ACCOUNTS
from gts_wizard.practice.oauth import is_permitted
from gts_wizard.practice.paging import respond_with_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.practice.state import ServerState, Token

_MAX_NAME_LENGTH = 1024
_OOB = "urn:ietf:wg:oauth:2.0:oob"
_NAME_MISSING = (
    "Key: 'ApplicationCreateRequest.ClientName' "
    "Error:Field validation for 'ClientName' failed on the 'required' tag"
)


def register(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /api/v1/apps`, sent as JSON or as a form; unknown scopes are accepted."""
    token = state.tokens.get(request.bearer_token())
    if token is not None and not _has_scope(state, token, "write:applications"):
        return _forbidden(state)
    try:
        fields = request.fields()
    except http.UnreadableBodyError as error:
        return http.error_response(400, str(error))
    name = fields.get("client_name", "")
    if not name:
        return http.error_response(400, _NAME_MISSING)
    if len(name) > _MAX_NAME_LENGTH:
        return http.error_response(400, state.behavior.name_too_long.format(length=len(name)))
    application = state.register(
        name=name,
        website=fields.get("website", ""),
        redirect_uris=state.behavior.redirects.split(fields.get("redirect_uris", "")) or (_OOB,),
        scopes=tuple(fields.get("scopes", "").split()) or ("read",),
    )
    return http.json_response(documents.registration(state, application))


def verify_credentials(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /api/v1/accounts/verify_credentials` with the token's account."""
    return with_token(
        state,
        request,
        ("read:accounts", "profile"),
        lambda token: http.json_response(
            documents.credential_account(state, ACCOUNTS[token.username])
        ),
    )


def list_notifications(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /api/v1/notifications`, newest first."""
    return with_token(
        state,
        request,
        ("read:notifications",),
        lambda token: respond_with_page(
            state, request, documents.notifications(state, ACCOUNTS[token.username])
        ),
    )


def create_status(state: ServerState, request: http.Request) -> http.Response:
    """Answer `POST /api/v1/statuses`, sent as JSON or as a form, with the new status."""

    def respond(token: Token) -> http.Response:
        try:
            fields = request.fields(text_only=True)
        except http.UnreadableBodyError as error:
            return http.error_response(400, str(error))
        if not fields.get("status"):
            status, reason = state.behavior.empty_status
            return http.json_response({"error": reason}, status)
        return http.json_response(documents.new_status(state, ACCOUNTS[token.username], fields))

    return with_token(state, request, ("write:statuses",), respond)


def list_tokens(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /api/v1/tokens` with every token of the account, newest first."""
    return with_token(
        state,
        request,
        ("read:accounts",),
        lambda token: http.json_response(
            [
                documents.token_entry(listed)
                for listed in reversed(state.tokens.values())
                if listed.username == token.username
            ]
        ),
    )


def verify_application(state: ServerState, request: http.Request) -> http.Response:
    """Answer `GET /api/v1/apps/verify_credentials`, with 404 (measured from 0.19 on).

    GoToSocial takes `verify_credentials` for the ID of an application and does not find it.
    """
    return with_token(
        state,
        request,
        ("read:applications",),
        lambda _token: http.json_response({"error": "Not Found"}, 404),
    )


def with_token(
    state: ServerState,
    request: http.Request,
    scopes: tuple[str, ...],
    respond: Callable[[Token], http.Response],
) -> http.Response:
    """Return the response for a token with any of the scopes, or the error for any other.

    Args:
        state: the state of the server.
        request: the request with the token.
        scopes: the scopes that permit it; with none, every token does.
        respond: returns the response for the token.
    """
    token = state.tokens.get(request.bearer_token())
    if token is None:
        return http.json_response({"error": state.behavior.unauthorized}, 401)
    if scopes and not _has_scope(state, token, *scopes):
        return _forbidden(state)
    token.last_used = state.now()
    return respond(token)


def _forbidden(state: ServerState) -> http.Response:
    return http.json_response({"error": state.behavior.forbidden}, 403)


def _has_scope(state: ServerState, token: Token, *scopes: str) -> bool:
    if not state.behavior.enforces_scopes:
        return True
    granted = token.scope.split()
    return any(is_permitted(wanted, granted) for wanted in scopes)
