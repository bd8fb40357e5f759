"""What may be asked of a server: the chosen scopes, put in its own terms.

Servers publish the scopes that they know in their OAuth metadata (RFC 8414 section 2). GoToSocial
publishes none, and a server without metadata is taken for one. Pure functions.
"""

from collections.abc import Iterable
from itertools import chain

from gts_wizard.errors import UnknownScope
from gts_wizard.models import Scopes, Server
from gts_wizard.oauth.scopes import MEANINGS, PRESETS, Preset, grants, normalize
from gts_wizard.oauth.server_features import may_be_gotosocial
from gts_wizard.sanitize import sanitize_line

# What is understood elsewhere, and what to write instead where it is not.
_INSTEAD = {"follow": "read:follows write:follows"}
# A preset does without it where a server has none; no preset promises it.
_OPTIONAL_SCOPES = frozenset({"push"})


def choices(server: Server) -> dict[str, str]:
    """Return the scopes that a server knows, each with its label."""
    supported = server.metadata.scopes_supported
    if not supported:
        return MEANINGS
    known = {scope: meaning for scope, meaning in MEANINGS.items() if scope in supported}
    return known | {scope: scope for scope in supported if scope not in MEANINGS}


def presets_for(server: Server) -> tuple[Preset, ...]:
    """Return the presets that a server can express, in its own scopes.

    Mastodon has no `admin`, but `admin:read` and `admin:write`. Where a server has nothing as
    narrow, the preset says so, and one that becomes the same as a wider one is left out.
    """
    expressed: dict[Scopes, Preset] = {}
    for preset in PRESETS:
        translated = [(scope, _translate(server, scope)) for scope in preset.scopes]
        if any(not known and scope not in _OPTIONAL_SCOPES for scope, known in translated):
            continue
        scopes = normalize(chain.from_iterable(known for _, known in translated))
        wider = [
            MEANINGS.get(scope, scope) for scope in scopes if not grants(preset.scopes, (scope,))
        ]
        meaning = (
            f"This server has nothing narrower than “{wider[0]}”." if wider else preset.meaning
        )
        # A later one with the same scopes takes the place of the earlier one.
        expressed.pop(scopes, None)
        expressed[scopes] = preset._replace(scopes=scopes, meaning=meaning)
    return tuple(expressed.values())


def scopes_for(server: Server, chosen: Iterable[str]) -> Scopes:
    """Return the scopes to request: the chosen ones as a server has them, and what verifying needs.

    Args:
        server: the server.
        chosen: scopes, in GoToSocial's terms or the server's own.

    Raises:
        UnknownScope: the server has neither a scope nor one that covers it.
    """
    chosen = tuple(chosen)
    unknown = [scope for scope in chosen if not _translate(server, scope)]
    if unknown:
        raise UnknownScope(
            host=server.host,
            names=sanitize_line(", ".join(unknown), 80),
            instead=_instead(server, unknown[0]),
        )
    translated = chain.from_iterable(_translate(server, scope) for scope in chosen)
    return with_required(server, translated)


def has_scope(server: Server, typed: str) -> bool:
    """Return whether a word in a text is meant as a scope, be it one that the server knows or not.

    Args:
        server: the server.
        typed: what was typed where a scope may stand, but a number or a sentence as well.
    """
    names = {scope.partition(":")[0].casefold() for scope in (*choices(server), *_INSTEAD)}
    words = typed.casefold().replace(",", " ").split()
    return any(":" in word or word in names for word in words)


def with_required(server: Server, scopes: Iterable[str]) -> Scopes:
    """Return scopes, normalized, with what `verify_credentials` needs.

    Since 0.19 GoToSocial needs `read`, `read:accounts` or `profile` there (measured on 0.19.2 and
    0.20.0-rc1), Takahe `read` itself (measured on 0.11). A server that lists one of the narrower
    ones is taken to accept it.
    """
    supported = server.metadata.scopes_supported
    narrow = [
        scope
        for scope in ("read:accounts", "profile")
        if (scope in supported if supported else may_be_gotosocial(server))
    ]
    scopes = set(scopes)
    if not any(grants(scopes, (needed,)) for needed in (*narrow, "read")):
        scopes.add(narrow[0] if narrow else "read")
    return normalize(scopes)


def _translate(server: Server, scope: str) -> Scopes:
    """Return a scope in a server's terms: itself, what it covers, or what covers it, or nothing."""
    known = choices(server)
    if scope in known:
        return (scope,)
    narrower = tuple(other for other in known if grants((scope,), (other,)))
    # Without a list, a word that is no scope may just begin like one.
    wider = (
        [other for other in known if grants((other,), (scope,))]
        if server.metadata.scopes_supported
        else []
    )
    return narrower or tuple(wider[-1:])


def _instead(server: Server, unknown: str) -> str:
    """Return what to write instead of a scope that a server does not know."""
    if unknown in _INSTEAD:
        return _INSTEAD[unknown]
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    return next(iter(get_close_matches(unknown, choices(server), 1)), "read")
