"""OAuth scopes: presets, labels, and how sets of scopes compare.

The scopes are those of GoToSocial's API documentation
(https://docs.gotosocial.org/en/latest/api/swagger/). A scope grants everything under its own
prefix: `read` grants `read:accounts`. Pure functions.
"""

from collections.abc import Iterable
from typing import NamedTuple

from gts_wizard.errors import NoScopesChosen
from gts_wizard.models import Scopes
from gts_wizard.sanitize import sanitize_line


class Preset(NamedTuple):
    """A named set of scopes that the user can choose.

    Attributes:
        title: what programs may do, in a few words.
        meaning: the same in a sentence.
        scopes: the scopes to request.
    """

    title: str
    meaning: str
    scopes: Scopes


LOOK = Preset(
    "Look around only",
    "Read your timelines, notifications and profile. Change nothing.",
    ("read",),
)
POST = Preset(
    "Look around and post",
    "Also write posts, with pictures. Your settings stay as they are.",
    ("read", "write:statuses", "write:media"),
)
EVERYTHING = Preset(
    "Everything but administration",
    "All you can do yourself: follow, block, like, edit your profile.",
    ("read", "write", "push"),
)
ADMINISTER = Preset(
    "Everything, including administration",
    "For people who run a server: reports, accounts, blocked domains.",
    ("read", "write", "push", "admin"),
)
PRESETS = (LOOK, POST, EVERYTHING, ADMINISTER)

MEANINGS: dict[str, str] = {
    "read": "Read everything",
    "read:accounts": "See profiles, including yours",
    "read:applications": "See the applications you manage",
    "read:blocks": "See who you've blocked",
    "read:bookmarks": "See your bookmarks",
    "read:custom_emojis": "See the server's own emoji",
    "read:favourites": "See what you've liked",
    "read:filters": "See your filters",
    "read:follows": "See your follow requests",
    "read:lists": "See your lists",
    "read:mutes": "See who you've muted",
    "read:notifications": "See your notifications",
    "read:search": "Search",
    "read:statuses": "Read posts and timelines",
    "profile": "See who you are, nothing else",
    "push": "Receive push notifications",
    "write": "Change everything",
    "write:accounts": "Change your profile and settings",
    "write:applications": "Change the applications you manage",
    "write:blocks": "Block and unblock",
    "write:bookmarks": "Bookmark posts",
    "write:conversations": "Mark conversations as read, or remove them",
    "write:favourites": "Like posts",
    "write:filters": "Change your filters",
    "write:follows": "Follow and unfollow",
    "write:lists": "Change your lists",
    "write:media": "Upload pictures and other media",
    "write:mutes": "Mute and unmute",
    "write:notifications": "Clear notifications",
    "write:reports": "Report posts and accounts",
    "write:statuses": "Post, edit and delete",
    "admin": "Administer everything",
    "admin:read": "See everything an administrator can",
    "admin:read:accounts": "See accounts as an administrator",
    "admin:read:domain_allows": "See the allowed domains",
    "admin:read:domain_blocks": "See the blocked domains",
    "admin:read:reports": "Read reports",
    "admin:write": "Change everything an administrator can",
    "admin:write:accounts": "Approve, suspend and change accounts",
    "admin:write:domain_allows": "Change the allowed domains",
    "admin:write:domain_blocks": "Change the blocked domains",
    "admin:write:reports": "Resolve reports",
}

_MAX_LISTED_SCOPES = 8
# All existing scopes, one by one, take about 700 characters.
_MAX_INPUT_LENGTH = 4096


def grants(granted: Iterable[str], wanted: Iterable[str]) -> bool:
    """Return whether every scope in `wanted` is covered by one in `granted`."""
    unique = set(granted)
    return all(not unique.isdisjoint((scope, *_parents(scope))) for scope in wanted)


def normalize(scopes: Iterable[str]) -> Scopes:
    """Return the scopes without duplicates, in the order of `MEANINGS`, unknown ones last.

    A scope that another one covers is left out.
    """
    unique = set(scopes)
    order = {scope: position for position, scope in enumerate(MEANINGS)}
    needed = (scope for scope in unique if unique.isdisjoint(_parents(scope)))
    return tuple(sorted(needed, key=lambda scope: (order.get(scope, len(order)), scope)))


def split_scopes(typed: str) -> Scopes:
    """Return the scopes in a text such as `read write:statuses`.

    Args:
        typed: scopes, with spaces or commas between them.

    Raises:
        NoScopesChosen: there is no scope in it.
    """
    words = tuple(sanitize_line(typed.replace(",", " "), _MAX_INPUT_LENGTH).split())
    if not words:
        raise NoScopesChosen
    return normalize(words)


def preset_of(scopes: Iterable[str], presets: Iterable[Preset] = PRESETS) -> Preset | None:
    """Return the preset that has exactly these scopes, or None."""
    normalized = normalize(scopes)
    return next((preset for preset in presets if normalize(preset.scopes) == normalized), None)


def describe_change(before: Scopes, after: Scopes) -> str:
    """Return a sentence on how the scopes of a new token differ from those of the old one.

    Args:
        before: the scopes of the token that is replaced.
        after: the scopes of the new token.
    """
    gains, loses = not grants(before, after), not grants(after, before)
    if gains and loses:
        return "The new access has different permissions than before."
    if gains:
        return "The new access has more permissions than before."
    if loses:
        return "The new access has fewer permissions than before."
    return "The permissions are the same as before."


def describe(scopes: Iterable[str]) -> str:
    """Return a readable label for scopes, such as `Look around only`; a long list is shortened."""
    preset = preset_of(scopes)
    if preset is not None:
        return preset.title
    meanings = [MEANINGS.get(scope, scope) for scope in normalize(scopes)]
    listed, others = ", ".join(meanings[:_MAX_LISTED_SCOPES]), len(meanings) - _MAX_LISTED_SCOPES
    if others > 0:
        return f"{listed}, +{others}"
    return listed or "Permissions unknown"


def _parents(scope: str) -> list[str]:
    """Return the broader scopes that cover this one: `admin`, `admin:read` and so on."""
    parts = scope.split(":")
    return [":".join(parts[:end]) for end in range(1, len(parts))]
