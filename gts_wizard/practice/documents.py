"""JSON documents of the instance, accounts, posts, notifications and tokens."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gts_wizard.practice.accounts import ACCOUNTS, Account
from gts_wizard.practice.ids import lasting_id
from gts_wizard.practice.state import iso_time

if TYPE_CHECKING:
    from gts_wizard.practice.state import Application, ServerState, Token


Document = dict[str, object]
_TITLE = "Practice instance"
_DESCRIPTION = "A pretend GoToSocial for practising. Nothing here is real."
_CHARACTERS = 5000
_FORTY_MEBIBYTES = 40 * 1024 * 1024
_ANY_NUMBER = 2**31 - 1
_HOUR = 3600
_DAY = 24 * _HOUR
_ADMIN_PERMISSIONS = "546033"


def instance_v1(state: ServerState) -> Document:
    """Give the document of `/api/v1/instance`."""
    return {
        **_names(state, "uri"),
        "title": _TITLE,
        "description": f"<p>{_DESCRIPTION}</p>",
        "short_description": _DESCRIPTION,
        "email": "",
        "version": state.version.reported,
        "languages": ["en"],
        "registrations": False,
        "approval_required": True,
        "invites_enabled": False,
        "configuration": _limits(state),
        "urls": {"streaming_api": f"wss://{state.address}"},
        "stats": {
            "domain_count": 0,
            "status_count": sum(account.statuses for account in ACCOUNTS.values()),
            "user_count": len(ACCOUNTS),
        },
        "thumbnail": _thumbnail(state),
        "max_toot_chars": _CHARACTERS,
        "rules": [],
    }


def instance_v2(state: ServerState) -> Document:
    """Give the document of `/api/v2/instance`."""
    return {
        **_names(state, "domain"),
        "title": _TITLE,
        "version": state.version.reported,
        "source_url": state.version.source_url,
        "description": f"<p>{_DESCRIPTION}</p>",
        "usage": {"users": {"active_month": len(ACCOUNTS)}},
        "thumbnail": {"url": _thumbnail(state)},
        "languages": ["en"],
        "configuration": _configuration(state),
        "registrations": _registrations(state),
        "contact": {"email": ""},
        "rules": [],
    }


def _names(state: ServerState, key: str) -> Document:
    if state.version.tells_account_domain:
        return {key: state.address, "account_domain": state.account_domain}
    return {key: state.account_domain}


def _limits(state: ServerState) -> dict[str, Document]:
    return {
        "statuses": {
            "max_characters": _CHARACTERS,
            "max_media_attachments": 6,
            "characters_reserved_per_url": 25,
            "supported_mime_types": ["text/plain", "text/markdown"],
        },
        "media_attachments": {
            "supported_mime_types": list(state.version.media_types),
            "image_size_limit": _FORTY_MEBIBYTES,
            "image_matrix_limit": _ANY_NUMBER,
            "video_size_limit": _FORTY_MEBIBYTES,
            "video_frame_rate_limit": _ANY_NUMBER,
            "video_matrix_limit": _ANY_NUMBER,
        },
        "polls": {
            "max_options": 6,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2629746,
        },
        "accounts": {"allow_custom_css": False, "max_featured_tags": 10, "max_profile_fields": 6},
        "emojis": {"emoji_size_limit": 51200},
    }


def _configuration(state: ServerState) -> dict[str, Document]:
    configuration = _limits(state)
    configuration["urls"] = {"streaming": f"wss://{state.address}"}
    configuration["translation"] = {"enabled": False}
    if state.version.tells_registration:
        configuration["media_attachments"]["description_limit"] = 1500
        configuration["vapid"] = {"public_key": state.vapid_key}
    if state.version.tells_terms:
        configuration["urls"] |= {
            "about": f"{state.origin}/about",
            "privacy_policy": None,
            "terms_of_service": f"{state.origin}/about#rules",
        }
    return configuration


def _registrations(state: ServerState) -> Document:
    registrations: Document = {"enabled": False, "approval_required": True, "message": None}
    if state.version.tells_terms:
        registrations |= {"min_age": None, "reason_required": True}
    return registrations


def _thumbnail(state: ServerState) -> str:
    return f"{state.origin}/pictures/instance.png"


def registration(state: ServerState, application: Application) -> Document:
    """Give a new application with its secret, which is told this once."""
    document: Document = {
        "id": application.id,
        "name": application.name,
        "redirect_uri": "\n".join(application.redirect_uris),
        "client_id": application.client_id,
        "client_secret": application.client_secret,
    }
    if application.website:
        document["website"] = application.website
    if state.version.tells_registration:
        document |= {
            "created_at": iso_time(application.created_at),
            "redirect_uris": list(application.redirect_uris),
            "vapid_key": state.vapid_key,
            "scopes": list(application.scopes),
        }
    return document


def listed_token(token: Token) -> Document:
    """Give a token as the list of tokens shows it, without its value."""
    application: Document = {"name": token.application.name}
    if token.application.website:
        application["website"] = token.application.website
    return {
        "id": token.id,
        "created_at": iso_time(token.created_at),
        "last_used": iso_time(token.last_used),
        "scope": token.scope,
        "application": application,
    }


def credential_account(state: ServerState, account: Account) -> Document:
    """Give an account as its own person sees it, with `source` and `role`."""
    source: Document = {
        "privacy": "unlisted",
        "web_visibility": "public",
        "sensitive": False,
        "language": "en",
        "status_content_type": "text/plain",
        "note": account.bio,
        "fields": _fields(account),
        "follow_requests_count": 0,
    }
    if state.version.tells_registration:
        source["web_layout"] = "microblog"
    name = "admin" if account.admin else "user"
    role = {
        "id": name,
        "name": name,
        "color": "",
        "permissions": _ADMIN_PERMISSIONS if account.admin else "0",
        "highlighted": account.admin,
    }
    return _account(state, account) | {"source": source, "role": role}


def notifications(state: ServerState, viewer: Account) -> list[Document]:
    """Give what the other two did lately, newest first; times count from the instance's start."""
    first, second = (one for one in ACCOUNTS.values() if one is not viewer)
    greeting = f"@{viewer.username} Good to see you here! Tea on Sunday?"
    return [
        _notification(state, "mention", first, 1, _status(state, first, greeting, viewer)),
        _notification(state, "favourite", second, 3, _status(state, viewer, viewer.post)),
        _notification(state, "reblog", first, 5, _status(state, viewer, viewer.post)),
        _notification(state, "follow", second, 26, None),
    ]


