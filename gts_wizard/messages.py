"""The sentences that more than one front end shows, each as a whole string.

Those of errors are in `errors`, those about scopes in `oauth.scopes`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from gts_wizard import errors
from gts_wizard.models import (
    Account,
    AccountStatus,
    AuthorizedApp,
    PendingSignIn,
    Scopes,
    Server,
    Token,
    WizardStep,
)
from gts_wizard.oauth import server_features
from gts_wizard.oauth.scopes import describe, grants
from gts_wizard.secret import SecretStorage
from gts_wizard.services.account_changes import describe_replacement
from gts_wizard.services.recovery import can_revoke_later

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
WHERE_IS_YOUR_ACCOUNT = "Where is your account?"
WHAT_TO_TYPE = (
    "Type the address of your server: the part after the last @ in your full name there, such as "
    "@alice@example.org. The whole name, or the address of your profile, works too."
)
WHAT_MAY_PROGRAMS_DO = "What may programs on this computer do?"
ALLOW_IN_BROWSER = "Allow it in your browser"
WAITING_FOR_BROWSER = "Waiting for your browser"
PASTE_INSTEAD = (
    "If the page shows a code, paste that here.\nIf it does not load, paste its address."
)
TRY_AGAIN = "Get a fresh link to try again. A code that you have all the same can be pasted here."
NO_LONGER_WAITING = (
    "The wizard no longer waits for your browser. Press “Open in browser” to go on, with the page "
    "that is open there, too."
)
USING_CODE = "This link shows a code at the end: copy it, and come back here."
STILL_WAITING = (
    "Does the page not load after you allowed it? Copy its address, and paste it here. Does it "
    "show another program's name, or an older question? Press F5, and open the fresh link in a "
    "private window."
)
PASTE_ONLY_YOUR_OWN = "Paste a code only if you opened that page yourself, just now."
BROWSER_DID_NOT_OPEN = "The browser did not open. Copy the link instead."
THIS_IS_A_NEW_LINK = "This is a fresh link."
GETTING_NEW_LINK = "Getting a fresh link"
EXCHANGING_CODE = "Handing the code in"
VERIFYING = "Asking your server who you are"
DISCARDING = "Ending what is not wanted"
OPEN_IN_PRIVATE_WINDOW = "To be asked who you are, open this link in a private window."
WAITING_FOR_SERVER = "One moment: your server has not answered yet. Ctrl+C leaves without waiting."
IMPORTED_TOKEN_ENDS = (
    "The program that it was imported from shares this access, and is signed out, too."
)
RESULT_NOT_SAVED = "What this check has found is not saved."
TOKEN_NOT_SAVED = "Your server gave this wizard an access that could not be saved."
IF_YOU_QUIT = (
    "If you leave, this computer forgets it, but it stays alive at the server until somebody ends "
    "it."
)
TOKEN_STILL_VALID = "The access stays alive there until it is ended in your account's settings."
TOKEN_MAY_EXIST = (
    "Your server may have given this wizard an access all the same. You can see and end it in your "
    "account's settings there."
)
_CODE_UNANSWERED = (
    "A code was sent, and its answer was lost: your server may have given access all the same. You "
    "can see and end that in your account's settings there."
)
TOKEN_MAY_BE_VALID = (
    "The access may still be alive there: you can see and end it in your account's settings."
)
# After these it is not known whether the token is still valid.
_UNCONFIRMED = (
    errors.ConnectionLost,
    errors.InvalidResponse,
    errors.ResponseTooLarge,
    errors.RevocationRefused,
    errors.ServerFailure,
    errors.Timeout,
    errors.UnexpectedHtml,
)


def default_changed(handle: str) -> str:
    """Return the message that another account is the default now."""
    return f"Scripts get {handle} now when they name no account."


def no_longer_signed_in(handle: str) -> str:
    """Return the message that an account was signed out in another window meanwhile."""
    return f"{handle} is no longer signed in here."


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


def token_revoked(host: str) -> str:
    """Return the message that a token was revoked at a server."""
    return f"The access at {host} has ended."


def nothing_changed(handle: str, revocation_error: errors.WizardError | None) -> str:
    """Return the message that a new token is not kept, and what is saved is as it was.

    Args:
        handle: the account that is in the file; empty where there is none.
        revocation_error: why the new token was not revoked; None where it was.
    """
    message = f"Nothing was changed: {handle} is as it was." if handle else "Nothing was saved."
    if revocation_error is None:
        return message
    return f"{message} {discarded(revocation_error)}"


def discarded(error: errors.WizardError) -> str:
    """Return the message that a token that was given up could not be revoked, and what follows."""
    if not can_revoke_later(error):
        return token_not_revoked(error)
    return (
        f"{error.full_message} The new access may still be alive there. It is kept here, to be "
        "ended when you check your accounts."
    )


def token_not_revoked(error: errors.WizardError) -> str:
    """Return the message that a token could not be revoked, with why and what that means."""
    says_state = (
        errors.RegistrationElsewhere | errors.RevocationRefused | errors.RevocationUnsupported
    )
    if isinstance(error, says_state):
        return str(error)
    return f"{error.full_message} {token_state_after(error)}"


def earlier_token(handle: str, error: errors.WizardError | None) -> str:
    """Return what became of the token that an account had before a renewal.

    Args:
        handle: the account.
        error: why the token was not revoked; None where it was.
    """
    if error is None:
        return f"The earlier access of {handle} has ended."
    if not can_revoke_later(error):
        return f"The earlier access of {handle} could not be ended. {token_not_revoked(error)}"
    return (
        f"The earlier access of {handle} may still work: it could not be ended yet. "
        f"{error.full_message} To try again, check your accounts."
    )


def earlier_tokens(outcomes: Iterable[tuple[str, errors.WizardError | None]]) -> list[str]:
    """Return what became of earlier tokens, told once where several of an account fared the same.

    Args:
        outcomes: for each token its account, and why it was not revoked; None where it was.
    """
    return list(dict.fromkeys(earlier_token(handle, error) for handle, error in outcomes))


def earlier_tokens_left(handles: Iterable[str]) -> str:
    """Return the message that tokens that these accounts had before could not be revoked yet."""
    names = ", ".join(dict.fromkeys(handles))
    return f"Earlier access of {names} is not ended yet. To try again, check your accounts."


def token_state_after(error: errors.WizardError) -> str:
    """Return whether a token is still valid, or may be, after an error while revoking it."""
    return TOKEN_MAY_BE_VALID if isinstance(error, _UNCONFIRMED) else TOKEN_STILL_VALID


def listed_as(app_name: str) -> str:
    """Return the sentence that names what the wizard registers as.

    Args:
        app_name: the name.
    """
    return f"Your server will list this as “{app_name}”."


def registered_as(pending: PendingSignIn) -> str:
    """Return the sentence that says as what the wizard is registered, and what it will ask for."""
    name, permissions = pending.app_name, describe(pending.scopes)
    return f"Registered there as “{name}”, asking for: {permissions}."


def registering(host: str) -> str:
    """Return the progress text while the wizard is being registered at a server."""
    return f"Introducing the wizard to {host}"


def renewing(handle: str) -> str:
    """Return the progress text while the link of a renewal is being made."""
    return f"Getting a link for {handle}"


def server_address(server: Server) -> str:
    """Return the account domain of a server, and its API host if that is another one."""
    if server.account_domain == server.host:
        return server.host
    return f"{server.account_domain}, answering at {server.host}"


def scope_limits(server: Server) -> str:
    """Return the warning that a server does not enforce scopes; empty where it does."""
    if server_features.enforces_scopes(server):
        return ""
    return (
        f"This server runs {server_features.software_name(server)}, which can't limit an access: "
        "whatever you choose, it can do all that you can. From version 0.19 it can."
    )


def allowed(server: Server, scopes: Scopes) -> str:
    """Return what a token can do, in plain words, given whether the server enforces scopes."""
    return (
        describe(scopes)
        if server_features.enforces_scopes(server)
        else "Everything: this server can't limit it"
    )


def link_steps(server: Server, *, by_itself: bool) -> list[str]:
    """Return what to do with the authorization link, as numbered lines.

    Args:
        server: the server of the link.
        by_itself: whether the wizard can open a link that brings the code by itself.
    """
    button = server_features.allow_button(server)
    press_button = f"3  Press {button}."
    if server_features.has_short_session(server):
        press_button = f"3  Press {button} there, within two minutes."
    if by_itself:
        open_link = f"1  Press “Open in browser”. It leads to {server.host}."
        bring_code = "4  That is all: this goes on by itself."
    else:
        open_link = f"1  Open the link below. It leads to {server.host}."
        bring_code = "4  Copy the long code that appears, and come back here."
    return [
        open_link,
        "2  Sign in there. Only your server sees your password.",
        press_button,
        bring_code,
    ]


def goes_on_by_itself(server: Server) -> str:
    """Return the sentence that says what the wizard waits for in the browser."""
    button = server_features.allow_button(server)
    return f"When you press {button} there, this goes on by itself."


def where_code_appears(server: Server) -> str:
    """Return the sentence that says when and where the server shows the code."""
    button = server_features.allow_button(server)
    if server_features.is_gotosocial(server):
        return (
            f"After {button}, your server shows a long code under “Here's your out-of-band token”."
        )
    return f"After {button}, your server shows a long code."


def where_code_must_be(server: Server) -> str:
    """Return the sentence that names the server whose page the code must be from.

    A code without its page's address could be from anywhere, as from a page that somebody sent.
    """
    return f"The page with the code must be at {server.host}."


def renewal_note(pending: PendingSignIn, renewed: Account | None) -> str:
    """Return what a renewal changes; empty where the sign-in is none.

    Args:
        pending: the pending sign-in.
        renewed: the account that is renewed; None where it is no longer in the file.
    """
    if not pending.renewed_handle:
        return ""
    sentences = [f"This renews {pending.renewed_handle}."]
    if renewed is not None:
        sentences.append(describe_replacement(renewed, pending.server, pending.scopes))
    return " ".join(sentences).rstrip()


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
        f"Asked for, too: {describe(added)}. The wizard needs it to see who you are, or the server "
        "has nothing narrower."
    )


def imported_scopes(apps: Sequence[AuthorizedApp]) -> str:
    """Return that the scopes of an imported token are not known, and what may help to choose.

    Args:
        apps: the programs that the server lists for the account; it does not say which one asks.
    """
    unknown = "It is not known what this access may do: it was made outside the wizard."
    if not apps:
        return unknown
    listed = "; ".join(f"{app.application or '?'}: {' '.join(app.scopes)}" for app in apps[:5])
    return f"{unknown} Your server lists these: {listed}."


def saved_in(path: str, token: Token) -> str:
    """Return where an account is saved.

    Args:
        path: the credentials file, for display.
        token: the account's token.
    """
    if token.storage is SecretStorage.KEYRING:
        return f"{path}, its secrets in the system's keyring"
    return path


def someone_else(requested_username: str) -> str:
    """Return the message that another user signed in than the one whose name was typed."""
    return f"You typed {requested_username}, but this is somebody else."


def scopes_missing(scopes: Scopes) -> str:
    """Return the message that the server granted fewer scopes than were requested.

    Args:
        scopes: those that it did not grant.
    """
    return f"Your server allowed less than you chose. Not allowed: {describe(scopes)}."


def forgotten(handle: str) -> str:
    """Return the message that an account was removed from the credentials file."""
    return f"This computer has forgotten {handle}."


def unfinished(pending: PendingSignIn, now: datetime) -> str:
    """Return the sentence that describes a pending sign-in.

    Args:
        pending: the pending sign-in.
        now: the current time, UTC.
    """
    when, domain = relative_time(pending.started_at, now), pending.server.account_domain
    if pending.renewed_handle:
        sentence = f"You began to renew {pending.renewed_handle} {when}."
    elif pending.step is WizardStep.PROFILE:
        sentence = f"You signed in to {domain} {when}, but the last step is still to come."
    else:
        sentence = f"You began to sign in to {domain} {when}."
    return f"{sentence} {_CODE_UNANSWERED}" if pending.code_sent else sentence
