"""The exception hierarchy, with the message that the user sees for each error.

Each class has a message (what happened), a hint (what to do next), and the exit code of a command
that fails with it.

    WizardError
    ├── AddressError                  what was typed is not a server's address
    ├── UnusableVariable              the screens can't be shown with an environment variable
    ├── ServerError                   no usable response from a server
    │   ├── HostNotFound              DNS has no such name
    │   ├── ConnectionRefused         nothing listens on the port
    │   ├── NetworkUnreachable        there is no route to the host
    │   ├── Timeout                   no complete response in time
    │   ├── ConnectionLost            the connection broke
    │   ├── CertificateError          TLS verification failed
    │   ├── ProxyError                the configured proxy failed
    │   ├── Unreachable               any other network error
    │   ├── NotAnInstance             the host has no Mastodon-like API
    │   ├── RedirectedElsewhere       it redirects or refers to another server
    │   ├── UnexpectedHtml            HTML instead of JSON
    │   ├── ProgramsBlocked           HTTP 401 or 403, and not from the API
    │   ├── NetworkSignIn             HTTP 511: the network wants a sign-in first
    │   ├── InvalidResponse           a response of the wrong shape
    │   ├── ResponseTooLarge          a response over the size limit
    │   ├── RateLimited               HTTP 429 or 503: wait, then retry
    │   ├── ServerFailure             HTTP 5xx
    │   ├── RequestRejected           any other HTTP status
    │   ├── InsufficientScope         the token's scopes don't cover the request
    │   ├── AccountRefused            they do, and the account is refused all the same
    │   ├── PracticeOnly              practice mode, and another server than its own
    │   ├── TokenMayExist             no response to a code exchange: it may have worked
    │   ├── TokenRevoked              the token is no longer accepted
    │   └── AccountMismatch           the token is another account's
    ├── SignInError                   the sign-in can't continue
    │   ├── NoScopesChosen            no scope was chosen
    │   ├── UnknownScope              a scope that the server does not know
    │   ├── AppNameTooLong            a name that the server would not register
    │   ├── EmptyCode                 no code was entered
    │   ├── NotACode                  what was pasted can't be a code
    │   ├── ShortCode                 what was pasted is unusually short, but may be a code
    │   ├── AuthorizationDenied       the redirect URI has an OAuth error
    │   ├── CodeRefused               the code is wrong, expired or used
    │   ├── CodeForOtherSignIn        the code belongs to another link
    │   ├── CodeExpired               the code was pasted too late
    │   ├── RedirectedCodeRefused     a code that the browser brought is not accepted
    │   ├── CodeForOtherServer        the code is from another server's page
    │   ├── NoToken                   what came on standard input is no token
    │   ├── TokenRefused              the server does not accept a token from elsewhere
    │   ├── WrongAccount              a token of another account than the named one
    │   ├── DifferentAccount          another account than the one to renew signed in
    │   ├── AlreadySignedIn           the account that signed in is saved already
    │   ├── OtherScopesGranted        the code was of an earlier link with other scopes
    │   ├── RegistrationUnknown       the client is not registered (any more)
    │   ├── RevocationUnsupported     the server has no revocation endpoint
    │   ├── RevocationRefused         the client may not revoke the token (any more)
    │   ├── RegistrationMissing       the client needed to revoke the token is not saved
    │   └── RegistrationElsewhere     another program has it: the token existed before
    ├── FileError                     the credentials file, or a file of another tool
    │   ├── NoHome                    there is no home directory that it could be in
    │   ├── FileUnreadable            it can't be read
    │   ├── FileOfAnotherUser         it is another user's
    │   ├── FileReadOnly              it can be read, but not written
    │   ├── InvalidFile               it is not valid TOML, or not valid credentials
    │   ├── FileTooNew                its schema version is newer
    │   ├── FileLocked                another process holds its lock
    │   ├── LockFailed                it can't be locked
    │   ├── SaveFailed                it can't be written
    │   ├── ExportUnsupported         a tool's format can't hold an account
    │   ├── ExportIncomplete          an account lacks what a tool's format needs
    │   ├── ExportNotSaved            a tool's file can't be written
    │   ├── ImportUnreadable          a tool's file can't be read
    │   ├── InvalidImport             a tool's file is invalid
    │   └── LogNotWritten             the file for the request log can't be written
    ├── KeyringError                  the system's keyring
    │   ├── KeyringNotInstalled       the Python package is not installed
    │   ├── KeyringMissing            no backend that stores secrets safely
    │   ├── KeyringLocked             it is locked
    │   ├── KeyringTimeout            no result in time
    │   ├── KeyringFailed             any other error of the backend
    │   └── KeyringEntryMissing       the entry is gone
    └── AccountError                  the account can't be determined, or has changed meanwhile
        ├── AccountVariableInvalid    the environment gives no account, though it should
        ├── ChangedMeanwhile          the account that was checked has another token by now
        ├── RenewedMeanwhile          the account to sign out has another token by now
        ├── SignedInAnew              the account to restore was signed in again meanwhile
        ├── RenewalNeeded             the token of the account is known to be revoked
        ├── NoAccount                 no account is saved
        ├── UnknownAccount            no saved account has that name
        └── AmbiguousAccount          several saved accounts have that name
"""

