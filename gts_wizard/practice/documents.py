"""The JSON documents of the instance, applications, tokens, accounts and notifications."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gts_wizard.practice.accounts import ACCOUNTS, Account
from gts_wizard.practice.ids import dated_id, new_id, stable_id
from gts_wizard.practice.state import iso_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gts_wizard.practice.state import Application, ServerState, Token


Document = dict[str, Any]
_HOUR = 3600
_DAY = 24 * _HOUR
_VISIBILITY = "unlisted"
_ADMIN_PERMISSIONS = "546033"
_STATUS_FIELDS = ("spoiler_text", "visibility", "language")


def instance_v1(state: ServerState) -> Document:
    """Return the document of `/api/v1/instance`."""
    document = _read_template("instance_v1") | {
        "uri": state.address,
        "account_domain": state.account_domain,
        "version": state.behavior.reported_version,
        "configuration": _limits(state),
        "urls": {"streaming_api": f"wss://{state.address}"},
        "stats": {
            "domain_count": 0,
            "status_count": sum(account.statuses for account in ACCOUNTS.values()),
            "user_count": len(ACCOUNTS),
        },
        "thumbnail": f"{state.origin}/pictures/instance.png",
    }
    if not state.behavior.has_account_domain:
        document["uri"] = document.pop("account_domain")
    return document


def instance_v2(state: ServerState) -> Document:
    """Return the document of `/api/v2/instance`."""
    document = _read_template("instance_v2") | {
        "domain": state.address,
        "account_domain": state.account_domain,
        "version": state.behavior.reported_version,
        "source_url": state.behavior.source_url,
        "usage": {"users": {"active_month": len(ACCOUNTS)}},
        "thumbnail": {"url": f"{state.origin}/pictures/instance.png"},
        "configuration": _configuration(state),
    }
    if not state.behavior.has_account_domain:
        document["domain"] = document.pop("account_domain")
    if state.behavior.has_terms:
        document["registrations"] |= {"min_age": None, "reason_required": True}
    return document


def _limits(state: ServerState) -> Document:
    limits = _read_template("instance_limits")
    media = limits["media_attachments"]
    media["supported_mime_types"] = [
        media_type
        for media_type in media["supported_mime_types"]
        if media_type not in state.behavior.unsupported_media_types
    ]
    return limits


def _configuration(state: ServerState) -> Document:
    configuration = _limits(state)
    configuration["urls"] = {"streaming": f"wss://{state.address}"}
    configuration["translation"] = {"enabled": False}
    if state.behavior.has_registration_details:
        configuration["media_attachments"]["description_limit"] = 1500
        configuration["vapid"] = {"public_key": state.vapid_key}
    if state.behavior.has_terms:
        configuration["urls"] |= {
            "about": f"{state.origin}/about",
            "privacy_policy": None,
            "terms_of_service": f"{state.origin}/about#rules",
        }
    return configuration


def _read_template(name: str) -> Document:
    """Return a document of the data folder; what is null there is filled in by the caller."""
    file = files("gts_wizard.practice").joinpath("data", f"{name}.json")
    template: Document = json.loads(file.read_text("utf-8"))
    return template


def registration(state: ServerState, application: Application) -> Document:
    """Return a new application, with its client secret."""
    document: Document = {
        "id": application.id,
        "name": application.name,
        "redirect_uri": "\n".join(application.redirect_uris),
        "client_id": application.client_id,
        "client_secret": application.client_secret,
    }
    if application.website:
        document["website"] = application.website
    if state.behavior.has_registration_details:
        document |= {
            "created_at": iso_time(application.created_at),
            "redirect_uris": list(application.redirect_uris),
            "vapid_key": state.vapid_key,
            "scopes": list(application.scopes),
        }
    return document


def token_entry(token: Token) -> Document:
    """Return an entry of the list of tokens; it does not hold the token's value."""
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
    """Return an account as its owner sees it, with `source` and `role`."""
    source: Document = {
        "privacy": _VISIBILITY,
        "web_visibility": "public",
        "sensitive": False,
        "language": "en",
        "status_content_type": "text/plain",
        "note": account.bio,
        "fields": _fields(account),
        "follow_requests_count": 0,
    }
    if state.behavior.has_registration_details:
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
    """Return four notifications caused by the other two accounts, newest first."""
    first, second = (account for account in ACCOUNTS.values() if account is not viewer)
    greeting = f"@{viewer.username} Good to see you here! Tea on Sunday?"
    return [
        _notification(state, "mention", first, 1, _status(state, first, greeting, viewer)),
        _notification(state, "favourite", second, 3, _status(state, viewer, viewer.post)),
        _notification(state, "reblog", first, 5, _status(state, viewer, viewer.post)),
        _notification(state, "follow", second, 26, None),
    ]


def new_status(state: ServerState, author: Account, fields: Mapping[str, str]) -> Document:
    """Return a status that is posted now; nothing keeps it.

    Args:
        state: the state of the server.
        author: whose status it is.
        fields: what was posted: `status`, and maybe its spoiler text, visibility and language.
    """
    now = state.now()
    posted = {name: fields[name] for name in _STATUS_FIELDS if fields.get(name)}
    document = _status_document(state, author, fields["status"], new_id(now), now)
    return document | {"visibility": _VISIBILITY} | posted


def _notification(
    state: ServerState, kind: str, account: Account, hours_ago: int, status: Document | None
) -> Document:
    created_at = state.started_at - hours_ago * _HOUR
    notification: Document = {
        "id": dated_id(created_at, f"notification {kind} {account.username}"),
        "type": kind,
        "created_at": iso_time(created_at),
        "account": _account(state, account),
    }
    return notification if status is None else notification | {"status": status}


def _account(state: ServerState, account: Account) -> Document:
    picture = f"{state.origin}/pictures/{account.username}"
    document: Document = {
        "id": stable_id(f"account {account.username}"),
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
    if state.behavior.has_registration_details:
        document["group"] = False
    return document


def _fields(account: Account) -> list[Document]:
    return [{"name": name, "value": value, "verified_at": None} for name, value in account.fields]


def _status(
    state: ServerState, author: Account, text: str, mentioned: Account | None = None
) -> Document:
    posted_at = state.started_at - 6 * _HOUR
    document = _status_document(state, author, text, stable_id(f"status {text}"), posted_at)
    mentions = [] if mentioned is None else [_mention(state, mentioned)]
    return document | {"reblogs_count": 1, "favourites_count": 1, "mentions": mentions}


def _status_document(
    state: ServerState, author: Account, text: str, status_id: str, posted_at: float
) -> Document:
    url = f"{state.origin}/@{author.username}/statuses/{status_id}"
    everyone = {"always": ["public", "me"], "with_approval": []}
    return {
        "id": status_id,
        "created_at": iso_time(posted_at),
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
        "reblogs_count": 0,
        "favourites_count": 0,
        "favourited": False,
        "reblogged": False,
        "muted": False,
        "bookmarked": False,
        "pinned": False,
        "content": f"<p>{escape(text)}</p>",
        "reblog": None,
        "account": _account(state, author),
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
        "text": text,
        "interaction_policy": {
            "can_favourite": everyone,
            "can_reply": everyone,
            "can_reblog": everyone,
        },
    }


def _mention(state: ServerState, account: Account) -> Document:
    return {
        "id": stable_id(f"account {account.username}"),
        "username": account.username,
        "url": f"{state.origin}/@{account.username}",
        "acct": account.username,
    }
