"""The client API: register an application, and what a token opens.

A missing, wrong or revoked token is answered alike; a scope that is too small is refused from 0.19
on (measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1). Only the words differ on Mastodon, and
its way of registering, which is in `mastodon.registration`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice.accounts import ACCOUNTS
from gts_wizard.practice.documents import (
    credential_account,
    listed_token,
    notifications,
    registration,
)
from gts_wizard.practice.http_server import (
    Request,
    Response,
    UnreadableBodyError,
    json_answer,
    refusal,
)
from gts_wizard.practice.oauth import permits

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.practice.state import ServerState, Token

_LONGEST_NAME = 1024
# The most that is asked for at once on the real server.
_LIMITS = [str(limit) for limit in range(1, 81)]
_OOB = "urn:ietf:wg:oauth:2.0:oob"
_NO_NAME = (
    "Key: 'ApplicationCreateRequest.ClientName' "
    "Error:Field validation for 'ClientName' failed on the 'required' tag"
)


def register(state: ServerState, request: Request) -> Response:
    """Answer `POST /api/v1/apps`, sent as JSON or as a form; unknown scopes are accepted."""
    held = state.tokens.get(request.bearer_token())
    if held is not None and not _may(state, held, "write:applications"):
        return _too_small(state)
    try:
        fields = request.fields()
    except UnreadableBodyError as error:
        return refusal(400, str(error))
    name = fields.get("client_name", "")
    if not name:
        return refusal(400, _NO_NAME)
    if len(name) > _LONGEST_NAME:
        return refusal(400, state.version.long_name.format(length=len(name)))
    application = state.register(
        name=name,
        website=fields.get("website", ""),
        redirect_uris=tuple(fields.get("redirect_uris", "").split()) or (_OOB,),
        scopes=tuple(fields.get("scopes", "").split()) or ("read",),
    )
    return json_answer(registration(state, application))


def verify_credentials(state: ServerState, request: Request) -> Response:
    """Answer `GET /api/v1/accounts/verify_credentials` with the token's account."""
    return _with_token(
        state,
        request,
        ("read:accounts", "profile"),
        lambda token: json_answer(credential_account(state, ACCOUNTS[token.username])),
    )


def list_notifications(state: ServerState, request: Request) -> Response:
    """Answer `GET /api/v1/notifications`, newest first, at most `limit` of them."""
    limit = request.query.get("limit", "")
    most = int(limit) if limit in _LIMITS else None
    return _with_token(
        state,
        request,
        ("read:notifications",),
        lambda token: json_answer(notifications(state, ACCOUNTS[token.username])[:most]),
    )


def list_tokens(state: ServerState, request: Request) -> Response:
    """Answer `GET /api/v1/tokens` with every token of the account, newest first."""
    return _with_token(
        state,
        request,
        ("read:accounts",),
        lambda token: json_answer(
            [
                listed_token(one)
                for one in reversed(state.tokens.values())
                if one.username == token.username
            ]
        ),
    )


def verify_application(state: ServerState, request: Request) -> Response:
    """Answer `GET /api/v1/apps/verify_credentials`, which finds nothing (measured from 0.19 on).

    GoToSocial takes the path for an application's identifier and looks it up.
    """
    return _with_token(
        state,
        request,
        ("read:applications",),
        lambda _token: json_answer({"error": "Not Found"}, 404),
    )


def _with_token(
    state: ServerState,
    request: Request,
    opening: tuple[str, ...],
    give: Callable[[Token], Response],
) -> Response:
    """Give what any of the `opening` scopes opens, or refuse."""
    token = state.tokens.get(request.bearer_token())
    if token is None:
        return json_answer({"error": state.version.unauthorized}, 401)
    if not _may(state, token, *opening):
        return _too_small(state)
    token.last_used = state.now()
    return give(token)


def _too_small(state: ServerState) -> Response:
    return json_answer({"error": state.version.forbidden}, 403)


def _may(state: ServerState, token: Token, *opening: str) -> bool:
    if not state.version.enforces_scopes:
        return True
    held = token.scope.split()
    return any(permits(held, wanted) for wanted in opening)
