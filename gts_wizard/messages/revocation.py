"""What became of a token that is given up, or that could not be saved."""

from collections.abc import Iterable

from gts_wizard import errors
from gts_wizard.services.recovery import can_revoke_later

DISCARDING = "Revoking the new access"
IMPORTED_TOKEN_ENDS = (
    "The program that it was imported from shares this access, and is signed out too."
)
TOKEN_NOT_SAVED = "Your server gave the wizard access, but it couldn't be saved."
IF_YOU_QUIT = (
    "If you quit, this computer forgets it, but it still works on the server until you revoke it "
    "there."
)
TOKEN_STILL_VALID = "The access still works there until you revoke it in your account's settings."
TOKEN_MAY_EXIST = (
    "Your server may have given the wizard access anyway. You can see and revoke it in your "
    "account's settings there."
)
TOKEN_MAY_BE_VALID = (
    "The access may still work there: you can see and revoke it in your account's settings."
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


def token_revoked(host: str) -> str:
    """Return the message that a token was revoked at a server."""
    return f"The access was revoked on {host}."


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
        f"{error.full_message} The new access may still work there. The wizard will try to revoke "
        "it again when you check your accounts."
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
        return f"The old access to {handle} was revoked."
    if not can_revoke_later(error):
        return f"The old access to {handle} couldn't be revoked. {token_not_revoked(error)}"
    return (
        f"The old access to {handle} may still work: it couldn't be revoked yet. "
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
    return f"Old access to {names} isn't revoked yet. To try again, check your accounts."


def token_state_after(error: errors.WizardError) -> str:
    """Return whether a token is still valid, or may be, after an error while revoking it."""
    return TOKEN_MAY_BE_VALID if isinstance(error, _UNCONFIRMED) else TOKEN_STILL_VALID
