"""What a server can do, by its software and version.

Pure functions. The versions were measured; see the docstrings.
"""

import re

from gts_wizard.models import Scopes, Server
from gts_wizard.oauth.scopes import grants

_ALLOW_BUTTONS = {
    "gotosocial": "“Allow”",
    "hollo": "“Allow”",
    "mastodon": "“Authorize”",
    "takahe": "“Allow”",
}
_SOFTWARE_NAMES = {"gotosocial": "GoToSocial", "activitypub-relay": "ActivityPub-Relay"}


def enforces_scopes(server: Server) -> bool:
    """Return whether the server limits a token to its scopes.

    GoToSocial does since 0.19.0; on 0.17.4 every token can do whatever its account can. Other
    software, and a server that hides its version, is assumed to do so.
    """
    return _is_at_least(server, (0, 19))


def can_revoke(server: Server) -> bool:
    """Return whether the server has `POST /oauth/revoke` (GoToSocial: since 0.19.0, 404 before)."""
    return _is_at_least(server, (0, 19))


def tokens_page(server: Server) -> str:
    """Return the address of the page where users see and end their tokens; empty if not known.

    GoToSocial has it since 0.19 (`web/source/settings/views/user/router.tsx` of 0.19.2 and
    0.20.0-rc1), as “Access Tokens”; Mastodon as “Authorized apps” (its `config/routes.rb`).
    """
    if is_gotosocial(server) and can_revoke(server):
        return f"{server.origin}/settings/user/tokens"
    return f"{server.origin}/oauth/authorized_applications" if server.software == "mastodon" else ""


def invalid_grant_is_specific(server: Server) -> bool:
    """Return whether `invalid_grant` means that the code is valid for another authorization URL.

    On GoToSocial it does; Mastodon sends it for every code that it does not accept (RFC 6749
    section 5.2). A server that hides its software is assumed to be GoToSocial.
    """
    return may_be_gotosocial(server)


def may_publish_metadata(server: Server) -> bool:
    """Return whether the server may publish OAuth metadata (RFC 8414), which is worth a request.

    GoToSocial does not (404, measured up to 0.20.0-rc1); Mastodon does.
    """
    return server.software != "gotosocial"


def registration_covers(server: Server, registered: Scopes, wanted: Scopes) -> bool:
    """Return whether an authorization URL of a registration may ask for scopes.

    On GoToSocial a scope covers everything under its own prefix; Mastodon compares word for word,
    and others may, too.

    Args:
        server: the server of the registration.
        registered: the scopes that the client was registered with.
        wanted: the scopes to ask for.
    """
    if is_gotosocial(server):
        return grants(registered, wanted)
    return set(wanted) <= set(registered)


def takes_loopback_redirect(server: Server) -> bool:
    """Return whether the server is known to take a loopback redirect URI beside out-of-band.

    GoToSocial does since 0.19.0; 0.17.4 takes the two for one, and neither works then (measured).
    Mastodon does, as the source of its OAuth library says. Where the version is hidden, and of
    other software, it is not known.
    """
    if is_gotosocial(server):
        return (_version(server) or (0, 0)) >= (0, 19)
    return server.software == "mastodon"


def ignores_loopback_port(server: Server) -> bool:
    """Return whether a loopback redirect URI matches with any port (RFC 8252 section 7.3).

    Mastodon's does (read in the source of its OAuth library); to GoToSocial the port is a part of
    the URI (measured on 0.17.4, 0.19.2 and 0.20.0-rc1).
    """
    return server.software == "mastodon"


def max_app_name_length(server: Server) -> int:
    """Return how many characters the name of a client may have at most.

    GoToSocial takes 1,024 (measured), Mastodon 60 (`app/lib/application_extension.rb`). Of other
    software it is not known: a server says itself that a name is too long.
    """
    return 60 if server.software == "mastodon" else 1024


def needs_registration_per_account(server: Server) -> bool:
    """Return whether accounts must not share a registration.

    Where one account is suspended, GoToSocial 0.17.4 deletes the application behind its tokens,
    which ends those of every other account that shares it; 0.19.2 and 0.20 don't (measured). It
    costs one request to register, and one more registration in the file, for each account.
    """
    return not _is_at_least(server, (0, 19))


def is_gotosocial(server: Server) -> bool:
    """Return whether the server is known to run GoToSocial."""
    return server.software == "gotosocial"


def may_be_gotosocial(server: Server) -> bool:
    """Return whether the server runs GoToSocial, or hides its software, as GoToSocial can."""
    return server.software in {"", "gotosocial"}


def has_short_session(server: Server) -> bool:
    """Return whether the browser's session on the authorization page expires after two minutes.

    On GoToSocial it does, and codes expire after ten minutes (measured on 0.17.4, 0.19.2 and
    0.20.0-rc1). A server that hides its software is assumed to be GoToSocial.
    """
    return may_be_gotosocial(server)


def allow_button(server: Server) -> str:
    """Return the label of the button on the authorization page that grants access, in quotes.

    That of GoToSocial, Takahe and Hollo is measured, Mastodon's read in its source. Of other
    software, and where it is hidden, both labels are named.
    """
    return _ALLOW_BUTTONS.get(server.software, "“Allow” / “Authorize”")


def may_read_notifications(server: Server, scopes: Scopes) -> bool:
    """Return whether a token may read the account's notifications, as far as is known.

    Args:
        server: the server that issued the token.
        scopes: the token's scopes; empty if another tool requested it.
    """
    is_limited = scopes and enforces_scopes(server)
    return not is_limited or grants(scopes, ("read:notifications",))


def software_name(server: Server) -> str:
    """Return software and version for display, such as `GoToSocial 0.20.0`."""
    name = _SOFTWARE_NAMES.get(server.software, server.software.capitalize())
    return f"{name} {server.version}".strip() if name else "unknown software"


def _is_at_least(server: Server, version: tuple[int, int]) -> bool:
    """Return whether a server is not known to be an older GoToSocial."""
    return not is_gotosocial(server) or (_version(server) or version) >= version


def _version(server: Server) -> tuple[int, int] | None:
    match = re.match(r"v?(\d{1,6})\.(\d{1,6})", server.version)
    return match and (int(match.group(1)), int(match.group(2)))
