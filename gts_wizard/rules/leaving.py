"""What is said of an access that is ended, or left alive. All faces come in; pure functions."""

from gts_wizard.errors import CanNotRevoke, ConnectionLost, ServerTrouble, TooSlow, WizardError

ONE_MOMENT = "One moment: your server has not answered yet. Ctrl+C leaves without waiting."
UNSAVED = "Your server gave this wizard an access that could not be saved."
IF_YOU_LEAVE = (
    "If you leave, this computer forgets it, but it stays alive at the server until somebody ends "
    "it."
)
STAYS_ALIVE = "The access stays alive there until it is ended in your account's settings."
MAY_HAVE_ISSUED = (
    "Your server may have given this wizard an access all the same. Your account's settings there "
    "tell, and end it."
)
MAY_BE_ALIVE = "The access may still be alive there; your account's settings there tell."
# The server may have done what it was asked before this happened.
_AFTER_ASKING = (ConnectionLost, ServerTrouble, TooSlow)


def has_ended(host: str) -> str:
    """Return what is said when an access at a server has ended."""
    return f"The access at {host} has ended."


def is_as_it_was(handle: str, alive: WizardError | None) -> str:
    """Return what is said when a renewal was stopped after somebody else had signed in.

    Args:
        handle: whose access was to be renewed.
        alive: why the access of the other one was not ended; None where it was.
    """
    told = f"Nothing was changed: {handle} is as it was."
    return told if alive is None else f"{told} {was_not_ended(alive)}"


def was_not_ended(error: WizardError) -> str:
    """Return what is said when an access could not be ended, and what that means."""
    if isinstance(error, CanNotRevoke):
        return str(error)
    return f"{error.what_happened} {what_is_left(error)}"


def what_is_left(error: WizardError) -> str:
    """Return what is known of an access that could not be ended."""
    return MAY_BE_ALIVE if isinstance(error, _AFTER_ASKING) else STAYS_ALIVE
