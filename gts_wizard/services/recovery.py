"""Decides whether and how to go on after an error; each front end offers that in its own way."""

from enum import Enum, auto

from gts_wizard import errors


class Recovery(Enum):
    """One way to continue after an error."""

    RETRY = auto()
    """Try the same again: the cause may have been fixed meanwhile."""
    SAVE_ELSEWHERE = auto()
    """Use another credentials file."""
    USE_FILE = auto()
    """Store new secrets in the file instead of the keyring."""


def recovery_options(error: errors.WizardError) -> frozenset[Recovery]:
    """Return what helps against an error, other than different input or simply waiting."""
    match error:
        case errors.FileError():
            return frozenset({Recovery.RETRY, Recovery.SAVE_ELSEWHERE})
        case errors.KeyringEntryMissing():
            return frozenset()
        case errors.KeyringError():
            return frozenset({Recovery.RETRY, Recovery.USE_FILE})
        case errors.RateLimited():
            return frozenset({Recovery.RETRY})
        case _:
            return frozenset()


def can_revoke_later(error: errors.WizardError) -> bool:
    """Return whether it may help to try again to revoke a token, after this error."""
    return not isinstance(
        error,
        errors.KeyringEntryMissing
        | errors.RegistrationElsewhere
        | errors.RegistrationMissing
        | errors.RevocationRefused
        | errors.RevocationUnsupported,
    )
