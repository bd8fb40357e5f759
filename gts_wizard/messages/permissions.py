"""What a token may do."""

from collections.abc import Sequence

from gts_wizard.models import AuthorizedApp, Scopes, Server
from gts_wizard.oauth import server_features
from gts_wizard.oauth.scopes import describe, grants

WHAT_MAY_PROGRAMS_DO = "What may programs on this computer do?"


def scope_limits(server: Server) -> str:
    """Return the warning that a server does not enforce scopes; empty where it does."""
    if server_features.enforces_scopes(server):
        return ""
    return (
        f"{server.host} runs {server_features.software_name(server)}, which can't limit access: "
        "whatever you choose, programs can do all that you can. Version 0.19 and newer can limit "
        "it."
    )


def allowed(server: Server, scopes: Scopes) -> str:
    """Return what a token can do, in plain words, given whether the server enforces scopes."""
    return (
        describe(scopes)
        if server_features.enforces_scopes(server)
        else "Everything: this server can't limit it"
    )


def scopes_added(chosen: Scopes, requested: Scopes) -> str:
    """Return what is asked for beyond what was chosen; empty where that is nothing.

    Args:
        chosen: the scopes as they were chosen.
        requested: the scopes in the link.
    """
    added = [scope for scope in requested if not grants(chosen, (scope,))]
    if not added:
        return ""
    return (
        f"The wizard also asks for: {describe(added)}. It needs that to see who you are, or the "
        "server has nothing narrower."
    )


def scopes_missing(host: str, scopes: Scopes) -> str:
    """Return the message that the server granted fewer scopes than were requested.

    Args:
        host: the server.
        scopes: those that it did not grant.
    """
    return f"{host} allowed less than you chose. Not allowed: {describe(scopes)}."


def imported_scopes(apps: Sequence[AuthorizedApp]) -> str:
    """Return that the scopes of an imported token are not known, and what may help to choose.

    Args:
        apps: the programs that the server lists for the account; it does not say which one asks.
    """
    unknown = "The wizard can't tell what this access may do: it was made outside the wizard."
    if not apps:
        return unknown
    listed = "; ".join(f"{app.application or '?'}: {' '.join(app.scopes)}" for app in apps[:5])
    return f"{unknown} Your server lists these: {listed}."