import shlex
import sys
from math import ceil
from typing import ClassVar, Self, dataclass_transform


@dataclass_transform(eq_default=False, kw_only_default=True)
class _ErrorWithFields(Exception):
    """An exception whose annotated class attributes are fields, set by the constructor.

    Type checkers treat it as a dataclass (PEP 681). Importing `dataclasses` and creating 50 of
    them would slow down every command.

    Raises:
        TypeError: a keyword argument names no field.
    """

    def __init__(self, **fields: object) -> None:
        super().__init__()
        for name, value in fields.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no field called {name}")
            setattr(self, name, value)


class StatusDetails(str):
    """The details of an unsuccessful response: its status, and the server's own words.

    Attributes:
        words: what the server says of the error, safe to show; empty if it says nothing.
    """

    words: str

    def __new__(cls, status: int, words: str) -> Self:
        """Return the text of both, in which the words are quoted."""
        quoted = f", “{words}” in the server's words" if words else ""
        details = super().__new__(cls, f"HTTP {status}{quoted}")
        details.words = words
        return details


class WizardError(_ErrorWithFields):
    """The base class of all errors that are shown to the user.

    Subclasses declare fields with defaults; the templates may name these in braces.

    Attributes:
        message_template: a sentence that says what happened, as for `str.format_map`.
        hint_template: a sentence that says what to do next, likewise.
        exit_code: the exit code of a command: 1 failed, 2 misused or cancelled, 4 sign-in needed.
        details: technical details, safe to show; never a secret. `StatusDetails` if a server
            responded with an error.
    """

    message_template: ClassVar[str]
    hint_template: ClassVar[str]
    exit_code: ClassVar[int] = 1

    details: str = ""

    def __str__(self) -> str:
        return f"{self.full_message} {self.hint}"

    @property
    def message(self) -> str:
        """What happened: the message template, filled in."""
        return self.message_template.format_map(_Fields(self))

    @property
    def full_message(self) -> str:
        """What happened, with the server's own words if it gave some."""
        if not isinstance(self.details, StatusDetails) or not self.details.words:
            return self.message
        return f"{self.message} The server said: “{self.details.words.rstrip('.')}”."

    @property
    def hint(self) -> str:
        """What to do next: the hint template, filled in."""
        return self.hint_template.format_map(_Fields(self))


class _Fields:
    """Read-only mapping of an error's attributes, for `str.format_map`."""

    def __init__(self, error: WizardError) -> None:
        self._error = error

    def __getitem__(self, name: str) -> object:
        return getattr(self._error, name)


