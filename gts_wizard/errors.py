"""Every failure a person can meet, worded once.

A leaf of the tree says what happened and what to do next, and has the exit code of a command that
ends with it. Any package may raise one; only `cli`, `prompts` and `tui` show them.

    WizardError
    ├── AddressError                  what was typed is not an instance's address
    ├── ServerError                   nothing usable came back from a server
    │   ├── HostNotFound              the name does not exist
    │   ├── ConnectionRefused         nobody listens there
    │   ├── NetworkUnreachable        this computer can't get there
    │   ├── Timeout                   no whole answer in time
    │   ├── ConnectionLost            it broke off
    │   ├── CertificateError          the server can't prove who it is
    │   ├── ProxyError                the proxy of this network is in the way
    │   ├── Unreachable               anything else on the way there
    │   ├── NotAnInstance             a server, but not one that holds accounts
    │   ├── RedirectedElsewhere       it sends programs on to another server
    │   ├── UnexpectedHtml            a web page where data was expected
    │   ├── InvalidResponse           data of the wrong shape
    │   ├── ResponseTooLarge          more than any honest answer
    │   ├── RateLimited               the server asks for patience
    │   ├── ServerFailure             the server failed
    │   ├── RequestRejected           the server refused this one request
    │   ├── InsufficientScope         the access does not reach that far
    │   ├── PracticeOnly              practice asks no other server
    │   ├── TokenRevoked              the access is no longer accepted
    │   └── AccountMismatch           the access is another account's
    ├── SignInError                   the journey can't go on like this
    │   ├── NoScopesChosen            no permission was chosen
    │   ├── UnknownScope              a permission was named that the server does not know
    │   ├── EmptyCode                 the code is missing
    │   ├── NotACode                  what was pasted can't be a code
    │   ├── AuthorizationDenied       the server's page refused, and said so in the address
    │   ├── CodeRefused               wrong, old or used
    │   ├── CodeForOtherSignIn        good, but for another link
    │   ├── CodeForOtherServer        the page it was pasted from is of another server
    │   ├── DifferentAccount          somebody else than the one whose access is renewed
    │   ├── RegistrationUnknown       the server no longer knows the wizard
    │   ├── RevocationUnsupported     the server has no way to end an access
    │   └── RegistrationMissing       what ending the access needs is lost
    ├── FileError                     the credentials file
    │   ├── FileUnreadable            it can't be read
    │   ├── InvalidFile               it is not what the wizard wrote
    │   ├── FileTooNew                a newer wizard wrote it
    │   ├── FileLocked                another program holds it
    │   ├── SaveFailed                it can't be written
    │   ├── ExportUnsupported         a tool's file can't hold an account
    │   ├── ExportNotSaved            a tool's file can't be written
    │   ├── ImportUnreadable          a tool's file can't be read
    │   └── InvalidImport             a tool's file is not what it should be
    ├── KeyringError                  the system's keyring, where secrets are kept in it
    │   ├── KeyringNotInstalled       the wizard lacks the part that uses it
    │   ├── KeyringMissing            there is none that secrets can be trusted to
    │   ├── KeyringLocked             it does not open
    │   ├── KeyringTimeout            it does not answer
    │   ├── KeyringFailed             anything else it reports
    │   └── KeyringEntryMissing       it no longer holds what it was given
    └── AccountError                  which account?
        ├── NoAccount                 there is none
        ├── UnknownAccount            none of that name
        └── AmbiguousAccount          several of that name
"""

import sys
from math import ceil
from typing import ClassVar, dataclass_transform


@dataclass_transform(eq_default=False, kw_only_default=True)
class _ErrorWithFacts(Exception):
    """An exception whose annotated class attributes are its facts, set by the constructor.

    Type checkers see the constructor as a dataclass's (PEP 681); importing `dataclasses` itself,
    and making 50 of them, would slow down every command.
    """

    def __init__(self, **facts: object) -> None:
        super().__init__()
        for name, value in facts.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no fact called {name}")
            setattr(self, name, value)


class WizardError(_ErrorWithFacts):
    """A failure, in words for the person it happens to.

    The fields of a class are its facts, with their defaults; its sentences name them.

    Attributes:
        message_template: a sentence that says what happened, with facts in braces.
        hint_template: a sentence that says what to do next, likewise.
        exit_code: what a command ends with: 1 failed, 2 misused or cancelled, 4 sign-in needed.
        details: what a technical reader may want besides; never a secret, safe to show.
    """

    message_template: ClassVar[str]
    hint_template: ClassVar[str]
    exit_code: ClassVar[int] = 1

    details: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"

    @property
    def message(self) -> str:
        """What happened, with this failure's facts."""
        return self.message_template.format_map(_Facts(self))

    @property
    def hint(self) -> str:
        """What to do next, with this failure's facts."""
        return self.hint_template.format_map(_Facts(self))


