"""What the wizard was given can't be used: an address, an environment variable."""

from gts_wizard.errors.base import WizardError


class AddressError(WizardError):
    """What was typed is not a server's address; `reason` says why, and `remedy` what to do."""

    exit_code = 2
    message_template = "{reason}"
    hint_template = "{remedy}"

    reason: str = "The wizard doesn't understand this address."
    remedy: str = "Type it like example.org, or paste your handle or the address of your profile."


class UnusableVariable(WizardError):
    """The screens can't be shown with the value of the environment variable `variable`.

    `usable` are the words of its values with which they can; empty where there are too many.
    """

    exit_code = 2
    message_template = "The wizard can't show its screens with the current value of {variable}."
    hint_template = "Unset it."

    variable: str = ""
    usable: str = ""

    @property
    def hint(self) -> str:
        """What to do next, with the values to choose from."""
        return f"Unset it, or set it to {self.usable}." if self.usable else super().hint
