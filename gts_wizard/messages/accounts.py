"""How an account stands, and where it is saved."""

from datetime import datetime

from gts_wizard.models import Account, AccountStatus, Token
from gts_wizard.secret import SecretStorage

STATUS_LABELS = {
    AccountStatus.FINE: "fine",
    AccountStatus.REVOKED: "access ended",
    AccountStatus.INSUFFICIENT_SCOPE: "too few permissions",
    AccountStatus.UNREACHABLE: "can't reach the server",
    AccountStatus.RATE_LIMITED: "server asks you to wait",
    AccountStatus.BLOCKED: "programs are blocked",
    AccountStatus.REFUSED: "account refused",
    AccountStatus.UNCLEAR: "couldn't be checked",
    AccountStatus.CHANGED: "server has changed",
    AccountStatus.UNKNOWN: "not checked",
}
STATUS_ICONS = {
    AccountStatus.FINE: "✓",
    AccountStatus.REVOKED: "✗",
    AccountStatus.INSUFFICIENT_SCOPE: "!",
    AccountStatus.UNREACHABLE: "?",
    AccountStatus.RATE_LIMITED: "…",
    AccountStatus.BLOCKED: "?",
    AccountStatus.REFUSED: "!",
    AccountStatus.UNCLEAR: "?",
    AccountStatus.CHANGED: "!",
    AccountStatus.UNKNOWN: "?",
}
_STATUS_HINTS = {
    AccountStatus.FINE: "",
    AccountStatus.REVOKED: "This access has ended. Renew it to use the account again.",
    AccountStatus.INSUFFICIENT_SCOPE: "It has too few permissions. Renew it with more.",
    AccountStatus.UNREACHABLE: (
        "The wizard can't reach {host}. Check again later: your access may be fine."
    ),
    AccountStatus.RATE_LIMITED: (
        "{host} asks programs to slow down. Check again in a while: your access may be fine."
    ),
    AccountStatus.BLOCKED: (
        "Something in front of {host} blocks programs. Check again later, or from another "
        "network: your access may be fine."
    ),
    AccountStatus.REFUSED: (
        "{host} refuses this account. Signing in again won't help: ask whoever runs the server."
    ),
    AccountStatus.UNCLEAR: (
        "{host} gave no clear answer. Check again later: your access may be fine."
    ),
    AccountStatus.CHANGED: (
        "Something else answers at {host} now. If the server moved, sign in at its new address."
    ),
    AccountStatus.UNKNOWN: (
        "The last check couldn't ask {host}. Check again: your access may be fine."
    ),
}
RESULT_NOT_SAVED = "The result of this check isn't saved."


def status_hint(account: Account) -> str:
    """Return what an account's status means, and then what to do; empty where all is well."""
    return _STATUS_HINTS[account.status].format(host=account.server.host)


def default_changed(handle: str) -> str:
    """Return the message that another account is the default now."""
    return f"Scripts use {handle} now unless they name another account."


def no_longer_signed_in(handle: str) -> str:
    """Return the message that an account was signed out in another window meanwhile."""
    return f"{handle} is no longer signed in here."


def forgotten(handle: str) -> str:
    """Return the message that an account was removed from the credentials file."""
    return f"This computer has forgotten {handle}."


def last_checked(account: Account) -> datetime:
    """Return when the account's status was last updated, UTC."""
    return account.checked_at or account.verified_at


def standing(account: Account, now: datetime) -> str:
    """Return how an account stands, and since when that is known.

    Args:
        account: the account.
        now: the current time, UTC.
    """
    label, when = STATUS_LABELS[account.status], relative_time(last_checked(account), now)
    is_known = account.status is not AccountStatus.UNKNOWN
    return f"{label}, {when}" if is_known else f"{label}, last answer {when}"


def relative_time(moment: datetime, now: datetime) -> str:
    """Return roughly how long ago a time was, such as `3 hours ago`; after a month, its date.

    Args:
        moment: the time, UTC.
        now: the current time, UTC.
    """
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    for unit, limit, one, several in _UNITS:
        if minutes < unit * 2:
            return one
        if minutes < unit * limit:
            return several.format(count=minutes // unit)
    return f"on {moment:%Y-%m-%d}"


# The length of each unit in minutes, from how many on the next larger one is shown (or the date),
# and what is said of one and of several.
_UNITS = (
    (1, 60, "a minute ago", "{count} minutes ago"),
    (60, 24, "an hour ago", "{count} hours ago"),
    (24 * 60, 31, "a day ago", "{count} days ago"),
)


def saved_in(path: str, token: Token) -> str:
    """Return where an account is saved.

    Args:
        path: the credentials file, for display.
        token: the account's token.
    """
    if token.storage is SecretStorage.KEYRING:
        return f"{path}, its secrets in the system's keyring"
    return path