class AddressError(WizardError):
    """What was typed is not a server's address; `reason` is a sentence that says why."""

    exit_code = 2
    message_template = "{reason}"
    hint_template = "Type it like example.org, or paste your handle or the address of your profile."

    reason: str = "This is not an address the wizard understands."


class UnusableVariable(WizardError):
    """The screens can't be shown with the value of the environment variable `variable`.

    `usable` are the words of its values with which they can; empty where there are too many.
    """

    exit_code = 2
    message_template = "The wizard's screens can't be shown with the value that {variable} has."
    hint_template = "Unset it."

    variable: str = ""
    usable: str = ""

    @property
    def hint(self) -> str:
        """What to do next, with the values to choose from."""
        return f"Unset it, or set it to {self.usable}." if self.usable else super().hint


class ServerError(WizardError):
    """There was no usable response from `host`.

    Attributes:
        typed_hint_template: the hint where the user has just typed the address, which may be wrong;
            the other hint where that is empty.
        host: the host, as it is shown.
        is_typed: whether the user has just typed the address.
    """

    typed_hint_template: ClassVar[str] = ""

    host: str = ""
    is_typed: bool = False

    @property
    def hint(self) -> str:
        """What to do next: the address of a saved account needs no second look."""
        if self.is_typed and self.typed_hint_template:
            return self.typed_hint_template.format_map(_Fields(self))
        return super().hint


class HostNotFound(ServerError):
    """DNS has no such name."""

    message_template = "No server called {host} can be found."
    hint_template = (
        "Check that this computer is online. If it is, the server may have moved, or be gone."
    )
    typed_hint_template = "Check the spelling. If it is right, check that this computer is online."


class ConnectionRefused(ServerError):
    """The host turned the connection down."""

    message_template = "No server answers at {host}."
    hint_template = "Try again later: the server may be down just now."
    typed_hint_template = (
        "Check the address. If it is right, try again later: the server may be down just now."
    )


class NetworkUnreachable(ServerError):
    """There is no route to the host."""

    message_template = "This computer finds no way to {host}."
    hint_template = "Check your internet connection, then try again."


class Timeout(ServerError):
    """The complete response did not arrive before the deadline."""

    message_template = "{host} did not answer in time."
    hint_template = (
        "Try again. If it stays silent, try later: the server or your connection may be slow."
    )


class ConnectionLost(ServerError):
    """The connection broke before the response was complete."""

    message_template = "The connection to {host} broke off in the middle."
    hint_template = "Try again."


class CertificateError(ServerError):
    """TLS verification failed; `reason` is a sentence that says why."""

    message_template = "{host} could not prove that it is really {host}. {reason}"
    hint_template = "Nothing was sent. Ask whoever runs the server."
    typed_hint_template = "Nothing was sent. Check the spelling, or ask whoever runs the server."

    reason: str = "Its certificate is not valid."


class ProxyError(ServerError):
    """A configured proxy failed; `unreadable` are the entries of NO_PROXY that make no sense."""

    message_template = (
        "The proxy this computer is set to use did not let the wizard through to {host}."
    )
    hint_template = (
        "Check the proxy settings (HTTPS_PROXY, ALL_PROXY, NO_PROXY), or ask whoever runs this "
        "network."
    )

    unreadable: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """What to do next, with what is left out of NO_PROXY."""
        if not self.unreadable:
            return super().hint
        return f"{super().hint} NO_PROXY has what can't be read: {', '.join(self.unreadable)}."


class Unreachable(ServerError):
    """A network error that has no class of its own."""

    message_template = "The wizard could not talk to {host}."
    hint_template = "Try again. If it goes on, tell whoever runs the server."