class _Facts:
    """A failure's attributes, as `str.format_map` asks for them."""

    def __init__(self, error: WizardError) -> None:
        self._error = error

    def __getitem__(self, name: str) -> object:
        return getattr(self._error, name)


class AddressError(WizardError):
    """What was typed is not an instance's address; `reason` is a sentence that says why."""

    exit_code = 2
    message_template = "{reason}"
    hint_template = "Type it like example.org, or paste your handle or the address of your profile."

    reason: str = "This is not an address the wizard understands."


class ServerError(WizardError):
    """Nothing usable came back from `host`."""

    host: str = ""


class HostNotFound(ServerError):
    """DNS knows no such host."""

    message_template = "No server called {host} can be found."
    hint_template = "Check the spelling. If it is right, check that this computer is online."


class ConnectionRefused(ServerError):
    """The host turned the connection down."""

    message_template = "No server answers at {host}."
    hint_template = (
        "Check the address if you have just typed it. If it is right, try again later: the server "
        "may be down just now."
    )


class NetworkUnreachable(ServerError):
    """The network has no way to the host."""

    message_template = "This computer finds no way to {host}."
    hint_template = "Check your internet connection, then try again."


class Timeout(ServerError):
    """The whole answer did not come before the deadline."""

    message_template = "{host} did not answer in time."
    hint_template = (
        "Try again. If it stays silent, try later: the server or your connection may be slow."
    )


class ConnectionLost(ServerError):
    """The connection broke before the answer was whole."""

    message_template = "The connection to {host} broke off in the middle."
    hint_template = "Try again."


class CertificateError(ServerError):
    """TLS could not establish who answers; `reason` is the way it failed, as a sentence."""

    message_template = "{host} could not prove that it is really {host}. {reason}"
    hint_template = "Nothing was sent. Check the spelling, or ask whoever runs the server."

    reason: str = "Its certificate is not valid."


class ProxyError(ServerError):
    """A configured proxy failed or is misconfigured."""

    message_template = (
        "The proxy this computer is set to use did not let the wizard through to {host}."
    )
    hint_template = (
        "Check the proxy settings (HTTPS_PROXY, ALL_PROXY), or ask whoever runs this network."
    )


class Unreachable(ServerError):
    """Something went wrong on the way that has no name of its own."""

    message_template = "The wizard could not talk to {host}."
    hint_template = "Try again. If it goes on, tell whoever runs the server."


class NotAnInstance(ServerError):
    """The host answers, but holds no accounts that the wizard could sign in to."""

    message_template = "{host} answers, but it is not a GoToSocial or Mastodon-like server."
    hint_template = (
        "Check the spelling. Your handle ends with the right address: the part after the last @."
    )


class RedirectedElsewhere(ServerError):
    """The host leads to `other`, which is not to have what is `host`'s alone."""

    message_template = "{host} sends programs on to another server, {other}."
    hint_template = "Nothing secret was sent there. Sign in to it, if you trust it."

    other: str = ""


class PracticeOnly(ServerError):
    """Somebody who practises named another server than the practice instance, `practice`."""

    message_template = "This is practice, which asks no server but its own, {practice}."
    hint_template = "To sign in to {host}, quit, and start the wizard without “practice”."

    practice: str = "localhost"


class UnexpectedHtml(ServerError):
    """HTML came where JSON was expected."""

    message_template = "{host} sent a web page where an answer for programs was expected."
    hint_template = (
        "On a hotel or café network, open a browser and log in there first. "
        "Otherwise check the address."
    )


class InvalidResponse(ServerError):
    """The answer has not the shape it must have."""

    message_template = "{host} sent an answer that makes no sense."
    hint_template = "Try again. If it goes on, tell whoever runs the server."


class ResponseTooLarge(ServerError):
    """The answer went on past the cap."""

    message_template = "{host} sent far more data than it should, so the wizard stopped reading."
    hint_template = "Check the address. If it is right, tell whoever runs the server."


class RateLimited(ServerError):
    """The server answered 429 or 503; `seconds` is how long it asks to wait."""

    message_template = "{host} asks for a little patience."
    hint_template = "Try again in {retry_after_text}."

    seconds: int = 30

    @property
    def retry_after_text(self) -> str:
        """How long that is, in words."""
        minutes = ceil(self.seconds / 60)
        if self.seconds == 1:
            return "1 second"
        if minutes <= 2:  # noqa: PLR2004
            return f"{self.seconds} seconds"
        return f"about {minutes} minutes" if minutes < 60 else "about an hour"  # noqa: PLR2004


class ServerFailure(ServerError):
    """The server reported a failure; `status` is the HTTP status."""

    message_template = "{host} has a problem of its own (HTTP {status})."
    hint_template = "Try again later. If it goes on, tell whoever runs the server."

    status: int = 0


