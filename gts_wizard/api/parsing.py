"""Reads the documents a server answers with, and makes what it words safe.

Only the calls come in; pure functions, but for the clock that stands in for an impossible time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.api.urls import parse_safe_url, resolve_redirect
from gts_wizard.errors import InvalidResponse
from gts_wizard.models import AuthorizedApp, Notification, Profile, Scopes, Token
from gts_wizard.sanitize import html_to_text, sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_token_syntax, is_username

if TYPE_CHECKING:
    from gts_wizard.api.response import Document, Response

# All there are, one by one, are about 50 and take 700 characters.
_MOST_SCOPES, _LONGEST_SCOPES = 100, 4096
_MAX_NAME_LENGTH = 100
_YEARS = range(1970, 2200)
_BEARER = "bearer"


def parse_token(document: Document, key: str, host: str) -> str:
    """Return an identifier or a secret that will be sent back.

    Raises:
        InvalidResponse: it is missing, or not fit to be sent.
    """
    value = document.get(key)
    if not is_token_syntax(value):
        raise InvalidResponse(host=host, details=f"no usable {key}")
    return value


def parse_access_token(answer: Response) -> Token:
    """Return the access token that was issued (RFC 6749 section 5.1).

    Raises:
        ServerError: none was.
    """
    document = answer.json_object()
    # A token of another type is used in another way (section 7.1).
    if str(document.get("token_type", _BEARER)).lower() != _BEARER:
        raise InvalidResponse(host=answer.host, details="no bearer token")
    return Token(
        value=Secret(parse_token(document, "access_token", answer.host)),
        scopes=_scopes(document),
        created_at=_unix_time(document.get("created_at")),
    )


def parse_profile(answer: Response) -> Profile:
    """Return whom a server says a token belongs to.

    Raises:
        ServerError: it does not say so.
    """
    document = answer.json_object()
    username = _identity(document, "username", answer.host)
    return Profile(
        id=_identity(document, "id", answer.host),
        username=username,
        display_name=sanitize_line(document.get("display_name"), 100) or username,
        bio=html_to_text(document.get("note"), 1000),
        url=_web_url(document.get("url")),
        picture=_picture_url(answer, document.get("avatar_static") or document.get("avatar")),
        posts=_count(document.get("statuses_count")),
        following=_count(document.get("following_count")),
        followers=_count(document.get("followers_count")),
        role=_name(document.get("role")),
    )


def parse_notification(document: Document) -> Notification:
    """Return one notification; what it does not say stays empty."""
    account, status = document.get("account"), document.get("status")
    account = account if isinstance(account, dict) else {}
    status = status if isinstance(status, dict) else {}
    return Notification(
        kind=sanitize_line(document.get("type"), 40),
        who=sanitize_line(account.get("display_name"), 60)
        or sanitize_line(account.get("acct"), 60),
        at=_parse_time(document.get("created_at")),
        text=sanitize_line(html_to_text(status.get("content"), 400), 200),
    )


def parse_authorized_app(document: Document) -> AuthorizedApp:
    """Return one entry of the list of accesses; what it does not say stays empty."""
    return AuthorizedApp(
        application=_name(document.get("application"), _MAX_NAME_LENGTH),
        scopes=_scopes(document),
        created_at=_parse_time(document.get("created_at")),
        last_used=_parse_time(document.get("last_used")),
    )


def _scopes(document: Document) -> Scopes:
    words = sanitize_line(document.get("scope"), _LONGEST_SCOPES).split()
    return tuple(word for word in words if is_token_syntax(word))[:_MOST_SCOPES]


def _identity(document: Document, key: str, host: str) -> str:
    """Return what the account goes by; a username is held to what stands in a handle."""
    value = document.get(key)
    is_fit = is_username if key == "username" else is_token_syntax
    if not isinstance(value, str) or len(value) > _MAX_NAME_LENGTH or not is_fit(value):
        raise InvalidResponse(host=host, details=f"an account without a usable {key}")
    return value


def _web_url(value: object) -> str:
    return value if is_token_syntax(value) and parse_safe_url(value) else ""


def _picture_url(answer: Response, value: object) -> str:
    # A server elsewhere must not make the wizard ask this computer for something.
    return resolve_redirect(answer.url, value) if is_token_syntax(value) else ""


def _unix_time(value: object) -> datetime:
    try:
        moment = datetime.fromtimestamp(float(str(value)), UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.now(UTC)
    return _is_plausible(moment).replace(microsecond=0)


def _parse_time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _is_plausible(moment: datetime) -> datetime:
    # At the ends of the calendar a change of time zone raises OverflowError.
    return moment.astimezone(UTC) if moment.year in _YEARS else datetime.now(UTC)


def _count(value: object) -> int:
    # True is an int, too.
    return value if type(value) is int and 0 <= value < 10**12 else 0


def _name(named: object, limit: int = 40) -> str:
    return sanitize_line(named.get("name"), limit) if isinstance(named, dict) else ""
