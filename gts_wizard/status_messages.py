"""How an account stands, in people's words. Screens and commands come in; pure functions."""

from datetime import datetime

from gts_wizard.models import Account, AccountStatus

STATUS_LABELS = {
    AccountStatus.FINE: "fine",
    AccountStatus.REVOKED: "access ended",
    AccountStatus.INSUFFICIENT_SCOPE: "permission too small",
    AccountStatus.UNREACHABLE: "server not reached",
    AccountStatus.RATE_LIMITED: "server asks to wait",
    AccountStatus.CHANGED: "server is something else now",
}
STATUS_ICONS = {
    AccountStatus.FINE: "✓",
    AccountStatus.REVOKED: "✗",
    AccountStatus.INSUFFICIENT_SCOPE: "!",
    AccountStatus.UNREACHABLE: "?",
    AccountStatus.RATE_LIMITED: "…",
    AccountStatus.CHANGED: "!",
}
STATUS_HINTS = {
    AccountStatus.FINE: "",
    AccountStatus.REVOKED: "This access has ended. Renew it to use the account again.",
    AccountStatus.INSUFFICIENT_SCOPE: "It may do too little. Renew it with more permissions.",
    AccountStatus.UNREACHABLE: "Its server was not reached. Check again later: the access may be fine.",
    AccountStatus.RATE_LIMITED: "Its server is busy. Check again in a while: the access may be fine.",
    AccountStatus.CHANGED: "Another program answers there now. If the server moved, add its new address.",
}


def default_changed(handle: str) -> str:
    """Return what is said when another account has become the default."""
    return f"Scripts get {handle} now when they name no account."


def no_longer_signed_in(handle: str) -> str:
    """Return what is said of an account that was signed out in another window meanwhile."""
    return f"{handle} is no longer signed in here."


def last_checked(account: Account) -> datetime:
    """Return when the state was found, UTC."""
    return account.checked_at or account.verified_at


def relative_time(moment: datetime, now: datetime) -> str:
    """Return how long ago something was, roughly, such as `3 hours ago`.

    Args:
        moment: when it was, UTC.
        now: the time, UTC.
    """
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    for size, one, many in _SPANS:
        if minutes < size * 2:
            return one
        if minutes < size * _LIMITS[size]:
            return f"{minutes // size} {many} ago"
    return f"on {moment:%Y-%m-%d}"


_SPANS = (
    (1, "a minute ago", "minutes"),
    (60, "an hour ago", "hours"),
    (24 * 60, "a day ago", "days"),
)
# From here on the next larger span is used; after a month, the date.
_LIMITS = {1: 60, 60: 24, 24 * 60: 31}
