"""Turns a server's JSON documents into dataclasses, with all text made safe to show.

Pure functions, except that an impossible time is replaced by the present.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.api.html_text import html_to_text
from gts_wizard.api.urls import parse_safe_url, resolve_redirect
from gts_wizard.errors import InvalidResponse
from gts_wizard.models import AuthorizedApp, Notification, Profile, Scopes, Token
from gts_wizard.sanitize import sanitize_line
from gts_wizard.secret import Secret
from gts_wizard.validation import is_token_syntax, is_username

if TYPE_CHECKING:
    from gts_wizard.api.response import Document, Response

# All existing scopes, one by one, are about 50 and take 700 characters.
_MAX_SCOPES, _MAX_SCOPES_LENGTH = 100, 4096
_MAX_NAME_LENGTH = 100
_MAX_APP_NAME_LENGTH = 1024
# Before its emoji are taken out, each with a word of its own.
_MAX_RAW_NAME_LENGTH, _MAX_EMOJIS = 1000, 100
_PLAUSIBLE_YEARS = range(1970, 2200)
_BEARER = "bearer"


def parse_token(document: Document, key: str, host: str) -> str:
    """Return an identifier or a secret that the client will send back later.

    Args:
        document: the JSON object.
        key: the key of the value.
        host: the server's host, for error messages.

    Raises:
        InvalidResponse: the value is missing, or can't be sent in a header or form.
    """
    value = document.get(key)
    if not is_token_syntax(value):
        raise InvalidResponse(host=host, details=f"no usable {key}")
    return value


def parse_access_token(response: Response) -> Token:
    """Return the access token that a response issues (RFC 6749 section 5.1).

    Raises:
        ServerError: the response holds no usable bearer token.
    """
    document = response.json_object()
    # Tokens of other types are sent in other ways (section 7.1).
    if str(document.get("token_type", _BEARER)).lower() != _BEARER:
        raise InvalidResponse(host=response.host, details="no bearer token")
    return Token(
        value=Secret(parse_token(document, "access_token", response.host)),
        scopes=_parse_scopes(document),
        created_at=_parse_unix_time(document.get("created_at")),
    )


def parse_profile(response: Response) -> Profile:
    """Return the profile in a response of `verify_credentials`.

    Raises:
        ServerError: the response holds no usable account.
    """
    document = response.json_object()
    username = _parse_identifier(document, "username", response.host)
    return Profile(
        id=_parse_identifier(document, "id", response.host),
        username=username,
        display_name=_parse_display_name(document, _MAX_NAME_LENGTH) or username,
        bio=html_to_text(document.get("note"), 1000),
        url=_parse_web_url(document.get("url")),
        picture=_parse_picture_url(
            response, document.get("avatar_static") or document.get("avatar")
        ),
        posts=_parse_count(document.get("statuses_count")),
        following=_parse_count(document.get("following_count")),
        followers=_parse_count(document.get("followers_count")),
        role=_parse_name(document.get("role")),
    )


def parse_notification(document: Document) -> Notification:
    """Return one notification; missing values stay empty."""
    account, status = document.get("account"), document.get("status")
    account = account if isinstance(account, dict) else {}
    status = status if isinstance(status, dict) else {}
    return Notification(
        kind=sanitize_line(document.get("type"), 40),
        who=_parse_display_name(account, 60) or sanitize_line(account.get("acct"), 60),
        at=_parse_time(document.get("created_at")),
        text=sanitize_line(html_to_text(status.get("content"), 400), 200),
    )


def parse_authorized_app(document: Document) -> AuthorizedApp:
    """Return one entry of the list of tokens; missing values stay empty."""
    return AuthorizedApp(
        application=_parse_name(document.get("application"), _MAX_APP_NAME_LENGTH),
        scopes=_parse_scopes(document),
        created_at=_parse_time(document.get("created_at")),
        last_used=_parse_time(document.get("last_used")),
    )


def _parse_scopes(document: Document) -> Scopes:
    words = sanitize_line(document.get("scope"), _MAX_SCOPES_LENGTH).split()
    return tuple(word for word in words if is_token_syntax(word))[:_MAX_SCOPES]


def _parse_identifier(document: Document, key: str, host: str) -> str:
    """Return the account's id or username; a username must be valid in a handle."""
    value = document.get(key)
    is_valid = is_username if key == "username" else is_token_syntax
    if not isinstance(value, str) or len(value) > _MAX_NAME_LENGTH or not is_valid(value):
        raise InvalidResponse(host=host, details=f"an account without a usable {key}")
    return value


def _parse_display_name(account: Document, limit: int) -> str:
    """Return the display name of an account without its custom emoji; empty where none is left.

    `:blobcat:` stands for a picture, which no terminal shows, and its word is no part of a name.
    What the server does not list as an emoji stays: a name may have colons.

    Args:
        account: the JSON object of the account.
        limit: the maximum number of characters.
    """
    name = sanitize_line(account.get("display_name"), _MAX_RAW_NAME_LENGTH)
    emojis = account.get("emojis")
    for emoji in emojis[:_MAX_EMOJIS] if isinstance(emojis, list) else []:
        if isinstance(emoji, dict) and isinstance(emoji.get("shortcode"), str):
            name = name.replace(f":{emoji['shortcode']}:", " ")
    return sanitize_line(name, limit)


def _parse_web_url(value: object) -> str:
    return value if is_token_syntax(value) and parse_safe_url(value) else ""


def _parse_picture_url(response: Response, value: object) -> str:
    # A remote server must not make the wizard send requests to this computer.
    return resolve_redirect(response.url, value) if is_token_syntax(value) else ""


def _parse_unix_time(value: object) -> datetime:
    try:
        moment = datetime.fromtimestamp(float(str(value)), UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.now(UTC)
    return _plausible_or_now(moment).replace(microsecond=0)


def _parse_time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if moment.year not in _PLAUSIBLE_YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _plausible_or_now(moment: datetime) -> datetime:
    # Near the first and last year of the calendar, astimezone raises OverflowError.
    return moment.astimezone(UTC) if moment.year in _PLAUSIBLE_YEARS else datetime.now(UTC)


def _parse_count(value: object) -> int:
    # True is an int, too.
    return value if type(value) is int and 0 <= value < 10**12 else 0


def _parse_name(document: object, limit: int = 40) -> str:
    return sanitize_line(document.get("name"), limit) if isinstance(document, dict) else ""
