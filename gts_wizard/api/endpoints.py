"""The API calls of a sign-in: register, exchange, verify, notifications, tokens, revoke.

Responses, misleading ones included, were measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gts_wizard import errors
from gts_wizard.api import parsing
from gts_wizard.models import OOB_REDIRECT_URI, ClientCredentials
from gts_wizard.oauth.scopes import grants
from gts_wizard.secret import Secret
from gts_wizard.version import APP_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gts_wizard.api.http import HttpClient
    from gts_wizard.api.response import Response
    from gts_wizard.models import AuthorizedApp, Notification, Profile, Scopes, Token

MAX_TOKENS = 80
"""How many of an account's tokens are listed."""
_MAX_PICTURE_REDIRECTS = 3
_BAD_REQUEST = 400
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
# A proxy got no usable response from the server (RFC 9110 sections 15.6.3 and 15.6.5).
_GATEWAY_ERRORS = frozenset({502, 504})
# Statuses by which a server refuses to revoke a token, or a gateway every request.
_REFUSALS = frozenset({_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN})
_NAMES_SCOPE = re.compile(r"scope|permission", re.IGNORECASE)
# After these it is not known whether the server has exchanged a code.
_UNCLEAR = (
    errors.ConnectionLost,
    errors.InvalidResponse,
    errors.ResponseTooLarge,
    errors.Timeout,
)
_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client"})


async def register_client(
    http: HttpClient,
    origin: str,
    scopes: Scopes,
    redirect_uris: Sequence[str] = (OOB_REDIRECT_URI,),
    name: str = APP_NAME,
) -> ClientCredentials:
    """Register the wizard as an OAuth client (`POST /api/v1/apps`).

    Args:
        http: sends the request.
        origin: the server's origin.
        scopes: the scopes that its authorization URLs may ask for.
        redirect_uris: the redirect URIs that these may have.
        name: the name under which the server lists its tokens.

    Raises:
        ServerError: the server did not register it.
    """
    response = await http.post(
        f"{origin}/api/v1/apps",
        {
            "client_name": name,
            "redirect_uris": "\n".join(redirect_uris),
            "scopes": " ".join(scopes),
        },
    )
    document = response.json_object()
    client_id = parsing.parse_token(document, "client_id", response.host)
    return ClientCredentials(
        origin, client_id, Secret(parsing.parse_token(document, "client_secret", response.host))
    )


async def exchange_code(
    http: HttpClient,
    client: ClientCredentials,
    code: Secret,
    verifier: Secret | None = None,
    redirect_uri: str = OOB_REDIRECT_URI,
) -> Token:
    """Exchange an authorization code for an access token (RFC 6749 section 4.1.3).

    Args:
        http: sends the request.
        client: the OAuth client that the code was issued to.
        code: the authorization code.
        verifier: the code verifier (RFC 7636 section 4.5) if the authorization URL had a code
            challenge.
        redirect_uri: that of the authorization URL.

    Raises:
        CodeRefused: the code is wrong, expired or used, or the registration is gone.
        CodeForOtherSignIn: the code belongs to another registration, for which it stays valid.
        RegistrationUnknown: the server refuses the client itself.
        TokenMayExist: no complete response came in time, it can't be read, or a proxy got none
            from the server.
        ServerError: the response is not usable, or the request could not be sent.
    """
    form: dict[str, str | Secret] = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "redirect_uri": redirect_uri,
        "code": code,
    }
    if verifier is not None:
        form["code_verifier"] = verifier
    try:
        response = await http.post(client.origin + client.metadata.token_endpoint, form)
        if response.status in {_BAD_REQUEST, _UNAUTHORIZED} and response.is_from_api():
            raise _exchange_error(response)
        if response.status not in _GATEWAY_ERRORS:
            return parsing.parse_access_token(response)
        unclear = _token_may_exist(errors.ServerFailure(host=response.host, status=response.status))
    except _UNCLEAR as error:
        unclear = _token_may_exist(error)
    # Raised outside the except block, like every error of this package: none chains another.
    raise unclear


async def verify_credentials(
    http: HttpClient, origin: str, token: Secret, granted: Scopes = ()
) -> Profile:
    """Return the account that a token belongs to (`GET /api/v1/accounts/verify_credentials`).

    Args:
        http: sends the request.
        origin: the server's origin.
        token: the access token.
        granted: its scopes; empty where they are not known.

    Raises:
        TokenRevoked: the token is not accepted.
        InsufficientScope: the token's scopes don't cover the call.
        AccountRefused: they do, and the account is refused all the same.
        ServerError: no usable response came.
    """
    response = await http.get(f"{origin}/api/v1/accounts/verify_credentials", token=token)
    _require_scope(response, granted, "read:accounts", "profile")
    return parsing.parse_profile(response)


