"""How an account stands, and where it is saved."""

from datetime import datetime

from gts_wizard.models import Account, AccountStatus, Token
from gts_wizard.secret import SecretStorage

STATUS_LABELS = {
    AccountStatus.FINE: "fine",
    AccountStatus.REVOKED: "access ended",
    AccountStatus.INSUFFICIENT_SCOPE: "permission too small",
    AccountStatus.UNREACHABLE: "server not reached",
    AccountStatus.RATE_LIMITED: "server asks to wait",
    AccountStatus.BLOCKED: "programs are kept out",
    AccountStatus.REFUSED: "account refused",
    AccountStatus.UNCLEAR: "could not be checked",
    AccountStatus.CHANGED: "server is something else now",
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
STATUS_HINTS = {
    AccountStatus.FINE: "",
    AccountStatus.REVOKED: "This access has ended. Renew it to use the account again.",
    AccountStatus.INSUFFICIENT_SCOPE: "It may do too little. Renew it with more permissions.",
    AccountStatus.UNREACHABLE: (
        "Its server was not reached. Check again later: the access may be fine."
    ),
    AccountStatus.RATE_LIMITED: (
        "Its server is busy. Check again in a while: the access may be fine."
    ),
    AccountStatus.BLOCKED: (
        "Something in front of its server keeps programs out. Check again later, or from another "
        "network: the access may be fine."
    ),
    AccountStatus.REFUSED: (
        "Its server refuses this account. Signing in again would not help: ask the people who run "
        "the server."
    ),
    AccountStatus.UNCLEAR: (
        "Its server answered, but not how it stands. Check again later: the access may be fine."
    ),
    AccountStatus.CHANGED: (
        "Another program answers there now. If the server moved, add its new address."
    ),
    AccountStatus.UNKNOWN: (
        "The last check could not ask about it. Check again: the access may be fine."
    ),
}
RESULT_NOT_SAVED = "What this check has found is not saved."


def default_changed(handle: str) -> str:
    """Return the message that another account is the default now."""
    return f"Scripts get {handle} now when they name no account."


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
    for unit, singular, plural in _UNITS:
        if minutes < unit * 2:
            return singular
        if minutes < unit * _UNIT_LIMITS[unit]:
            return f"{minutes // unit} {plural} ago"
    return f"on {moment:%Y-%m-%d}"


# The length of each unit in minutes, what is shown for one of it, and its plural.
_UNITS = (
    (1, "a minute ago", "minutes"),
    (60, "an hour ago", "hours"),
    (24 * 60, "a day ago", "days"),
)
# From this many of a unit on, the next larger unit is shown; from 31 days on, the date.
_UNIT_LIMITS = {1: 60, 60: 24, 24 * 60: 31}


def saved_in(path: str, token: Token) -> str:
    """Return where an account is saved.

    Args:
        path: the credentials file, for display.
        token: the account's token.
    """
    if token.storage is SecretStorage.KEYRING:
        return f"{path}, its secrets in the system's keyring"
    return path
