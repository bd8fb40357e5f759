"""The authorization code: what was pasted, and what the server says of it."""

from gts_wizard.errors.sign_in import SignInError


class EmptyCode(SignInError):
    """The code field is empty."""

    exit_code = 2
    message_template = "There is no code yet."
    hint_template = "Copy the code from the page in your browser and paste it here."


class NotACode(SignInError):
    """What was pasted can't be an authorization code; `reason` is a sentence that says why."""

    exit_code = 2
    message_template = "{reason} It was not sent anywhere."
    hint_template = "Copy the long code from the page that follows “Allow”, and paste it here."

    reason: str = "This does not look like a code."


class ShortCode(SignInError):
    """What was pasted is shorter than the codes of known servers; entered again, it is tried."""

    exit_code = 2
    message_template = "That is very short for a code. It was not sent anywhere."
    hint_template = "If it is all that your server shows, enter or paste it once more to try it."


class AuthorizationDenied(SignInError):
    """The server redirected the browser with an error, often to a `urn:` that can't be opened.

    `reason` is the error description, and `error` the error code (RFC 6749 section 4.1.2.1); each
    may be empty.
    """

    message_template = "The server did not give a code: {reason}."
    hint_template = "Get a fresh link, and try again."

    reason: str = ""
    error: str = ""

    @property
    def message(self) -> str:
        """The cause, in the server's words where it has any."""
        meaning = "it was not allowed" if self.error == "access_denied" else self.error
        reason = self.reason.rstrip(".") or meaning or "it did not say why"
        return self.message_template.format(reason=reason)

    @property
    def hint(self) -> str:
        """What to do next, depending on the error code."""
        if self.error == "invalid_scope":
            return "Go back, choose fewer permissions, and open the new link."
        if self.error == "access_denied":
            return "Get a fresh link, and allow it on the page that it leads to."
        return self.hint_template


class CodeRefused(SignInError):
    """The code is wrong, expired (after ten minutes) or used; servers don't say which."""

    message_template = (
        "The server does not accept this code. It may be incomplete, used, or too old."
    )
    hint_template = (
        "Copy it once more, whole. If that fails too, get a fresh link and a fresh code."
    )


class CodeForOtherSignIn(SignInError):
    """The code is valid, but belongs to another unfinished authorization in the browser."""

    message_template = "This code belongs to an earlier link, which the browser still had in mind."
    hint_template = "Get a fresh link and open it in a private window, or wait two minutes first."


class CodeExpired(SignInError):
    """The server no longer takes the code: one that is ten minutes old is swept away."""

    message_template = "This code is too old: it has to be pasted within ten minutes."
    hint_template = "Get a fresh link and a fresh code."


class RedirectedCodeRefused(SignInError):
    """The code that the browser has brought by itself is not accepted."""

    message_template = "The server does not accept the code that your browser has brought."
    hint_template = "Get a fresh link, and allow it once more."


class CodeForOtherServer(SignInError):
    """The pasted text is from a page of `host`, but the sign-in is at `expected`."""

    exit_code = 2
    message_template = "This code comes from {host}, but you are signing in to {expected}."
    hint_template = (
        "It was not sent anywhere. Open the link again, and copy the code that it leads to."
    )

    host: str = ""
    expected: str = ""
