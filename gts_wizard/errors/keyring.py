"""The system's keyring."""

import sys

from gts_wizard.errors.base import WizardError


class KeyringError(WizardError):
    """An error with the system's keyring; the credentials file was not changed."""


class KeyringNotInstalled(KeyringError):
    """The Python package `keyring` (the extra of that name) is not installed."""

    message_template = "The part of the wizard that uses the system's keyring isn't installed."
    hint_template = "Nothing was changed. To install it, run: {python} -m pip install keyring"

    python: str = sys.executable or "python3"


class KeyringMissing(KeyringError):
    """There is no keyring backend that stores secrets safely."""

    message_template = "There's no keyring here that is safe for your secrets."
    hint_template = (
        "Nothing was changed. Desktops come with one that runs while you're logged in: "
        "GNOME Keyring, KWallet or the macOS Keychain."
    )


class KeyringLocked(KeyringError):
    """The keyring is locked, and was not unlocked."""

    message_template = "The system's keyring is locked."
    hint_template = "Nothing was changed. Unlock it, then try again."


class KeyringTimeout(KeyringError):
    """The keyring gave no result in time."""

    message_template = "The system's keyring isn't answering."
    hint_template = (
        "Nothing was changed. It may be asking for its password in a window of its own: "
        "unlock it there, then try again."
    )


class KeyringFailed(KeyringError):
    """The keyring reported an error that has no class of its own."""

    message_template = "The system's keyring reported a problem."
    hint_template = (
        "Nothing was changed. Try again. If it keeps happening, look in your keyring's own program."
    )


class KeyringEntryMissing(KeyringError):
    """The keyring no longer has the entry; `name` is the account or server it belonged to."""

    exit_code = 4
    message_template = "The system's keyring no longer has the secrets of {name}."
    hint_template = "Sign in again."

    name: str = ""
