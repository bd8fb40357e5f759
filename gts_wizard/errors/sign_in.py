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
    """Scopes were typed, and the server at `host` does not know those in `names`."""

    exit_code = 2
    message_template = "{host} has no permission called {names}."
    hint_template = (
        "Permissions are words like read or write:statuses, with spaces between them. Instead, "
        "you could type: {instead}."
    )

    host: str = ""
    names: str = ""
    instead: str = "read"


class AppNameTooLong(SignInError):
    """The wizard was to be registered with a name that is too long for the server."""

    exit_code = 2
    message_template = (
        "{host} takes names of at most {limit} characters, and this one has {length}."
    )
    hint_template = "Choose a shorter one."

    host: str = ""
    limit: int = 60
    length: int = 61


class RegistrationUnknown(SignInError):
    """The client is not registered: the server says so, or the file no longer has it."""

    message_template = "{host} no longer knows the wizard, so it can't accept the code."
    hint_template = "Get a fresh link: the wizard registers again."

    host: str = ""


class NoToken(SignInError):
    """There is no token on standard input; `reason` is a sentence that says what is there."""

    exit_code = 2
    message_template = "{reason}"
    hint_template = (
        "Nothing was changed. Give the token and nothing else, for example from a file: "
        "--with-token < FILE."
    )

    reason: str = "There is no token on standard input."


class TokenRefused(SignInError):
    """The server at `host` does not accept a token that was made outside the wizard."""

    message_template = "{host} doesn't accept this token."
    hint_template = (
        "Nothing was saved. Check that it's the whole access token, that it comes from that "
        "server, and that nobody has revoked it there."
    )

    host: str = ""


class WrongAccount(SignInError):
    """A token that exists already is that of `actual`, and `expected` was named."""

    exit_code = 2
    message_template = "This token belongs to {actual}, not to {expected}."
    hint_template = "Nothing was saved. Check which token you gave."

    expected: str = ""
    actual: str = ""


class DifferentAccount(SignInError):
    """The token of `expected` was to be renewed, but `actual` signed in; nothing was changed.

    `is_saved` says whether `actual` is signed in here already, with access that works.
    """

    message_template = "You wanted to renew {expected}, but you signed in as {actual}."
    hint_template = (
        "Nothing has changed yet. Open a fresh link in a private window to sign in as {expected}, "
        "keep both accounts, or stop and leave everything as it was."
    )

    expected: str = ""
    actual: str = ""
    is_saved: bool = False

    @property
    def hint(self) -> str:
        """What to do next; there is nothing to keep of an account that is here anyway."""
        if not self.is_saved:
            return super().hint
        return (
            f"Nothing has changed: {self.actual} is signed in here already. Open a fresh link in a "
            f"private window to sign in as {self.expected}, or stop."
        )


class AlreadySignedIn(SignInError):
    """The account `handle` signed in, and is saved already; nothing was changed yet.

    `change` is a sentence on what replacing it would change.
    """

    exit_code = 2
    message_template = "You're already signed in as {handle}."
    hint_template = (
        "Keep that access, or replace it with the new one. To sign in as somebody else, open a "
        "fresh link in a private window."
    )

    handle: str = ""
    change: str = ""

    @property
    def message(self) -> str:
        """What happened, and what replacing would change."""
        return f"{super().message} {self.change}".rstrip()


class OtherScopesGranted(SignInError):
    """The browser used an earlier link, so `host` granted other scopes; nothing is saved yet.

    `granted` and `chosen` describe the scopes.
    """

    exit_code = 2
    message_template = (
        "Your browser used an earlier link: you chose “{chosen}”, but {host} granted “{granted}”."
    )
    hint_template = (
        "Get a fresh link and open it in a private window, or keep this access as it is."
    )

    host: str = ""
    granted: str = ""
    chosen: str = ""
