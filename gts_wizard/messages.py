"""Every sentence that more than one front end shows, as whole strings.

Sentences about failures are in `errors`, those about permissions in `oauth.scopes`.
"""

from datetime import datetime

from gts_wizard.errors import (
    ConnectionLost,
    RevocationUnsupported,
    ServerFailure,
    Timeout,
    WizardError,
)
from gts_wizard.models import (
    Account,
    AccountStatus,
    PendingSignIn,
    Scopes,
    Server,
    Token,
    WizardStep,
)
from gts_wizard.oauth.scopes import describe
from gts_wizard.oauth.server_features import (
    allow_button,
    enforces_scopes,
    has_short_session,
    software_name,
)
from gts_wizard.secret import SecretStorage

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
    AccountStatus.UNREACHABLE: (
        "Its server was not reached. Check again later: the access may be fine."
    ),
    AccountStatus.RATE_LIMITED: (
        "Its server is busy. Check again in a while: the access may be fine."
    ),
    AccountStatus.CHANGED: (
        "Another program answers there now. If the server moved, add its new address."
    ),
}
WHERE_IS_YOUR_ACCOUNT = "Where is your account?"
WHAT_TO_TYPE = (
    "Type the address of your server: the part after the last @ in your full name there, such as "
    "@alice@example.org. The whole name, or the address of your profile, works too."
)
WHAT_MAY_PROGRAMS_DO = "What may programs on this computer do?"
ALLOW_IN_BROWSER = "Allow it in your browser"
PASTE_ONLY_YOUR_OWN = "Paste a code only if you opened that page yourself, just now."
BROWSER_DID_NOT_OPEN = "The browser did not open. Copy the link instead."
THIS_IS_A_NEW_LINK = "This is a fresh link."
GETTING_NEW_LINK = "Getting a fresh link"
EXCHANGING_CODE = "Handing the code in"
VERIFYING = "Asking your server who you are"
DISCARDING = "Ending what is not wanted"
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


def registering(host: str) -> str:
    """Return what is said while the wizard is being registered at a server."""
    return f"Introducing the wizard to {host}"


def renewing(handle: str) -> str:
    """Return what is said while a renewal is being prepared."""
    return f"Getting a link for {handle}"


def server_address(server: Server) -> str:
    """Return the domain of a server's accounts, and where its API is if that is elsewhere."""
    if server.account_domain == server.host:
        return server.host
    return f"{server.account_domain}, answering at {server.host}"


def scope_limits(server: Server) -> str:
    """Return what is said of a server that can't limit a token; empty where it can."""
    if enforces_scopes(server):
        return ""
    return (
        f"This server runs {software_name(server)}, which can't limit an access: "
        "whatever you choose, it can do all that you can. From version 0.19 it can."
    )


def allowed(server: Server, scopes: Scopes) -> str:
    """Return what a token may really do at a server, as people would say it."""
    return describe(scopes) if enforces_scopes(server) else "Everything: this server can't limit it"


def link_steps(server: Server) -> list[str]:
    """Return what to do with the authorization link, in numbered lines."""
    button = allow_button(server)
    press = f"3  Press “{button}”."
    if has_short_session(server):
        press = f"3  Press “{button}” there, within two minutes."
    return [
        f"1  Open the link below. It leads to {server.host}.",
        "2  Sign in there. Only your server sees your password.",
        press,
        "4  Copy the long code that appears, and come back here.",
    ]


def saved_in(path: str, token: Token) -> str:
    """Return where an account is saved.

    Args:
        path: the credentials file, as a person writes it.
        token: the account's.
    """
    if token.storage is SecretStorage.KEYRING:
        return f"{path}, its secrets in the system's keyring"
    return path


def someone_else(requested_handle: str) -> str:
    """Return what is said when another handle was typed than signed in."""
    return f"You typed {requested_handle}, but this is somebody else."


def scopes_missing(scopes: Scopes) -> str:
    """Return what is said when the server granted less than was chosen."""
    return f"Your server allowed less than you chose. Not allowed: {describe(scopes)}."


def forgotten(handle: str) -> str:
    """Return what is said once an account is no longer in the credentials file."""
    return f"This computer has forgotten {handle}."


def unfinished(pending: PendingSignIn, now: datetime) -> str:
    """Return what was begun and not finished.

    Args:
        pending: the sign-in.
        now: the time, UTC.
    """
    when, domain = relative_time(pending.started_at, now), pending.server.account_domain
    if pending.step is WizardStep.PROFILE:
        return f"You signed in to {domain} {when}, but your server has not yet said who you are."
    if pending.renewing:
        return f"You began to renew {pending.renewing} {when}."
    return f"You began to sign in to {domain} {when}."
