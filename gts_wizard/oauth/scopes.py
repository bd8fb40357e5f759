"""The permissions of GoToSocial, in OAuth's words and in people's.

Screens come in to offer a choice, services to compare what was chosen, registered and granted;
pure functions. The scopes are those of GoToSocial's API documentation
(https://docs.gotosocial.org/en/latest/api/swagger/); a scope permits everything under its own
prefix, so `read` permits `read:accounts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from gts_wizard.errors import NoScopesChosen, UnknownScope
from gts_wizard.models import Scopes
from gts_wizard.sanitize import sanitize_line


@dataclass(frozen=True)
class Preset:
    """A ready-made choice of permissions.

    Attributes:
        title: what programs may do, in a few words.
        meaning: the same in a sentence.
        scopes: what is asked for.
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
    "Everything, and administer the server",
    "For people who run a server: reports, accounts, blocked domains.",
    ("read", "write", "push", "admin"),
)
PRESETS = (LOOK, POST, EVERYTHING, ADMINISTER)

MEANINGS: dict[str, str] = {
    "read": "Read everything",
    "read:accounts": "Read profiles, yours included",
    "read:applications": "Read the applications you manage",
    "read:blocks": "Read whom you block",
    "read:bookmarks": "Read your bookmarks",
    "read:custom_emojis": "Read the instance's own emoji",
    "read:favourites": "Read what you liked",
    "read:filters": "Read your filters",
    "read:follows": "Read your follow requests",
    "read:lists": "Read your lists",
    "read:mutes": "Read whom you mute",
    "read:notifications": "Read your notifications",
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
    "write:statuses": "Write, edit and delete posts",
    "admin": "Administer everything",
    "admin:read": "Read everything an administrator can",
    "admin:read:accounts": "Read accounts as an administrator",
    "admin:read:domain_allows": "Read the allowed domains",
    "admin:read:domain_blocks": "Read the blocked domains",
    "admin:read:reports": "Read reports",
    "admin:write": "Change everything an administrator can",
    "admin:write:accounts": "Approve, suspend and change accounts",
    "admin:write:domain_allows": "Change the allowed domains",
    "admin:write:domain_blocks": "Change the blocked domains",
    "admin:write:reports": "Resolve reports",
}

# What is said in one go.
_MAX_SCOPES = 8
_VERIFY_SCOPES = ("read:accounts", "profile")
# All the scopes there are, one by one, take about 700 characters.
_MAX_INPUT_LENGTH = 4096


def grants(have: Iterable[str], want: Iterable[str]) -> bool:
    """Tell whether every scope in `want` is permitted by one in `have`."""
    held = set(have)
    return all(not held.isdisjoint((wanted, *_parents(wanted))) for wanted in want)


def with_required(chosen: Iterable[str]) -> Scopes:
    """Return the choice in a settled order, with what asking "who am I?" needs.

    GoToSocial from 0.19 answers that only to a token with `read`, `read:accounts` or `profile`
    (measured on 0.19.2 and 0.20.0-rc1).
    """
    scopes = set(chosen)
    if not any(grants(scopes, (needed,)) for needed in _VERIFY_SCOPES):
        scopes.add("read:accounts")
    return normalize(scopes)


def normalize(scopes: Iterable[str]) -> Scopes:
    """Return the scopes once each, in the order of `MEANINGS`, unknown ones last.

    A scope that another one already permits is left out.
    """
    unique = set(scopes)
    order = {scope: position for position, scope in enumerate(MEANINGS)}
    needed = (scope for scope in unique if unique.isdisjoint(_parents(scope)))
    return tuple(sorted(needed, key=lambda scope: (order.get(scope, len(order)), scope)))


def choices(supported: Scopes) -> dict[str, str]:
    """Return the scopes to choose from, each with its meaning.

    Args:
        supported: what the server says it knows; empty where it does not say.
    """
    if not supported:
        return MEANINGS
    known = {scope: meaning for scope, meaning in MEANINGS.items() if scope in supported}
    return known | {scope: scope for scope in supported if scope not in MEANINGS}


def presets_for(supported: Scopes) -> tuple[Preset, ...]:
    """Return the ready-made choices in the scopes that a server knows.

    Mastodon has no `admin`, but `admin:read` and `admin:write`.

    Args:
        supported: what the server says it knows; empty where it does not say.
    """
    if not supported:
        return PRESETS
    return tuple(replace(one, scopes=_in_terms_of(supported, one.scopes)) for one in PRESETS)


def read_scopes(typed: str, supported: Scopes) -> Scopes:
    """Return the permissions that a text names, such as `read write:statuses`.

    Args:
        typed: OAuth's words, with spaces or commas between them.
        supported: what the server says it knows; empty where it does not say.

    Raises:
        NoScopesChosen: there is no word in it.
        UnknownScope: the server knows no such permission.
    """
    words = tuple(sanitize_line(typed.replace(",", " "), _MAX_INPUT_LENGTH).split())
    if not words:
        raise NoScopesChosen
    named = _in_terms_of(supported, words)
    unknown = [one for one in named if one not in choices(supported)]
    if unknown:
        raise UnknownScope(names=sanitize_line(", ".join(unknown), 80))
    return named


def _in_terms_of(supported: Scopes, scopes: Scopes) -> Scopes:
    known = ([one for one in supported if grants((scope,), (one,))] or [scope] for scope in scopes)
    return normalize(chain.from_iterable(known))


def preset_of(scopes: Iterable[str], presets: Iterable[Preset] = PRESETS) -> Preset | None:
    """Return the preset that is exactly this choice, if one is."""
    settled = normalize(scopes)
    return next((preset for preset in presets if normalize(preset.scopes) == settled), None)


def describe_change(before: Scopes, after: Scopes) -> str:
    """Say in a sentence how a new choice differs from the one it replaces.

    Args:
        before: what an access may do now.
        after: what it may do once it is renewed.
    """
    gains, loses = not grants(before, after), not grants(after, before)
    if gains and loses:
        return "It is allowed other things than before."
    if gains:
        return "It is allowed more than before."
    return "It is allowed less than before." if loses else "It is allowed the same as before."


def describe(scopes: Iterable[str]) -> str:
    """Return a choice as people would say it, such as `Look around only`; a long one shortened."""
    preset = preset_of(scopes)
    if preset is not None:
        return preset.title
    meanings = [MEANINGS.get(scope, scope) for scope in normalize(scopes)]
    named, others = ", ".join(meanings[:_MAX_SCOPES]), len(meanings) - _MAX_SCOPES
    if others > 0:
        return f"{named}, and {others} more"
    return named or "Permissions not known"


def _parents(scope: str) -> list[str]:
    """Return the scopes that permit this one besides itself: `admin`, `admin:read` and so on."""
    parts = scope.split(":")
    return [":".join(parts[:end]) for end in range(1, len(parts))]
