"""What is said of an access that is ended, or left alive. All faces come in; pure functions."""

from gts_wizard.errors import (
    ConnectionLost,
    RevocationUnsupported,
    ServerFailure,
    Timeout,
    WizardError,
)

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