def _notification(
    state: ServerState, kind: str, account: Account, hours_ago: int, status: Document | None
) -> Document:
    notification: Document = {
        "id": lasting_id(f"notification {kind} {account.username}"),
        "type": kind,
        "created_at": iso_time(state.started_at - hours_ago * _HOUR),
        "account": _account(state, account),
    }
    return notification if status is None else notification | {"status": status}


def _account(state: ServerState, account: Account) -> Document:
    picture = f"{state.origin}/pictures/{account.username}"
    document: Document = {
        "id": lasting_id(f"account {account.username}"),
        "username": account.username,
        "acct": account.username,
        "display_name": account.display_name,
        "locked": account.locked,
        "discoverable": False,
        "bot": False,
        "created_at": iso_time(state.started_at - 400 * _DAY),
        "note": f"<p>{escape(account.bio)}</p>",
        "url": f"{state.origin}/@{account.username}",
        "avatar": f"{picture}.png",
        "avatar_static": f"{picture}.png",
        "avatar_description": f"A drawn, smiling face: {account.display_name}.",
        "header": f"{picture}-header.png",
        "header_static": f"{picture}-header.png",
        "header_description": "One colour fading into another.",
        "followers_count": account.followers,
        "following_count": account.following,
        "statuses_count": account.statuses,
        "last_status_at": iso_time(state.started_at - 6 * _HOUR)[:10],
        "emojis": [],
        "fields": _fields(account),
    }
    if account.admin:
        document["roles"] = [{"id": "admin", "name": "admin", "color": ""}]
    if state.version.tells_registration:
        document["group"] = False
    return document


def _fields(account: Account) -> list[Document]:
    return [{"name": name, "value": value, "verified_at": None} for name, value in account.fields]


def _status(
    state: ServerState, author: Account, text: str, mentioned: Account | None = None
) -> Document:
    status_id = lasting_id(f"status {text}")
    url = f"{state.origin}/@{author.username}/statuses/{status_id}"
    everybody = {"always": ["public", "me"], "with_approval": []}
    return {
        "id": status_id,
        "created_at": iso_time(state.started_at - 6 * _HOUR),
        "edited_at": None,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"{state.origin}/users/{author.username}/statuses/{status_id}",
        "url": url,
        "replies_count": 0,
        "reblogs_count": 1,
        "favourites_count": 1,
        "favourited": False,
        "reblogged": False,
        "muted": False,
        "bookmarked": False,
        "pinned": False,
        "content": f"<p>{escape(text)}</p>",
        "reblog": None,
        "account": _account(state, author),
        "media_attachments": [],
        "mentions": [] if mentioned is None else [_mention(state, mentioned)],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
        "text": text,
        "interaction_policy": {
            "can_favourite": everybody,
            "can_reply": everybody,
            "can_reblog": everybody,
        },
    }


def _mention(state: ServerState, account: Account) -> Document:
    return {
        "id": lasting_id(f"account {account.username}"),
        "username": account.username,
        "url": f"{state.origin}/@{account.username}",
        "acct": account.username,
    }
