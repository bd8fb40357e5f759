"""The steps of a sign-in: server, link, code."""

from datetime import datetime

from gts_wizard.messages.accounts import relative_time
from gts_wizard.models import Account, PendingSignIn, Server, WizardStep
from gts_wizard.oauth import server_features
from gts_wizard.oauth.scopes import describe
from gts_wizard.services.account_changes import describe_replacement

WHERE_IS_YOUR_ACCOUNT = "Where is your account?"
WHAT_TO_TYPE = (
    "Type the address of your server: example.org, if your handle is @alice@example.org. The whole "
    "handle, or the address of your profile, works too."
)
IS_IT_YOURS = "Is this your server?"
WHAT_THE_NAME_IS_FOR = (
    "You'll see this name when you allow access, and in your account's settings.",
    "If you have several bots or computers, give each its own name.",
)
ALLOW_IN_BROWSER = "Allow access in your browser"
SIGN_IN_THERE = "Sign in there. Only your server sees your password."
WAITING_FOR_BROWSER = "Waiting for your browser"
PASTE_INSTEAD = "If the page shows a code, paste that here.\nIf it doesn't load, paste its address."
TRY_AGAIN = "Get a fresh link to try again. If you have a code anyway, paste it here."
NO_LONGER_WAITING = (
    "The wizard is no longer waiting for your browser. Press “Open in browser” to continue: a page "
    "still open there works again, too."
)
USING_CODE = "This link shows a code at the end: copy it, and come back here."
STILL_WAITING = (
    "If the page doesn't load after you allow access, copy its address and paste it here. If it "
    "shows another program's name or an older question, press F5 and open the fresh link in a "
    "private window."
)
PASTE_ONLY_YOUR_OWN = "Paste a code only if you opened that page yourself, just now."
BROWSER_DID_NOT_OPEN = "The browser didn't open. Copy the link instead."
THIS_IS_A_NEW_LINK = "This is a fresh link."
GETTING_NEW_LINK = "Getting a fresh link"
EXCHANGING_CODE = "Sending the code"
VERIFYING = "Asking your server who you are"
OPEN_IN_PRIVATE_WINDOW = "To be asked who you are, open this link in a private window."
WAITING_FOR_SERVER = "One moment: your server hasn't answered yet. Ctrl+C quits without waiting."
_CODE_UNANSWERED = (
    "A code was sent, but the answer was lost: your server may have given access anyway. You can "
    "see and revoke it in your account's settings there."
)


def listed_as(app_name: str) -> str:
    """Return the sentence that names what the wizard registers as.

    Args:
        app_name: the name.
    """
    return f"Your server will list this as “{app_name}”."


def registered_as(pending: PendingSignIn) -> str:
    """Return what the wizard asks for, and under which name it is registered."""
    name, permissions = pending.app_name, describe(pending.scopes)
    return f"Asks for: {permissions}. Registered there as “{name}”."


def registering(host: str) -> str:
    """Return the progress text while the wizard is being registered at a server."""
    return f"Registering with {host}"


def renewing(handle: str) -> str:
    """Return the progress text while the link of a renewal is being made."""
    return f"Getting a link for {handle}"


def server_address(server: Server) -> str:
    """Return the account domain of a server, and its API host if that is another one."""
    if server.account_domain == server.host:
        return server.host
    return f"{server.account_domain}, answering at {server.host}"


def link_steps(server: Server, *, by_itself: bool) -> list[str]:
    """Return what to do with the authorization link, as numbered lines.

    Args:
        server: the server of the link.
        by_itself: whether the wizard can open a link that brings the code by itself.
    """
    button = server_features.allow_button(server)
    press_button = f"3  Press {button}."
    if server_features.has_short_session(server):
        press_button = f"3  Press {button} within two minutes, or reopen the link."
    if by_itself:
        open_link = f"1  Press “Open in browser”. It leads to {server.host}."
        bring_code = "4  That's all: the wizard continues by itself."
    else:
        open_link = f"1  Open the link below. It leads to {server.host}."
        bring_code = "4  Copy the long code that appears, and come back here."
    return [
        open_link,
        f"2  {SIGN_IN_THERE}",
        press_button,
        bring_code,
    ]


def goes_on_by_itself(server: Server) -> str:
    """Return the sentence that says what the wizard waits for in the browser."""
    button = server_features.allow_button(server)
    return f"Once you press {button} there, the wizard continues by itself."


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
    return f"Check that the page with the code is at {server.host}."


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


def someone_else(requested_username: str, handle: str) -> str:
    """Return the message that another user signed in than the one whose name was typed.

    Args:
        requested_username: the name as it was typed.
        handle: who signed in.
    """
    return f"You typed {requested_username}, but you signed in as {handle}."


def unfinished(pending: PendingSignIn, now: datetime) -> str:
    """Return the sentence that describes a pending sign-in.

    Args:
        pending: the pending sign-in.
        now: the current time, UTC.
    """
    when, domain = relative_time(pending.started_at, now), pending.server.account_domain
    if pending.renewed_handle:
        sentence = f"You started to renew {pending.renewed_handle} {when}."
    elif pending.step is WizardStep.PROFILE:
        sentence = f"You signed in to {domain} {when}, but that's not finished yet."
    elif pending.username:
        sentence = f"You started to sign in as {pending.requested_handle} {when}."
    else:
        sentence = f"You started to sign in to {domain} {when}."
    return f"{sentence} {_CODE_UNANSWERED}" if pending.code_sent else sentence
