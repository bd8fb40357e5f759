"""What a server's software and version can do, decided in one place.

Screens and services come in; pure functions. The versions were measured: see the docstrings.
"""

import re

from gts_wizard.models import Scopes, Server
from gts_wizard.oauth.scopes import grants

_SOFTWARE_NAMES = {"gotosocial": "GoToSocial", "activitypub-relay": "ActivityPub-Relay"}


def enforces_scopes(server: Server) -> bool:
    """Tell whether the server holds a token to its scopes.

    GoToSocial does from 0.19.0; at 0.17.4 every token could do whatever its account can. Other
    software, and a server that hides its version, is taken to do so.
    """
    return _at_least(server, (0, 19))


def can_revoke(server: Server) -> bool:
    """Tell whether the server has `POST /oauth/revoke` (GoToSocial: from 0.19.0, 404 before)."""
    return _at_least(server, (0, 19))


def invalid_grant_is_specific(server: Server) -> bool:
    """Tell whether `invalid_grant` means that a code is good, but for another link.

    GoToSocial means that; Mastodon says it of every code it does not accept (RFC 6749 section
    5.2). A server that hides its software is taken for a GoToSocial.
    """
    return may_be_gotosocial(server)


def may_publish_metadata(server: Server) -> bool:
    """Tell whether asking for OAuth metadata (RFC 8414) is worth a request.

    GoToSocial has none (measured up to 0.20.0-rc1: 404); Mastodon has.
    """
    return server.software != "gotosocial"


def registration_covers(server: Server, registered: Scopes, wanted: Scopes) -> bool:
    """Tell whether a link of a registration may ask for the scopes that are wanted.

    At GoToSocial a scope permits everything under its own prefix; Mastodon compares word for
    word, and so may others.
    """
    if is_gotosocial(server):
        return grants(registered, wanted)
    return set(wanted) <= set(registered)


def is_gotosocial(server: Server) -> bool:
    """Tell whether a server is known to run GoToSocial."""
    return server.software == "gotosocial"


def may_be_gotosocial(server: Server) -> bool:
    """Tell whether a server runs GoToSocial, or hides its software, as GoToSocial can."""
    return server.software in {"", "gotosocial"}


def has_short_session(server: Server) -> bool:
    """Tell whether the page that a link leads to forgets the person after two minutes.

    GoToSocial does, and its codes last ten minutes (measured on 0.17.4, 0.19.2 and 0.20.0-rc1).
    A server that hides its software is taken for a GoToSocial.
    """
    return may_be_gotosocial(server)


def allow_button(server: Server) -> str:
    """Return what the button says that allows the access, in English."""
    return "Allow" if may_be_gotosocial(server) else "Authorize"


def may_read_notifications(server: Server, scopes: Scopes) -> bool:
    """Tell whether an access reaches an account's notifications, as far as is known.

    Args:
        server: whose access it is.
        scopes: what it may do; empty where another tool asked for it.
    """
    known = scopes and enforces_scopes(server)
    return not known or grants(scopes, ("read:notifications",))


def software_name(server: Server) -> str:
    """Return software and version as a person reads them, such as `GoToSocial 0.20.0`."""
    name = _SOFTWARE_NAMES.get(server.software, server.software.capitalize())
    return f"{name} {server.version}".strip() if name else "software it does not name"


def _at_least(server: Server, wanted: tuple[int, int]) -> bool:
    match = re.match(r"v?(\d{1,6})\.(\d{1,6})", server.version)
    if not is_gotosocial(server) or match is None:
        return True
    return (int(match.group(1)), int(match.group(2))) >= wanted
