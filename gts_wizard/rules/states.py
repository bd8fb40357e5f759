"""How an account stands, in people's words. Screens and commands come in; pure functions."""

from datetime import datetime

from gts_wizard.models import Account, State

IN_WORDS = {
    State.FINE: "fine",
    State.ENDED: "access ended",
    State.TOO_SMALL: "permission too small",
    State.UNREACHABLE: "server not reached",
    State.WAIT: "server asks to wait",
    State.CHANGED: "server is something else now",
}
MARKS = {
    State.FINE: "✓",
    State.ENDED: "✗",
    State.TOO_SMALL: "!",
    State.UNREACHABLE: "?",
    State.WAIT: "…",
    State.CHANGED: "!",
}
NEXT_STEPS = {
    State.FINE: "",
    State.ENDED: "This access has ended. Renew it to use the account again.",
    State.TOO_SMALL: "It may do too little. Renew it with more permissions.",
    State.UNREACHABLE: "Its server was not reached. Check again later: the access may be fine.",
    State.WAIT: "Its server is busy. Check again in a while: the access may be fine.",
    State.CHANGED: "Another program answers there now. If the server moved, add its new address.",
}


def default_is_now(handle: str) -> str:
    """Return what is said when another account has become the default."""
    return f"Scripts get {handle} now when they name no account."


def is_gone(handle: str) -> str:
    """Return what is said of an account that was signed out in another window meanwhile."""
    return f"{handle} is no longer signed in here."


def checked_at(account: Account) -> datetime:
    """Return when the state was found, UTC."""
    return account.checked_at or account.verified_at


def ago(moment: datetime, now: datetime) -> str:
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
        if minutes < size * _MOST[size]:
            return f"{minutes // size} {many} ago"
    return f"on {moment:%Y-%m-%d}"


_SPANS = (
    (1, "a minute ago", "minutes"),
    (60, "an hour ago", "hours"),
    (24 * 60, "a day ago", "days"),
)
# From here on the next larger span is used; after a month, the date.
_MOST = {1: 60, 60: 24, 24 * 60: 31}
