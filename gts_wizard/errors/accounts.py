"""An account can't be determined, or has changed meanwhile."""

import shlex

from gts_wizard.errors.base import WizardError


class AccountError(WizardError):
    """The account can't be determined, or is not what it was when it was read.

    `variable` is the environment variable that named it; empty where none did.
    """

    variable: str = ""

    @property
    def message(self) -> str:
        """What happened, with the environment variable if the name is from there."""
        message = super().message
        return f"{message} That name is from {self.variable}." if self.variable else message


class AccountVariableInvalid(AccountError):
    """The environment gives an account, but not completely or rightly; `reason` is a sentence."""

    exit_code = 2
    message_template = "{reason}"
    hint_template = (
        "GTS_WIZARD_TOKEN holds an access token, and GTS_WIZARD_SERVER the address of the server "
        "that issued it, such as https://example.org. Set both, or neither."
    )

    reason: str = ""


class ChangedMeanwhile(AccountError):
    """The check of `handle` says nothing of its token, because it got another meanwhile."""

    message_template = "{handle} was renewed or moved in another window during the check."
    hint_template = "Check it again."

    handle: str = ""


class RenewedMeanwhile(AccountError):
    """The account `handle` is not removed, because it got another token meanwhile."""

    message_template = "{handle} was renewed in another window in the meantime."
    hint_template = "The new access still works. To revoke that too, sign out again."

    handle: str = ""


class SignedInAnew(AccountError):
    """The account `handle` is not restored, because it was signed in again meanwhile."""

    message_template = "{handle} was signed in again in the meantime, so it stays as it is."
    hint_template = (
        "The access that was forgotten here still works on its server: revoke it in the account's "
        "settings there."
    )

    handle: str = ""


class RenewalNeeded(AccountError):
    """The token of the account `handle` was revoked, as the last check of it found."""

    exit_code = 4
    message_template = "Access to {handle} has ended."
    hint_template = "To renew it, run: {program} renew {quoted_handle}"

    handle: str = ""

    @property
    def quoted_handle(self) -> str:
        """The handle as a shell needs it."""
        return shlex.quote(self.handle)


class NoAccount(AccountError):
    """No account is saved.

    `missing` is the credentials file, where another than the default one was named that is not
    there.
    """

    exit_code = 4
    message_template = "You're not signed in to any account yet."
    hint_template = "To sign in, run: {program}"

    missing: str = ""

    @property
    def message(self) -> str:
        """What happened, with the file that is not there: its name may be mistyped."""
        return (
            f"{super().message} There is no file {self.missing}."
            if self.missing
            else super().message
        )


class UnknownAccount(AccountError):
    """No saved account has the name `name`."""

    exit_code = 4
    message_template = "There is no account called {name} here."
    hint_template = "To sign in to it, run: {program}"

    name: str = ""


class MisspelledAccount(UnknownAccount):
    """No saved account has the name `name`, and the handle `similar` is much like it."""

    hint_template = "Did you mean {similar}?"

    similar: str = ""


class AmbiguousAccount(AccountError):
    """Several saved accounts match `name`, or none is the default where that is empty.

    `candidates` lists their handles.
    """

    exit_code = 2
    message_template = "{name} could be any of these: {candidates}."
    hint_template = "Name one of them in full."

    name: str = ""
    candidates: str = ""

    @property
    def message(self) -> str:
        """What happened, with or without a name."""
        if self.name:
            return super().message
        return f"None of your accounts is the default: {self.candidates}."