class RequestRejected(ServerError):
    """The server refused the request, for no reason that has a name; `status` is HTTP's."""

    message_template = "{host} turned the request down (HTTP {status})."
    hint_template = "Try again later. If it goes on, tell whoever runs the server."

    status: int = 0


class InsufficientScope(ServerError):
    """The token is good, but its scopes do not reach this far (HTTP 403)."""

    message_template = "{host} does not permit this with the permissions that were chosen."
    hint_template = "Sign in again and choose more permissions."


class TokenRevoked(ServerError):
    """The token is not accepted any more (HTTP 401)."""

    exit_code = 4
    message_template = "{host} no longer accepts this access. It may have been ended there."
    hint_template = "Renew it by signing in again."


class AccountMismatch(ServerError):
    """The token works, but for another account than `expected`."""

    exit_code = 4
    message_template = "{host} says that this access is not that of {expected} any more."
    hint_template = "Sign in again as {expected}."

    expected: str = ""


class SignInError(WizardError):
    """The journey can't go on like this."""


class NoScopesChosen(SignInError):
    """No permission was chosen."""

    exit_code = 2
    message_template = "Nothing is chosen yet."
    hint_template = "Choose at least one permission."


class UnknownScope(SignInError):
    """Permissions were named in OAuth's words, and `names` are none the server knows."""

    exit_code = 2
    message_template = "There is no permission called {names} there."
    hint_template = (
        "Permissions are words such as read, write:statuses or push, with spaces between them."
    )

    names: str = ""


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


class AuthorizationDenied(SignInError):
    """The server sent the browser to an address, often a dead `urn:`, that names an error.

    `reason` is the server's sentence, and `error` its word (RFC 6749 section 4.1.2.1).
    """

    message_template = "The server did not give a code: {reason}."
    hint_template = "Get a fresh link, and try again."

    reason: str = ""
    error: str = ""

    @property
    def hint(self) -> str:
        """The advice that helps against this very refusal."""
        if self.error == "invalid_scope":
            return "Go back, choose fewer permissions, and open the new link."
        if self.error == "access_denied":
            return "Get a fresh link, and press “Allow” on the page that it leads to."
        return self.hint_template


class CodeRefused(SignInError):
    """The code is wrong, older than ten minutes, or was used; servers don't say which."""

    message_template = (
        "The server does not accept this code. It may be incomplete, used, or too old."
    )
    hint_template = (
        "Copy it once more, whole. If that fails too, get a fresh link and a fresh code."
    )


class CodeForOtherSignIn(SignInError):
    """The code is good, but belongs to another of the browser's unfinished attempts."""

    message_template = "This code belongs to an earlier link, which the browser still had in mind."
    hint_template = "Get a fresh link and open it in a private window, or wait two minutes first."


class CodeForOtherServer(SignInError):
    """What was pasted is a page of `host`, and the attempt is at `expected`."""

    exit_code = 2
    message_template = "This code comes from {host}, but you are signing in to {expected}."
    hint_template = (
        "It was not sent anywhere. Open the link again, and copy the code that it leads to."
    )

    host: str = ""
    expected: str = ""


class DifferentAccount(SignInError):
    """The access of `expected` was to be renewed, and `came` signed in; nothing was changed."""

    message_template = "You wanted to renew {expected}, but it was {came} who signed in."
    hint_template = (
        "Nothing was changed yet. Keep both accounts, or stop and leave everything as it was."
    )

    expected: str = ""
    came: str = ""


class RegistrationUnknown(SignInError):
    """The server refuses the client itself: its registration or its secret is not known."""

    message_template = "The server no longer knows the wizard, so it can't accept the code."
    hint_template = "Get a fresh link: the wizard introduces itself again."


class RevocationUnsupported(SignInError):
    """The server has no revocation endpoint (GoToSocial before 0.19)."""

    message_template = "This server is too old to end an access on request."
    hint_template = (
        "It stays good there. Once the server runs GoToSocial 0.19 or newer, your settings page "
        "there lists it under “Access Tokens”, where you can end it."
    )


class RegistrationMissing(SignInError):
    """The registration that revoking needs (RFC 7009 section 2.1) is no longer on the shelf."""

    message_template = "What it takes to end this access at the server is no longer kept here."
    hint_template = "You can end it in your account's settings there."


class FileError(WizardError):
    """Trouble with the credentials file; `path` is where it is."""

    path: str = ""


class FileUnreadable(FileError):
    """The operating system does not let the file be read; `reason` is its word for it."""

    message_template = "The file that keeps your accounts can't be read: {reason} ({path})."
    hint_template = "Nothing was changed. Mend that, then try again."

    reason: str = ""


