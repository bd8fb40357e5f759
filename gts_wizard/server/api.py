"""The calls a sign-in is made of: register, exchange, verify, look around, revoke.

Services come in; the transport does the asking. What a server answers, misleading answers
included, was measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.errors import (
    CanNotRevoke,
    CodeOfAnotherAttempt,
    CodeRefused,
    RegistrationGone,
    WebPage,
    WizardError,
)
from gts_wizard.models import Client
from gts_wizard.rules.oob import OOB_REDIRECT_URI
from gts_wizard.secret import Secret
from gts_wizard.server.documents import (
    credential,
    issued_token_of,
    notification_of,
    profile_of,
    token_of,
)

if TYPE_CHECKING:
    from gts_wizard.models import IssuedToken, Notification, Profile, Scopes, Token
    from gts_wizard.server.answer import Answer
    from gts_wizard.server.transport import Transport

CLIENT_NAME = "GoToSocial Wizard"
_PICTURE_REDIRECTS = 3
_MOST_TOKENS = 80
_BAD_REQUEST = 400
_UNAUTHORIZED = 401
_NOT_FOUND = 404


async def register(transport: Transport, origin: str, scopes: Scopes) -> Client:
    """Register the wizard's application (`POST /api/v1/apps`).

    Args:
        transport: the connections to use.
        origin: the server's origin.
        scopes: the most its links may ask for.

    Raises:
        WireError: the server did not register it.
    """
    answer = await transport.post(
        f"{origin}/api/v1/apps",
        {
            "client_name": CLIENT_NAME,
            "redirect_uris": OOB_REDIRECT_URI,
            "scopes": " ".join(scopes),
        },
    )
    document = answer.document()
    client_id = credential(document, "client_id", answer.host)
    return Client(origin, client_id, Secret(credential(document, "client_secret", answer.host)))


async def exchange(
    transport: Transport, client: Client, code: Secret, verifier: Secret | None = None
) -> Token:
    """Exchange an authorization code for an access token (RFC 6749 section 4.1.3).

    Args:
        transport: the connections to use.
        client: whose code it is.
        code: the authorization code.
        verifier: what the link's code challenge was made of (RFC 7636 section 4.5), if it had one.

    Raises:
        CodeRefused: the code is wrong, old or used, or the registration is gone.
        CodeOfAnotherAttempt: it belongs to another registration, for which it stays good.
        RegistrationGone: the server refuses the client itself.
        WireError: no usable answer came; whether the code was used is then not known.
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
        raise _refusal(answer)
    return token_of(answer)


async def verify(transport: Transport, origin: str, token: Secret) -> Profile:
    """Ask whose token this is (`GET /api/v1/accounts/verify_credentials`).

    Raises:
        AccessEnded: the token is not accepted.
        NotPermitted: its scopes don't reach that far.
        WireError: no usable answer came.
    """
    answer = await transport.get(f"{origin}/api/v1/accounts/verify_credentials", token=token)
    return profile_of(answer)


async def notifications(transport: Transport, origin: str, token: Secret) -> list[Notification]:
    """Return the newest notifications (`GET /api/v1/notifications`), at most ten.

    Raises:
        WireError: no usable answer came; `NotPermitted` if the token's scopes don't reach.
    """
    answer = await transport.get(f"{origin}/api/v1/notifications?limit=10", token=token)
    return [notification_of(document) for document in answer.documents()[:10]]


async def tokens(transport: Transport, origin: str, token: Secret) -> list[IssuedToken]:
    """Return the newest accesses to the account (`GET /api/v1/tokens`), at most 80.

    GoToSocial has the list from 0.19 on.

    Raises:
        NotAnInstance: the server has no such list.
        WireError: no usable answer came; `NotPermitted` if the token's scopes don't reach.
    """
    answer = await transport.get(f"{origin}/api/v1/tokens?limit={_MOST_TOKENS}", token=token)
    return [issued_token_of(document) for document in answer.documents()[:_MOST_TOKENS]]


async def picture(transport: Transport, url: str) -> bytes:
    """Return a picture's file, at most 1 MiB of it; nothing secret is sent along.

    Raises:
        WireError: no usable answer came.
    """
    # GoToSocial answers 406 to who does not accept the picture's own type.
    answer = await transport.get(url, redirects=_PICTURE_REDIRECTS, accept="image/*")
    answer.require_success()
    return answer.body


async def revoke(transport: Transport, client: Client, token: Secret) -> None:
    """End an access at its server (RFC 7009); ending it twice is no failure.

    Raises:
        CanNotRevoke: the server has no such call (GoToSocial before 0.19).
        WireError: the server did not end it.
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
        raise CanNotRevoke(details=f"HTTP {_NOT_FOUND}")
    answer.require_success()
    if answer.is_web_page():
        raise WebPage(host=answer.host)


def _refusal(answer: Answer) -> WizardError:
    word = answer.error_word()
    details = answer.in_its_words()
    if word == "invalid_grant":
        return CodeOfAnotherAttempt(details=details)
    if word in {"invalid_client", "unauthorized_client"}:
        return RegistrationGone(details=details)
    return CodeRefused(details=details)