class NotAnInstance(ServerError):
    """The host responds, but has no API that the wizard could sign in to."""

    message_template = "{host} answers, but it is not a GoToSocial or Mastodon-like server."
    hint_template = "If the server moved, sign in at its new address."
    typed_hint_template = (
        "Check the spelling. Your handle ends with the right address: the part after the last @."
    )


class RedirectedElsewhere(ServerError):
    """The host redirects or refers to `other`, which must not get the secrets of `host`."""

    message_template = "{host} sends programs on to another server, {other}."
    hint_template = "Nothing secret was sent there. Sign in to it, if you trust it."

    other: str = ""


class PracticeOnly(ServerError):
    """In practice mode, another server than the practice server, `practice`, was named."""

    message_template = "This is practice, which asks no server but its own, {practice}."
    hint_template = "To sign in to {host}, quit, and start the wizard without “practice”."

    practice: str = "localhost"


class UnexpectedHtml(ServerError):
    """The response is HTML where JSON was expected."""

    message_template = "{host} sent a web page where an answer for programs was expected."
    # The certificate was valid, and a network's log-in page hardly ever has such a one.
    hint_template = (
        "The server may have moved. On a hotel or café network, open a browser and log in there "
        "first."
    )
    typed_hint_template = (
        "Check the address: your handle ends with the right one. On a hotel or café network, open "
        "a browser and log in there first."
    )


class ProgramsBlocked(ServerError):
    """HTTP 401 or 403, but not from the API: a gateway or bot protection may have sent it.

    It says nothing about a token, which the API did not get to see.
    """

    message_template = "Something in front of {host} keeps programs out (HTTP {status})."
    hint_template = (
        "Try again later, or from another network. If it goes on, ask the people who run the "
        "server to let programs through."
    )

    status: int = 403


class NetworkSignIn(ServerError):
    """The network wants its log-in page opened first (HTTP 511, RFC 6585 section 6)."""

    message_template = "This network wants you to log in before it lets you through to {host}."
    hint_template = "Open a browser and log in there, then try again."


class InvalidResponse(ServerError):
    """The response does not have the required shape."""

    message_template = "{host} sent an answer that makes no sense."
    hint_template = "Try again. If it goes on, tell whoever runs the server."


class ResponseTooLarge(ServerError):
    """The response is over the size limit."""

    message_template = "{host} sent far more data than it should, so the wizard stopped reading."
    hint_template = "Tell whoever runs the server."
    typed_hint_template = "Check the address. If it is right, tell whoever runs the server."


class RateLimited(ServerError):
    """The server sent HTTP 429 or 503; `seconds` is the time to wait."""

    message_template = "{host} asks for a little patience."
    hint_template = "Try again in {retry_after_text}."

    seconds: int = 30

    @property
    def retry_after_text(self) -> str:
        """The time to wait, in words."""
        minutes = ceil(self.seconds / 60)
        if self.seconds == 1:
            return "1 second"
        if minutes <= 2:  # noqa: PLR2004
            return f"{self.seconds} seconds"
        return f"about {minutes} minutes" if minutes < 60 else "about an hour"  # noqa: PLR2004


class ServerFailure(ServerError):
    """The server failed with the HTTP status `status`, 500 or higher."""

    message_template = "{host} has a problem of its own (HTTP {status})."
    hint_template = "Try again later. If it goes on, tell whoever runs the server."

    status: int = 0


class RequestRejected(ServerError):
    """The server rejected the request with HTTP status `status`; no other class fits."""

    message_template = "{host} turned the request down (HTTP {status})."
    hint_template = "Try again later. If it goes on, tell whoever runs the server."

    status: int = 0


class InsufficientScope(ServerError):
    """The token is valid, but its scopes don't cover the request (HTTP 403)."""

    exit_code = 4
    message_template = "{host} does not permit this with the permissions that were chosen."
    hint_template = "Sign in again and choose more permissions."


