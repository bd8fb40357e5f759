"""The calls a sign-in is made of: register, exchange, verify, look at notifications, revoke.

Services come in; the transport does the asking. What a server answers, misleading answers
included, was measured on GoToSocial 0.17.4, 0.19.2 and 0.20.0-rc1; what it words is made safe
here, before a model holds it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.errors import (
    CanNotRevoke,
    CodeOfAnotherAttempt,
    CodeRefused,
    Nonsense,
    RegistrationGone,
    WizardError,
)
from gts_wizard.models import Notification, Profile, Registration, Scopes, Secret, Token
from gts_wizard.rules.oob import OOB_REDIRECT_URI
from gts_wizard.server.answer import Answer, Document
from gts_wizard.text import from_html, one_line

if TYPE_CHECKING:
    from gts_wizard.server.transport import Transport

CLIENT_NAME = "GoToSocial Wizard"
_LONGEST_SECRET = 4096
_BAD_REQUEST = 400
_UNAUTHORIZED = 401
_NOT_FOUND = 404


async def register(transport: Transport, origin: str, scopes: Scopes) -> Registration:
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
    return Registration(
        origin=origin,
        client_id=_credential(document, "client_id", answer.host),
        client_secret=Secret(_credential(document, "client_secret", answer.host)),
        scopes=scopes,
        created_at=datetime.now(UTC),
    )


async def exchange(transport: Transport, registration: Registration, code: Secret) -> Token:
    """Exchange an authorization code for an access token (RFC 6749 section 4.1.3).

    Raises:
        CodeRefused: the code is wrong, old or used, or the registration is gone.
        CodeOfAnotherAttempt: it belongs to another registration, for which it stays good.
        RegistrationGone: the server refuses the client itself.
        WireError: no usable answer came; whether the code was used is then not known.
    """
    answer = await transport.post(
        f"{registration.origin}/oauth/token",
        {
            "grant_type": "authorization_code",
            "client_id": registration.client_id,
            "client_secret": registration.client_secret.reveal(),
            "redirect_uri": OOB_REDIRECT_URI,
            "code": code.reveal(),
        },
    )
    if answer.status in {_BAD_REQUEST, _UNAUTHORIZED}:
        raise _refusal(answer)
    document = answer.document()
    return Token(
        value=Secret(_credential(document, "access_token", answer.host)),
        scopes=tuple(one_line(document.get("scope")).split()),
        created_at=_unix_time(document.get("created_at")),
    )


async def verify(transport: Transport, origin: str, token: Secret) -> Profile:
    """Ask whose token this is (`GET /api/v1/accounts/verify_credentials`).

    Raises:
        AccessEnded: the token is not accepted.
        NotPermitted: its scopes don't reach that far.
        WireError: no usable answer came.
    """
    answer = await transport.get(f"{origin}/api/v1/accounts/verify_credentials", token=token)
    document = answer.document()
    username = one_line(document.get("username"), 100)
    identifier = one_line(document.get("id"), 100)
    if not username or not identifier:
        raise Nonsense(host=answer.host, details="an account without a name")
    return Profile(
        id=identifier,
        username=username,
        display_name=one_line(document.get("display_name"), 100) or username,
        bio=from_html(document.get("note"), 1000),
        url=one_line(document.get("url"), 300),
        posts=_count(document.get("statuses_count")),
        following=_count(document.get("following_count")),
        followers=_count(document.get("followers_count")),
        role=_name(document.get("role")),
    )


async def notifications(transport: Transport, origin: str, token: Secret) -> list[Notification]:
    """Return the newest notifications (`GET /api/v1/notifications`), at most ten.

    Raises:
        WireError: no usable answer came; `NotPermitted` if the token's scopes don't reach.
    """
    answer = await transport.get(f"{origin}/api/v1/notifications?limit=10", token=token)
    return [_notification(document) for document in answer.documents()[:10]]


async def revoke(transport: Transport, registration: Registration, token: Secret) -> None:
    """End an access at its server (RFC 7009); ending it twice is no failure.

    Raises:
        CanNotRevoke: the server has no such call (GoToSocial before 0.19).
        WireError: the server did not end it.
    """
    answer = await transport.post(
        f"{registration.origin}/oauth/revoke",
        {
            "client_id": registration.client_id,
            "client_secret": registration.client_secret.reveal(),
            "token": token.reveal(),
        },
    )
    if answer.status == _NOT_FOUND:
        raise CanNotRevoke(details=f"HTTP {_NOT_FOUND}")
    answer.require_success()


def _refusal(answer: Answer) -> WizardError:
    word = answer.error_word()
    details = f"HTTP {answer.status} {word}".strip()
    if word == "invalid_grant":
        return CodeOfAnotherAttempt(details=details)
    if word in {"invalid_client", "unauthorized_client"}:
        return RegistrationGone(details=details)
    return CodeRefused(details=details)


def _credential(document: Document, key: str, host: str) -> str:
    """Return an identifier or secret, if it is one that can safely go into a header or link."""
    value = document.get(key)
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= _LONGEST_SECRET
        or not (value.isascii() and value.isprintable())
        or " " in value
    ):
        raise Nonsense(host=host, details=f"no usable {key}")
    return value


def _unix_time(value: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(value)), UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC).replace(microsecond=0)


def _iso_time(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**12 else 0


def _name(role: object) -> str:
    return one_line(role.get("name"), 40) if isinstance(role, dict) else ""


def _notification(document: Document) -> Notification:
    account, status = document.get("account"), document.get("status")
    account = account if isinstance(account, dict) else {}
    status = status if isinstance(status, dict) else {}
    return Notification(
        kind=one_line(document.get("type"), 40),
        who=one_line(account.get("display_name"), 60) or one_line(account.get("acct"), 60),
        at=_iso_time(document.get("created_at")),
        text=one_line(from_html(status.get("content"), 400), 200),
    )
