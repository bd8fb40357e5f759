"""The calls a sign-in is made of: register, exchange, verify, look around, revoke.

Services come in; the transport does the asking. What a server answers, misleading answers
included, was measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.api.parsing import (
    parse_access_token,
    parse_authorized_app,
    parse_notification,
    parse_profile,
    parse_token,
)
from gts_wizard.errors import (
    CodeForOtherSignIn,
    CodeRefused,
    RegistrationUnknown,
    RevocationUnsupported,
    UnexpectedHtml,
    WizardError,
)
from gts_wizard.models import ClientCredentials
from gts_wizard.oauth.authorize import OOB_REDIRECT_URI
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from gts_wizard.api.http import HttpClient
    from gts_wizard.api.response import Response
    from gts_wizard.models import AuthorizedApp, Notification, Profile, Scopes, Token

CLIENT_NAME = "GoToSocial Wizard"
_PICTURE_REDIRECTS = 3
_MAX_TOKENS = 80
_BAD_REQUEST = 400
_UNAUTHORIZED = 401
_NOT_FOUND = 404


async def register_client(transport: HttpClient, origin: str, scopes: Scopes) -> ClientCredentials:
    """Register the wizard's application (`POST /api/v1/apps`).

    Args:
        transport: the connections to use.
        origin: the server's origin.
        scopes: the most its links may ask for.

    Raises:
        ServerError: the server did not register it.
    """
    answer = await transport.post(
        f"{origin}/api/v1/apps",
        {
            "client_name": CLIENT_NAME,
            "redirect_uris": OOB_REDIRECT_URI,
            "scopes": " ".join(scopes),
        },
    )
    document = answer.json_object()
    client_id = parse_token(document, "client_id", answer.host)
    return ClientCredentials(
        origin, client_id, Secret(parse_token(document, "client_secret", answer.host))
    )


async def exchange_code(
    transport: HttpClient, client: ClientCredentials, code: Secret, verifier: Secret | None = None
) -> Token:
    """Exchange an authorization code for an access token (RFC 6749 section 4.1.3).

    Args:
        transport: the connections to use.
        client: whose code it is.
        code: the authorization code.
        verifier: what the link's code challenge was made of (RFC 7636 section 4.5), if it had one.

    Raises:
        CodeRefused: the code is wrong, old or used, or the registration is gone.
        CodeForOtherSignIn: it belongs to another registration, for which it stays good.
        RegistrationUnknown: the server refuses the client itself.
        ServerError: no usable answer came; whether the code was used is then not known.
    """
    form: dict[str, str | Secret] = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "redirect_uri": OOB_REDIRECT_URI,
        "code": code,
    }
    if verifier is not None:
        form["code_verifier"] = verifier
    answer = await transport.post(client.origin + client.metadata.token_endpoint, form)
    if answer.status in {_BAD_REQUEST, _UNAUTHORIZED}:
        raise _exchange_error(answer)
    return parse_access_token(answer)


async def verify_credentials(transport: HttpClient, origin: str, token: Secret) -> Profile:
    """Ask whose token this is (`GET /api/v1/accounts/verify_credentials`).

    Raises:
        TokenRevoked: the token is not accepted.
        InsufficientScope: its scopes don't reach that far.
        ServerError: no usable answer came.
    """
    answer = await transport.get(f"{origin}/api/v1/accounts/verify_credentials", token=token)
    return parse_profile(answer)


async def fetch_notifications(
    transport: HttpClient, origin: str, token: Secret
) -> list[Notification]:
    """Return the newest notifications (`GET /api/v1/notifications`), at most ten.

    Raises:
        ServerError: no usable answer came; `InsufficientScope` if the token's scopes don't reach.
    """
    answer = await transport.get(f"{origin}/api/v1/notifications?limit=10", token=token)
    return [parse_notification(document) for document in answer.json_list()[:10]]


async def list_authorized_apps(
    transport: HttpClient, origin: str, token: Secret
) -> list[AuthorizedApp]:
    """Return the newest accesses to the account (`GET /api/v1/tokens`), at most 80.

    GoToSocial has the list from 0.19 on.

    Raises:
        NotAnInstance: the server has no such list.
        ServerError: no usable answer came; `InsufficientScope` if the token's scopes don't reach.
    """
    answer = await transport.get(f"{origin}/api/v1/tokens?limit={_MAX_TOKENS}", token=token)
    return [parse_authorized_app(document) for document in answer.json_list()[:_MAX_TOKENS]]


async def fetch_picture(transport: HttpClient, url: str) -> bytes:
    """Return a picture's file, at most 1 MiB of it; nothing secret is sent along.

    Raises:
        ServerError: no usable answer came.
    """
    # GoToSocial answers 406 to who does not accept the picture's own type.
    answer = await transport.get(url, redirects=_PICTURE_REDIRECTS, accept="image/*")
    answer.require_success()
    return answer.body


async def revoke_token(transport: HttpClient, client: ClientCredentials, token: Secret) -> None:
    """End an access at its server (RFC 7009); ending it twice is no failure.

    Raises:
        RevocationUnsupported: the server has no such call (GoToSocial before 0.19).
        ServerError: the server did not end it.
    """
    answer = await transport.post(
        client.origin + client.metadata.revocation_endpoint,
        {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "token": token,
        },
    )
    if answer.status == _NOT_FOUND:
        raise RevocationUnsupported(details=f"HTTP {_NOT_FOUND}")
    answer.require_success()
    if answer.is_web_page():
        raise UnexpectedHtml(host=answer.host)


def _exchange_error(answer: Response) -> WizardError:
    word = answer.oauth_error()
    details = answer.error_summary()
    if word == "invalid_grant":
        return CodeForOtherSignIn(details=details)
    if word in {"invalid_client", "unauthorized_client"}:
        return RegistrationUnknown(details=details)
    return CodeRefused(details=details)
