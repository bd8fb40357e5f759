"""The authorization code: what was pasted, and what the server says of it."""

from gts_wizard.errors.sign_in import SignInError


class EmptyCode(SignInError):
    """The code field is empty."""

    exit_code = 2
    message_template = "There's no code yet."
    hint_template = "Copy the code from the page in your browser and paste it here."


class NotACode(SignInError):
    """What was pasted can't be an authorization code; `reason` is a sentence that says why."""

    exit_code = 2
    message_template = "{reason} It was not sent anywhere."
    hint_template = "Copy the long code that your server shows, and paste it here."

    reason: str = "This doesn't look like a code."


class ShortCode(SignInError):
    """What was pasted is shorter than the codes of known servers; entered again, it is tried."""

    exit_code = 2
    message_template = "That's very short for a code. It was not sent anywhere."
    hint_template = "If that's all your server shows, enter or paste it again to try it."


class AuthorizationDenied(SignInError):
    """The server redirected the browser with an error, often to a `urn:` that can't be opened.

    `reason` is the error description, and `error` the error code (RFC 6749 section 4.1.2.1); each
    may be empty.
    """

    message_template = "Your server gave no code, and doesn't say why."
    hint_template = "Get a fresh link, and try again."

    reason: str = ""
    error: str = ""

    @property
    def message(self) -> str:
        """The cause, in the server's words where it has any."""
        if self.error == "access_denied" and not self.reason:
            return "Your server gave no code, because you didn't allow access in your browser."
        words = self.reason.rstrip(".") or self.error
        return f"Your server gave no code. It says: “{words}”." if words else super().message

    @property
    def hint(self) -> str:
        """What to do next, depending on the error code."""
        if self.error == "invalid_scope":
            return "Go back, choose fewer permissions, and open the fresh link."
        if self.error == "access_denied":
            return "Get a fresh link, and allow access in your browser."
        return self.hint_template


class CodeRefused(SignInError):
    """The code is wrong, expired (after ten minutes) or used; servers don't say which."""

    message_template = (
        "{host} doesn't accept this code. It may be incomplete, already used, or too old."
    )
    hint_template = (
        "Copy the whole code again. If that fails too, get a fresh link and a fresh code."
    )

    host: str = ""


class CodeForOtherSignIn(SignInError):
    """The code is valid, but belongs to another unfinished authorization in the browser."""

    message_template = "This code belongs to an earlier link, which your browser still remembers."
    hint_template = "Get a fresh link. Open it in a private window, or wait two minutes first."


class CodeExpired(SignInError):
    """The server no longer takes the code: one that is ten minutes old is swept away."""

    message_template = "This code is too old: a code works for ten minutes."
    hint_template = "Get a fresh link and a fresh code."


class RedirectedCodeRefused(SignInError):
    """The code that the browser has brought by itself is not accepted."""

    message_template = "{host} doesn't accept the code that came from your browser."
    hint_template = "Get a fresh link, and allow access again."

    host: str = ""


class CodeForOtherServer(SignInError):
    """The pasted text is from a page of `host`, but the sign-in is at `expected`."""

    exit_code = 2
    message_template = "This code comes from {host}, but you're signing in to {expected}."
    hint_template = "It was not sent anywhere. Open the link again, and copy the code it leads to."

    host: str = ""
    expected: str = ""