async def fetch_notifications(
    http: HttpClient, origin: str, token: Secret, granted: Scopes = ()
) -> list[Notification]:
    """Return the newest notifications (`GET /api/v1/notifications`), at most ten.

    Takes and raises what `verify_credentials` does.
    """
    response = await http.get(f"{origin}/api/v1/notifications?limit=10", token=token)
    _require_scope(response, granted, "read:notifications")
    return [parsing.parse_notification(document) for document in response.json_list()[:10]]


async def list_authorized_apps(
    http: HttpClient, origin: str, token: Secret, granted: Scopes = ()
) -> list[AuthorizedApp]:
    """Return the newest tokens of the account with their apps (`GET /api/v1/tokens`), at most 80.

    GoToSocial has the endpoint since 0.19. Takes what `verify_credentials` does.

    Raises:
        NotAnInstance: the server has no such endpoint.
        ServerError: as for `verify_credentials`.
    """
    response = await http.get(f"{origin}/api/v1/tokens?limit={MAX_TOKENS}", token=token)
    _require_scope(response, granted, "read:accounts")
    return [
        parsing.parse_authorized_app(document) for document in response.json_list()[:MAX_TOKENS]
    ]


async def fetch_picture(http: HttpClient, url: str) -> bytes:
    """Return the bytes of a picture of at most 1 MiB; no token is sent.

    Raises:
        ServerError: no usable response came.
    """
    # GoToSocial responds with 406 where Accept does not cover the picture's own type.
    response = await http.get(url, redirects=_MAX_PICTURE_REDIRECTS, accept="image/*")
    response.require_success()
    return response.body


async def is_revoked(http: HttpClient, origin: str, token: Secret) -> bool:
    """Return whether a server says that it does not accept a token; False where it says nothing."""
    try:
        await verify_credentials(http, origin, token)
    except errors.TokenRevoked:
        return True
    except errors.ServerError:
        pass
    return False


async def revoke_token(http: HttpClient, client: ClientCredentials, token: Secret) -> None:
    """Revoke a token at its server (RFC 7009); revoking it twice is no error.

    Takahe does not revoke a token twice. So where a server refuses to revoke one, it is asked
    whether it still accepts that token.

    Args:
        http: sends the request.
        client: the OAuth client that the token was issued to.
        token: the access token.

    Raises:
        RevocationUnsupported: the server has no such endpoint (GoToSocial before 0.19).
        RevocationRefused: the server no longer accepts the client.
        ServerError: the server did not revoke it.
    """
    response = await http.post(
        client.origin + client.metadata.revocation_endpoint,
        {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "token": token,
        },
    )
    if response.status == _NOT_FOUND:
        raise errors.RevocationUnsupported(host=response.host, details=f"HTTP {_NOT_FOUND}")
    if response.ok:
        # Only a page is suspicious: the body means nothing (section 2.2).
        if response.is_web_page():
            raise errors.UnexpectedHtml(host=response.host)
        return
    if response.status in _REFUSALS and await is_revoked(http, client.origin, token):
        return
    # Takahe refuses a client by an empty 403.
    is_empty = response.status == _FORBIDDEN and not response.body
    if is_empty or response.oauth_error() in _CLIENT_ERRORS:
        raise errors.RevocationRefused(host=response.host, details=response.error_summary())
    raise response.to_error()


def _token_may_exist(cause: errors.ServerError) -> errors.TokenMayExist:
    details = f"{type(cause).__name__}: {cause.details}"
    return errors.TokenMayExist(host=cause.host, cause=cause.message, details=details)


def _require_scope(response: Response, granted: Scopes, *sufficient: str) -> None:
    """Raise an error if the API refuses a request for which a token lacks scopes.

    Args:
        response: the response to a call that only reads.
        granted: the token's scopes; empty where they are not known.
        sufficient: the scopes of which any covers the call, besides `read`.

    Raises:
        InsufficientScope: more scopes may help.
    """
    if response.status != _FORBIDDEN or not response.is_from_api() or grants(granted, ("read",)):
        return
    # Takahe requires `read` itself (measured), so the server's words count first.
    names_scope = _NAMES_SCOPE.search(response.error_text())
    is_covered = not granted or any(grants(granted, (scope,)) for scope in sufficient)
    if names_scope or not is_covered:
        raise errors.InsufficientScope(host=response.host, details=response.error_summary())


def _exchange_error(response: Response) -> errors.WizardError:
    error = response.oauth_error()
    host, details = response.host, response.error_summary()
    if error == "invalid_grant":
        return errors.CodeForOtherSignIn(details=details)
    if error in _CLIENT_ERRORS:
        return errors.RegistrationUnknown(host=host, details=details)
    return errors.CodeRefused(host=host, details=details)
