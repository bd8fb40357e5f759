"""What can be done about a failure: decided here, offered by each front end in its own way."""

from enum import Enum, auto

from gts_wizard.errors import (
    DifferentAccount,
    FileError,
    KeyringEntryMissing,
    KeyringError,
    RateLimited,
    TokenRevoked,
    WizardError,
)


class Recovery(Enum):
    """A way to go on after a failure."""

    RETRY = auto()
    """Try the same again: what stood in the way may be mended meanwhile."""
    SAVE_ELSEWHERE = auto()
    """Use another credentials file."""
    USE_FILE = auto()
    """Keep new secrets in the file instead of the keyring."""
    NEW_LINK = auto()
    """Ask for another token: this one was revoked before its account was known."""
    KEEP_BOTH = auto()
    """Save the account that signed in beside the one that was to be renewed, or stop."""


def recovery_options(error: WizardError) -> frozenset[Recovery]:
    """Return what helps against a failure, other than a different answer or simply waiting."""
    match error:
        case FileError():
            return frozenset({Recovery.RETRY, Recovery.SAVE_ELSEWHERE})
        case KeyringEntryMissing():
            return frozenset()
        case KeyringError():
            return frozenset({Recovery.RETRY, Recovery.USE_FILE})
        case RateLimited():
            return frozenset({Recovery.RETRY})
        case TokenRevoked():
            return frozenset({Recovery.NEW_LINK})
        case DifferentAccount():
            return frozenset({Recovery.KEEP_BOTH})
        case _:
            return frozenset()
