"""Sentences on what has changed at a server: names of accounts, software, addresses.

The first screen loads this, and not what asks the servers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.models import AccountStatus
from gts_wizard.oauth.server_features import software_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gts_wizard.api.instance import InstanceInfo
    from gts_wizard.models import Account, Server
    from gts_wizard.services.account_query import CheckOutcome

_OTHER_DISPLAY_NAME = "{handle} now goes by the name “{name}”."
_OTHER_SOFTWARE = "{host} now runs {now}, no longer {before}."
_MOVED = "{host} now sends programs on to {now}: if the server moved there, sign in there anew."
_OTHER_DOMAIN = "{host} now says that its accounts are of {now}, no longer of {before}."


def describe_rename(account: Account, username: str) -> str:
    """Return the sentence that an account has another name at its server now.

    Args:
        account: the account under its earlier name.
        username: its new one.
    """
    return f"{account.handle} is @{username} now."


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
