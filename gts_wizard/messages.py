"""Every sentence that more than one front end shows."""

from datetime import datetime

from gts_wizard.errors import (
    ConnectionLost,
    RevocationUnsupported,
    ServerFailure,
    Timeout,
    WizardError,
)
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
WAITING_FOR_SERVER = "One moment: your server has not answered yet. Ctrl+C leaves without waiting."
TOKEN_NOT_SAVED = "Your server gave this wizard an access that could not be saved."
IF_YOU_QUIT = (
    "If you leave, this computer forgets it, but it stays alive at the server until somebody ends "
    "it."
)
TOKEN_STILL_VALID = "The access stays alive there until it is ended in your account's settings."
TOKEN_MAY_EXIST = (
    "Your server may have given this wizard an access all the same. Your account's settings there "
    "tell, and end it."
)
TOKEN_MAY_BE_VALID = "The access may still be alive there; your account's settings there tell."
# The server may have done what it was asked before this happened.
_SENT_BUT_UNCONFIRMED = (ConnectionLost, ServerFailure, Timeout)


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


def token_revoked(host: str) -> str:
    """Return what is said when an access at a server has ended."""
    return f"The access at {host} has ended."


def nothing_changed(handle: str, alive: WizardError | None) -> str:
    """Return what is said when a renewal was stopped after somebody else had signed in.

    Args:
        handle: whose access was to be renewed.
        alive: why the access of the other one was not ended; None where it was.
    """
    told = f"Nothing was changed: {handle} is as it was."
    return told if alive is None else f"{told} {token_not_revoked(alive)}"


def token_not_revoked(error: WizardError) -> str:
    """Return what is said when an access could not be ended, and what that means."""
    if isinstance(error, RevocationUnsupported):
        return str(error)
    return f"{error.message} {token_state_after(error)}"


def token_state_after(error: WizardError) -> str:
    """Return what is known of an access that could not be ended."""
    return TOKEN_MAY_BE_VALID if isinstance(error, _SENT_BUT_UNCONFIRMED) else TOKEN_STILL_VALID