class AccountRefused(ServerError):
    """The API refuses the account, though the token is valid and its scopes cover the request.

    The account may be disabled, suspended, unconfirmed or not approved yet; `reason` is what the
    server says; empty where it says nothing.
    """

    message_template = "{host} refuses this account. Its words: “{reason}”."
    hint_template = "Signing in again would not help. The people who run the server can."

    reason: str = ""

    @property
    def message(self) -> str:
        """What happened, in the server's words if it gave some."""
        unexplained = f"{self.host} refuses this account, and does not say why."
        return super().message if self.reason else unexplained


class TokenMayExist(ServerError):
    """The response to a code exchange did not come; `cause` is a sentence that says why.

    The server may have issued a token all the same. The code can't be tried again: it is used then.
    `is_listed` is whether the server lists tokens in the account's settings.
    """

    message_template = "{cause} The server may have given this wizard an access all the same."
    hint_template = (
        "You can see and end it in your account's settings at {host}. To go on, get a fresh link "
        "and a fresh code."
    )

    cause: str = "There was no answer."
    is_listed: bool = True

    @property
    def hint(self) -> str:
        """What to do next: GoToSocial before 0.19 has no list of tokens to look at."""
        if self.is_listed:
            return super().hint
        return (
            "A server this old can't show or end it. To go on, get a fresh link and a fresh code."
        )


class TokenRevoked(ServerError):
    """The token is no longer accepted (HTTP 401)."""

    exit_code = 4
    message_template = "{host} no longer accepts this access. It may have been ended there."
    hint_template = "Renew it by signing in again."


class AccountMismatch(ServerError):
    """The token is valid, but for another account than `expected`."""

    exit_code = 4
    message_template = "{host} says that this access is not that of {expected} any more."
    hint_template = "Sign in again as {expected}."

    expected: str = ""


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


class RegistrationUnknown(SignInError):
    """The client is not registered: the server says so, or the file no longer has it."""

    message_template = "The server no longer knows the wizard, so it can't accept the code."
    hint_template = "Get a fresh link: the wizard introduces itself again."


class RevocationUnsupported(SignInError):
    """The server has no revocation endpoint (GoToSocial before 0.19)."""

    message_template = "This server is too old to end an access on request."
    hint_template = (
        "The access stays good there. Once the server runs GoToSocial 0.19 or newer, your settings "
        "page there lists it under “Access Tokens”, where you can end it."
    )


class RevocationRefused(SignInError):
    """The server no longer accepts the client that a token was issued to (RFC 6749 section 5.2)."""

    message_template = "The server no longer knows the wizard, so it does not end this access."
    hint_template = (
        "The access may well be alive. To end it, open your account's settings at the server in a "
        "browser: it is listed there among the applications or access tokens."
    )


class RegistrationMissing(SignInError):
    """The registration needed to revoke a token (RFC 7009 section 2.1) is no longer saved."""

    message_template = "What it takes to end this access at the server is no longer kept here."
    hint_template = "You can end it in your account's settings there."


class RegistrationElsewhere(SignInError):
    """The token existed before the wizard got it, so another client may revoke it, not this one.

    `page` is the address of the page where the user can end it; empty where that is not known.
    """

    message_template = (
        "This token was made outside the wizard, so the wizard can't end it at the server."
    )
    hint_template = "It still works there until you end it in your account's settings."

    page: str = ""

    @property
    def hint(self) -> str:
        """What to do next, with the page."""
        if not self.page:
            return super().hint
        return f"It still works there until you end it on {self.page} in your browser."


class FileError(WizardError):
    """An error with the credentials file, or a tool's file; `path` is its path."""

    path: str = ""


class NoHome(FileError):
    """The user has no home directory: neither HOME nor the list of users has a full path."""

    message_template = "There is no home directory here to keep your accounts in."
    hint_template = (
        "Set HOME to a full path, or set GTS_WIZARD_CREDENTIALS to the file that keeps them."
    )


