"""Reads the documents a server answers with, and makes what it words safe.

Only the calls come in; pure functions, but for the clock that stands in for an impossible time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.errors import Nonsense
from gts_wizard.fit import is_credential, is_username
from gts_wizard.models import IssuedToken, Notification, Profile, Scopes, Token
from gts_wizard.secret import Secret
from gts_wizard.server.judging import address_of, lead
from gts_wizard.text import from_html, one_line

if TYPE_CHECKING:
    from gts_wizard.server.answer import Answer, Document

# All there are, one by one, are about 50 and take 700 characters.
_MOST_SCOPES, _LONGEST_SCOPES = 100, 4096
_LONGEST_NAME = 100
_YEARS = range(1970, 2200)
_BEARER = "bearer"


def credential(document: Document, key: str, host: str) -> str:
    """Return an identifier or a secret that will be sent back.

    Raises:
        Nonsense: it is missing, or not fit to be sent.
    """
    value = document.get(key)
    if not is_credential(value):
        raise Nonsense(host=host, details=f"no usable {key}")
    return value


def token_of(answer: Answer) -> Token:
    """Return the access token that was issued (RFC 6749 section 5.1).

    Raises:
        WireError: none was.
    """
    document = answer.document()
    # A token of another type is used in another way (section 7.1).
    if str(document.get("token_type", _BEARER)).lower() != _BEARER:
        raise Nonsense(host=answer.host, details="no bearer token")
    return Token(
        value=Secret(credential(document, "access_token", answer.host)),
        scopes=_scopes(document),
        created_at=_unix_time(document.get("created_at")),
    )


def profile_of(answer: Answer) -> Profile:
    """Return whom a server says a token belongs to.

    Raises:
        WireError: it does not say so.
    """
    document = answer.document()
    username = _identity(document, "username", answer.host)
    return Profile(
        id=_identity(document, "id", answer.host),
        username=username,
        display_name=one_line(document.get("display_name"), 100) or username,
        bio=from_html(document.get("note"), 1000),
        url=_web_address(document.get("url")),
        picture=_picture(answer, document.get("avatar_static") or document.get("avatar")),
        posts=_count(document.get("statuses_count")),
        following=_count(document.get("following_count")),
        followers=_count(document.get("followers_count")),
        role=_name(document.get("role")),
    )


def notification_of(document: Document) -> Notification:
    """Return one notification; what it does not say stays empty."""
    account, status = document.get("account"), document.get("status")
    account = account if isinstance(account, dict) else {}
    status = status if isinstance(status, dict) else {}
    return Notification(
        kind=one_line(document.get("type"), 40),
        who=one_line(account.get("display_name"), 60) or one_line(account.get("acct"), 60),
        at=_told_time(document.get("created_at")),
        text=one_line(from_html(status.get("content"), 400), 200),
    )


def issued_token_of(document: Document) -> IssuedToken:
    """Return one entry of the list of accesses; what it does not say stays empty."""
    return IssuedToken(
        application=_name(document.get("application"), _LONGEST_NAME),
        scopes=_scopes(document),
        created_at=_told_time(document.get("created_at")),
        last_used=_told_time(document.get("last_used")),
    )


def _scopes(document: Document) -> Scopes:
    words = one_line(document.get("scope"), _LONGEST_SCOPES).split()
    return tuple(word for word in words if is_credential(word))[:_MOST_SCOPES]


def _identity(document: Document, key: str, host: str) -> str:
    """Return what the account goes by; a username is held to what stands in a handle."""
    value = document.get(key)
    is_fit = is_username if key == "username" else is_credential
    if not isinstance(value, str) or len(value) > _LONGEST_NAME or not is_fit(value):
        raise Nonsense(host=host, details=f"an account without a usable {key}")
    return value


def _web_address(value: object) -> str:
    return value if is_credential(value) and address_of(value) else ""


def _picture(answer: Answer, value: object) -> str:
    # A server elsewhere must not make the wizard ask this computer for something.
    return lead(answer.url, value) if is_credential(value) else ""


def _unix_time(value: object) -> datetime:
    try:
        moment = datetime.fromtimestamp(float(str(value)), UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.now(UTC)
    return _believable(moment).replace(microsecond=0)


def _told_time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _believable(moment: datetime) -> datetime:
    # At the ends of the calendar a change of time zone raises OverflowError.
    return moment.astimezone(UTC) if moment.year in _YEARS else datetime.now(UTC)


def _count(value: object) -> int:
    # True is an int, too.
    return value if type(value) is int and 0 <= value < 10**12 else 0


def _name(named: object, limit: int = 40) -> str:
    return one_line(named.get("name"), limit) if isinstance(named, dict) else ""
