"""The two instance documents, in the shapes recorded from GoToSocial.

Of a split deployment GoToSocial tells host and account domain; Mastodon tells the account domain
as if it were the host (docs.joinmastodon.org/entities/Instance). Only `discovery` comes in. Reads
the state and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.practice.accounts import ACCOUNTS

if TYPE_CHECKING:
    from gts_wizard.practice.state import ServerState

Document = dict[str, object]

_TITLE = "Practice instance"
_DESCRIPTION = "A pretend GoToSocial for practising. Nothing here is real."
_CHARACTERS = 5000
_FORTY_MEBIBYTES = 40 * 1024 * 1024
_ANY_NUMBER = 2**31 - 1


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
