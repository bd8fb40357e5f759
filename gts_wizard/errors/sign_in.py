"""A sign-in can't continue: what was chosen, and who signed in."""

from gts_wizard.errors.base import WizardError


class SignInError(WizardError):
    """The sign-in can't continue."""


class NoScopesChosen(SignInError):
    """No scope was chosen."""

    exit_code = 2
    message_template = "Nothing is chosen yet."
    hint_template = "Choose at least one permission."


class UnknownScope(SignInError):
    """Scopes were typed, and the server does not know those in `names`."""

    exit_code = 2
    message_template = "There is no permission called {names} there."
    hint_template = (
        "Permissions are words such as read or write:statuses, with spaces between them. Instead, "
        "write for example: {instead}."
    )

    names: str = ""
    instead: str = "read"


class AppNameTooLong(SignInError):
    """The wizard was to be registered with a name that is too long for the server."""

    exit_code = 2
    message_template = (
        "{host} takes names of at most {limit} characters, and this one has {length}."
    )
    hint_template = "Choose a shorter one."

    host: str = "The server"
    limit: int = 60
    length: int = 61


class RegistrationUnknown(SignInError):
    """The client is not registered: the server says so, or the file no longer has it."""

    message_template = "The server no longer knows the wizard, so it can't accept the code."
    hint_template = "Get a fresh link: the wizard introduces itself again."


class NoToken(SignInError):
    """There is no token on standard input; `reason` is a sentence that says what is there."""

    exit_code = 2
    message_template = "{reason}"
    hint_template = (
        "Nothing was changed. Give the token and nothing else, such as from a file: "
        "--with-token < FILE."
    )

    reason: str = "There is no token on standard input."


class TokenRefused(SignInError):
    """The server at `host` does not accept a token that was made outside the wizard."""

    message_template = "{host} does not accept this token."
    hint_template = (
        "Nothing was saved. Check that it is the whole access token, that it was made at that "
        "server, and that nobody has ended it there."
    )

    host: str = ""


class WrongAccount(SignInError):
    """A token that exists already is that of `actual`, and `expected` was named."""

    exit_code = 2
    message_template = "This token is that of {actual}, not of {expected}."
    hint_template = "Nothing was saved. Check which token you gave."

    expected: str = ""
    actual: str = ""


class DifferentAccount(SignInError):
    """The token of `expected` was to be renewed, but `actual` signed in; nothing was changed."""

    message_template = "You wanted to renew {expected}, but it was {actual} who signed in."
    hint_template = (
        "Nothing was changed yet. Open a new link in a private window to sign in as {expected}, "
        "keep both accounts, or stop and leave everything as it was."
    )

    expected: str = ""
    actual: str = ""


class AlreadySignedIn(SignInError):
    """The account `handle` signed in, and is saved already; nothing was changed yet.

    `change` is a sentence on what replacing it would change.
    """

    exit_code = 2
    message_template = "You are already signed in as {handle}."
    hint_template = (
        "Keep that access, or replace it by the new one. To sign in as somebody else, open a new "
        "link in a private window."
    )

    handle: str = ""
    change: str = ""

    @property
    def message(self) -> str:
        """What happened, and what replacing would change."""
        return f"{super().message} {self.change}".rstrip()


class OtherScopesGranted(SignInError):
    """The browser went on with an earlier link, so other scopes were granted; nothing is saved yet.

    `granted` and `chosen` describe the scopes.
    """

    exit_code = 2
    message_template = (
        "The browser still had an earlier link in mind: this access may “{granted}”, and you chose "
        "“{chosen}”."
    )
    hint_template = (
        "Get a fresh link and open it in a private window, or keep this access as it is."
    )

    granted: str = ""
    chosen: str = ""