class FileUnreadable(FileError):
    """The file can't be read; `reason` is a clause that says why."""

    message_template = "The file that keeps your accounts can't be read: {reason} ({path})."
    hint_template = "Nothing was changed. Mend that, then try again."

    reason: str = ""


class FileOfAnotherUser(FileError):
    """The file is neither this user's nor root's; `remedy` is a sentence that says what helps."""

    message_template = "The file that keeps your accounts belongs to {owner} ({path})."
    hint_template = "Nothing was changed. {remedy}"

    owner: str = "another user"
    remedy: str = "Run the wizard as that user."


class FileReadOnly(FileError):
    """The file can be read, but not written; `reason` is a clause that says why.

    `remedy` is a sentence that says what to do instead.
    """

    message_template = "The file that keeps your accounts can only be read: {reason} ({path})."
    hint_template = "Nothing was changed. {remedy}"

    reason: str = ""
    remedy: str = (
        "Do this where the file is kept, or set GTS_WIZARD_CREDENTIALS to a file of your own."
    )


class InvalidFile(FileError):
    """The file is not TOML, or a table has the wrong shape; `reason` says where."""

    message_template = "The file that keeps your accounts is damaged: {reason} ({path})."
    hint_template = (
        "Nothing was changed. Mend the file in an editor, put a copy of it back, "
        "or move it aside to start anew."
    )

    reason: str = ""


class FileTooNew(FileError):
    """The schema version is newer than this wizard's; `written_by` is the program that wrote it."""

    message_template = "The file that keeps your accounts was written by {written_by} ({path})."
    hint_template = "Nothing was changed. Update the wizard."

    written_by: str = "a newer version of this wizard"


class FileLocked(FileError):
    """The lock was not released in time; `holder` is the process that probably holds it."""

    message_template = "The file that keeps your accounts is held by {holder} ({path})."
    hint_template = "Let that finish or close it, then try again."

    holder: str = "another window of this wizard"


class LockFailed(FileError):
    """The file can't be locked; `path` is the lock file, and `reason` a clause that says why."""

    message_template = "The file that keeps your accounts can't be locked: {reason} ({path})."
    hint_template = (
        "Nothing was changed. Mend that, or keep your accounts in another place: set "
        "GTS_WIZARD_CREDENTIALS to a file there."
    )

    reason: str = ""


class SaveFailed(FileError):
    """The file can't be written; `reason` is a clause that says why."""

    message_template = "The file that keeps your accounts can't be written: {reason} ({path})."
    hint_template = "What was there before is untouched. Mend that, then try again."

    reason: str = ""


class ExportUnsupported(FileError):
    """An account can't be written in the format of `tool`; `reason` is a clause that says why."""

    exit_code = 2
    message_template = "This can't be written for {tool}: {reason}."
    hint_template = "Nothing was written."

    tool: str = "this tool"
    reason: str = "it does not fit"


class ExportIncomplete(FileError):
    """The registration that the token of the account `handle` belongs to is no longer saved."""

    exit_code = 4
    message_template = (
        "{handle} can't be exported: what introduces the wizard to its server is no longer kept "
        "here."
    )
    hint_template = "Renew it, then try again."

    handle: str = ""


class ExportNotSaved(FileError):
    """An export can't be written; `reason` is a clause that says why."""

    message_template = "The export can't be written: {reason} ({path})."
    hint_template = (
        "Nothing was changed. Name a file that is not there yet, where you may write one."
    )

    reason: str = ""


class ImportUnreadable(FileError):
    """The file of another tool can't be read; `reason` is a clause that says why."""

    message_template = "The file to import can't be read: {reason} ({path})."
    hint_template = "Nothing was changed. Check which file you named."

    reason: str = ""


class InvalidImport(FileError):
    """The file is not in the format of `tool`; `reason` is a clause that says where."""

    message_template = "This is not what {tool} writes: {reason} ({path})."
    hint_template = "Nothing was changed. Check which file you named."

    tool: str = "this tool"
    reason: str = "it can't be understood"