class InvalidFile(FileError):
    """The file is not TOML, or not of the shape the wizard writes; `reason` says where."""

    message_template = "The file that keeps your accounts is damaged: {reason} ({path})."
    hint_template = (
        "Nothing was changed. Mend the file in an editor, put a copy of it back, "
        "or move it aside to start anew."
    )

    reason: str = ""


class FileTooNew(FileError):
    """The schema version is higher than this wizard knows; `written_by` says who wrote it."""

    message_template = "The file that keeps your accounts was written by {written_by} ({path})."
    hint_template = "Nothing was changed. Update the wizard."

    written_by: str = "a newer version of this wizard"


class FileLocked(FileError):
    """The lock was not free within the time the wizard waits; `holder` may be holding it."""

    message_template = "The file that keeps your accounts is held by {holder} ({path})."
    hint_template = "Let that finish or close it, then try again."

    holder: str = "another window of this wizard"


class SaveFailed(FileError):
    """The operating system did not let the file be written; `reason` is its word for it."""

    message_template = "The file that keeps your accounts can't be written: {reason} ({path})."
    hint_template = "What was there before is untouched. Mend that, then try again."

    reason: str = ""


class ExportUnsupported(FileError):
    """An account can't be written as `tool` reads it; `reason` is a clause that says why."""

    exit_code = 2
    message_template = "This can't be written for {tool}: {reason}."
    hint_template = "Nothing was written."

    tool: str = "this tool"
    reason: str = "it does not fit"


class ExportNotSaved(FileError):
    """The operating system does not let an export be written; `reason` is its word for it."""

    message_template = "The export can't be written: {reason} ({path})."
    hint_template = (
        "Nothing was changed. Name a file that is not there yet, where you may write one."
    )

    reason: str = ""


class ImportUnreadable(FileError):
    """The operating system does not let a tool's file be read; `reason` is its word for it."""

    message_template = "The file of {tool} can't be read: {reason} ({path})."
    hint_template = "Nothing was changed. Check which file you named."

    tool: str = "this tool"
    reason: str = ""


class InvalidImport(FileError):
    """The file is not what `tool` writes; `reason` is a clause that says where."""

    message_template = "This is not what {tool} writes: {reason} ({path})."
    hint_template = "Nothing was changed. Check which file you named."

    tool: str = "this tool"
    reason: str = "it can't be understood"


class KeyringError(WizardError):
    """Trouble with the system's keyring; nothing was written."""


class KeyringNotInstalled(KeyringError):
    """The extra `keyring` is not installed."""

    message_template = "The part of the wizard that uses the system's keyring is not installed."
    hint_template = "Nothing was changed. This brings it: {python} -m pip install keyring"

    python: str = sys.executable or "python3"


class KeyringMissing(KeyringError):
    """No backend that keeps secrets safe is available."""

    message_template = "There is no keyring here that your secrets could be trusted to."
    hint_template = (
        "Nothing was changed. Desktops bring one, and it runs while you are logged in there: "
        "GNOME Keyring, KWallet or the macOS Keychain."
    )


class KeyringLocked(KeyringError):
    """The keyring is locked, and stayed so."""

    message_template = "The system's keyring is locked."
    hint_template = "Nothing was changed. Unlock it, then try again."


class KeyringTimeout(KeyringError):
    """The keyring did not answer within the time the wizard waits."""

    message_template = "The system's keyring does not answer."
    hint_template = (
        "Nothing was changed. It may be asking for its password in a window of its own: "
        "unlock it there, then try again."
    )


class KeyringFailed(KeyringError):
    """The keyring reported trouble that has no name of its own."""

    message_template = "The system's keyring reported trouble."
    hint_template = (
        "Nothing was changed. Try again; if it goes on, look into your keyring's own program."
    )


class KeyringEntryMissing(KeyringError):
    """The entry is gone; `name` says whose it was."""

    exit_code = 4
    message_template = "The system's keyring no longer holds the secrets of {name}."
    hint_template = "Sign in again."

    name: str = ""


class AccountError(WizardError):
    """No single account is meant; `variable` is of the environment, where that named one."""

    variable: str = ""

    @property
    def message(self) -> str:
        """The cause, and where the name came from if nobody has just typed it."""
        told = super().message
        return f"{told} {self.variable} names it." if self.variable else told


class NoAccount(AccountError):
    """There is no account yet."""

    exit_code = 4
    message_template = "You are not signed in to any account yet."
    hint_template = "To sign in, run: gts-wizard"


class UnknownAccount(AccountError):
    """No saved account goes by `name`."""

    exit_code = 4
    message_template = "There is no account called {name} here."
    hint_template = "To sign in to it, run: gts-wizard"

    name: str = ""


class AmbiguousAccount(AccountError):
    """Several saved accounts go by `name`; `candidates` lists their handles."""

    exit_code = 2
    message_template = "{name} could be any of these: {candidates}."
    hint_template = "Name one of them in full."

    name: str = ""
    candidates: str = ""
