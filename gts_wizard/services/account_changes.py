"""Sentences on what has changed, or would: names, software, addresses, what a token may do.

The first screen loads this, and not what asks the servers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.models import AccountStatus
from gts_wizard.oauth.scopes import describe_change
from gts_wizard.oauth.server_features import can_revoke, enforces_scopes, software_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.api.instance import InstanceInfo
    from gts_wizard.models import Account, Scopes, Server
    from gts_wizard.services.account_query import CheckOutcome

_OTHER_DISPLAY_NAME = "{handle} now goes by “{name}”."
_OTHER_SOFTWARE = "{host} now runs {now} instead of {before}."
_MOVED = "{host} now redirects to {now}. If the server moved there, sign in there again."
_OTHER_DOMAIN = "The handles of {host} now end with {now} instead of {before}."

_TOO_OLD_TO_REVOKE = "The old access keeps working: {host} is too old to revoke it."
_MADE_OUTSIDE = "The old access keeps working: the wizard didn't make it, so it can't revoke it."
_SHARED = (
    "The old access is shared with the program it was imported from. Once you replace it, that "
    "program loses it too."
)


def describe_rename(account: Account, username: str) -> str:
    """Return the sentence that an account has another name at its server now.

    Args:
        account: the account under its earlier name.
        username: its new one.
    """
    return f"{account.handle} is now @{username}."


def describe_replacement(old: Account, server: Server, scopes: Scopes) -> str:
    """Return what replacing the token of an account changes; empty where nothing is known of it.

    Args:
        old: the account with the token that is replaced.
        server: its server, as it is now.
        scopes: those of the new token; empty where they are not known.
    """
    sentences = []
    if old.token.scopes and scopes and enforces_scopes(server):
        sentences.append(describe_change(old.token.scopes, scopes))
    if not can_revoke(server):
        sentences.append(_TOO_OLD_TO_REVOKE.format(host=server.host))
    elif not old.client_id:
        sentences.append(_MADE_OUTSIDE)
    elif old.is_imported:
        sentences.append(_SHARED)
    return " ".join(sentences)


def describe_changes(outcome: CheckOutcome) -> Iterator[str]:
    """Yield a sentence for each thing that has changed at the server since the last check."""
    account, profile = outcome.account, outcome.profile
    if outcome.new_username:
        yield describe_rename(account, outcome.new_username)
    if (
        outcome.status is AccountStatus.FINE
        and profile
        and profile.display_name != account.display_name
    ):
        yield _OTHER_DISPLAY_NAME.format(handle=account.handle, name=profile.display_name)
    if outcome.instance is not None:
        yield from _server_changes(account.server, outcome.instance)


def _server_changes(before: Server, instance: InstanceInfo) -> Iterator[str]:
    now, host = instance.server, before.host
    if now.origin != before.origin:
        yield _MOVED.format(host=host, now=now.host)
        return
    if before.software and now.software not in {"", before.software}:
        yield _OTHER_SOFTWARE.format(
            host=host, now=software_name(now), before=software_name(before)
        )
    # Where an account domain could not be verified, the host is saved in its place; the server
    # still claims the same domain then, which is no change.
    if len({host, before.account_domain, now.account_domain}) == 3:  # noqa: PLR2004
        yield _OTHER_DOMAIN.format(host=host, now=now.account_domain, before=before.account_domain)
