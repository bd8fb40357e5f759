"""The scopes Mastodon 4.4 knows; any other word is refused, and `admin` alone is none of them.

Listed in docs.joinmastodon.org/api/oauth-scopes. Imports nothing.
"""

from __future__ import annotations

_READ = (
    *("accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes"),
    *("notifications", "search", "statuses"),
)
_WRITE = (
    *("accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows"),
    *("lists", "media", "mutes", "notifications", "reports", "statuses"),
)
_ADMIN = (
    *("accounts", "reports", "domain_allows", "domain_blocks", "ip_blocks"),
    *("email_domain_blocks", "canonical_email_blocks"),
)

DEFAULT_SCOPE = "read"
"""What a registration or a link without any scope is for."""

SCOPES: tuple[str, ...] = (
    *(DEFAULT_SCOPE, "profile"),
    *("write", *(f"write:{what}" for what in _WRITE)),
    *(f"read:{what}" for what in _READ),
    *("follow", "push"),
    *("admin:read", *(f"admin:read:{what}" for what in _ADMIN)),
    *("admin:write", *(f"admin:write:{what}" for what in _ADMIN)),
)
"""Every scope, in the order Mastodon tells them."""