class LogNotWritten(FileError):
    """The request log can't be written to a file; `reason` is a clause that says why."""

    exit_code = 2
    message_template = "The log can't be written: {reason} ({path})."
    hint_template = "Nothing was sent. Name a file of your own in GTS_WIZARD_DEBUG."

    reason: str = ""


class KeyringError(WizardError):
    """An error with the system's keyring; the credentials file was not changed."""


class KeyringNotInstalled(KeyringError):
    """The Python package `keyring` (the extra of that name) is not installed."""

    message_template = "The part of the wizard that uses the system's keyring is not installed."
    hint_template = "Nothing was changed. This brings it: {python} -m pip install keyring"

    python: str = sys.executable or "python3"


class KeyringMissing(KeyringError):
    """There is no keyring backend that stores secrets safely."""

    message_template = "There is no keyring here that your secrets could be trusted to."
    hint_template = (
        "Nothing was changed. Desktops bring one, and it runs while you are logged in there: "
        "GNOME Keyring, KWallet or the macOS Keychain."
    )


class KeyringLocked(KeyringError):
    """The keyring is locked, and was not unlocked."""

    message_template = "The system's keyring is locked."
    hint_template = "Nothing was changed. Unlock it, then try again."


class KeyringTimeout(KeyringError):
    """The keyring gave no result in time."""

    message_template = "The system's keyring does not answer."
    hint_template = (
        "Nothing was changed. It may be asking for its password in a window of its own: "
        "unlock it there, then try again."
    )


class KeyringFailed(KeyringError):
    """The keyring reported an error that has no class of its own."""

    message_template = "The system's keyring reported trouble."
    hint_template = (
        "Nothing was changed. Try again; if it goes on, look into your keyring's own program."
    )


class KeyringEntryMissing(KeyringError):
    """The keyring no longer has the entry; `name` is the account or server it belonged to."""

    exit_code = 4
    message_template = "The system's keyring no longer holds the secrets of {name}."
    hint_template = "Sign in again."

    name: str = ""


class AccountError(WizardError):
    """The account can't be determined, or is not what it was when it was read.

    `variable` is the environment variable that named it; empty where none did.
    """

    variable: str = ""

    @property
    def message(self) -> str:
        """What happened, with the environment variable if the name is from there."""
        message = super().message
        return f"{message} {self.variable} names it." if self.variable else message


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

    message_template = "{handle} was renewed or moved in another window while it was checked."
    hint_template = "Check it again."

    handle: str = ""


class RenewedMeanwhile(AccountError):
    """The account `handle` is not removed, because it got another token meanwhile."""

    message_template = "{handle} was renewed in another window meanwhile."
    hint_template = "The new access stays, here and there. Sign out once more to end that, too."

    handle: str = ""


class SignedInAnew(AccountError):
    """The account `handle` is not restored, because it was signed in again meanwhile."""

    message_template = "{handle} was signed in anew meanwhile, so that stays as it is."
    hint_template = (
        "The access that was forgotten here still works at its server: end it in the account's "
        "settings there."
    )

    handle: str = ""


class RenewalNeeded(AccountError):
    """The token of the account `handle` was revoked, as the last check of it found."""

    exit_code = 4
    message_template = "The access of {handle} has ended."
    hint_template = "To renew it, run: gts-wizard renew {quoted_handle}"

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
    message_template = "You are not signed in to any account yet."
    hint_template = "To sign in, run: gts-wizard"

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
    hint_template = "To sign in to it, run: gts-wizard"

    name: str = ""


class AmbiguousAccount(AccountError):
    """Several saved accounts match `name`; `candidates` lists their handles."""

    exit_code = 2
    message_template = "{name} could be any of these: {candidates}."
    hint_template = "Name one of them in full."

    name: str = ""
    candidates: str = ""
