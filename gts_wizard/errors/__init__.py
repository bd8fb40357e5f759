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
        │   └── MisspelledAccount     but one has a name much like it
        └── AmbiguousAccount          several saved accounts have that name
"""

from gts_wizard.errors.accounts import (
    AccountError,
    AccountVariableInvalid,
    AmbiguousAccount,
    ChangedMeanwhile,
    MisspelledAccount,
    NoAccount,
    RenewalNeeded,
    RenewedMeanwhile,
    SignedInAnew,
    UnknownAccount,
)
from gts_wizard.errors.base import StatusDetails, WizardError
from gts_wizard.errors.code import (
    AuthorizationDenied,
    CodeExpired,
    CodeForOtherServer,
    CodeForOtherSignIn,
    CodeRefused,
    EmptyCode,
    NotACode,
    RedirectedCodeRefused,
    ShortCode,
)
from gts_wizard.errors.files import (
    FileError,
    FileLocked,
    FileOfAnotherUser,
    FileReadOnly,
    FileTooNew,
    FileUnreadable,
    InvalidFile,
    LockFailed,
    LogNotWritten,
    NoHome,
    SaveFailed,
)
from gts_wizard.errors.keyring import (
    KeyringEntryMissing,
    KeyringError,
    KeyringFailed,
    KeyringLocked,
    KeyringMissing,
    KeyringNotInstalled,
    KeyringTimeout,
)
from gts_wizard.errors.network import (
    CertificateError,
    ConnectionLost,
    ConnectionRefused,
    HostNotFound,
    NetworkUnreachable,
    ProxyError,
    ServerError,
    Timeout,
    Unreachable,
)
from gts_wizard.errors.revocation import (
    RegistrationElsewhere,
    RegistrationMissing,
    RevocationRefused,
    RevocationUnsupported,
)
from gts_wizard.errors.server import (
    InvalidResponse,
    NetworkSignIn,
    NotAnInstance,
    PracticeOnly,
    ProgramsBlocked,
    RateLimited,
    RedirectedElsewhere,
    RequestRejected,
    ResponseTooLarge,
    ServerFailure,
    UnexpectedHtml,
)
from gts_wizard.errors.sign_in import (
    AlreadySignedIn,
    AppNameTooLong,
    DifferentAccount,
    NoScopesChosen,
    NoToken,
    OtherScopesGranted,
    RegistrationUnknown,
    SignInError,
    TokenRefused,
    UnknownScope,
    WrongAccount,
)
from gts_wizard.errors.token import (
    AccountMismatch,
    AccountRefused,
    InsufficientScope,
    TokenMayExist,
    TokenRevoked,
)
from gts_wizard.errors.transfer import (
    ExportIncomplete,
    ExportNotSaved,
    ExportUnsupported,
    ImportUnreadable,
    InvalidImport,
)
from gts_wizard.errors.usage import AddressError, UnusableVariable

__all__ = [
    "AccountError",
    "AccountMismatch",
    "AccountRefused",
    "AccountVariableInvalid",
    "AddressError",
    "AlreadySignedIn",
    "AmbiguousAccount",
    "AppNameTooLong",
    "AuthorizationDenied",
    "CertificateError",
    "ChangedMeanwhile",
    "CodeExpired",
    "CodeForOtherServer",
    "CodeForOtherSignIn",
    "CodeRefused",
    "ConnectionLost",
    "ConnectionRefused",
    "DifferentAccount",
    "EmptyCode",
    "ExportIncomplete",
    "ExportNotSaved",
    "ExportUnsupported",
    "FileError",
    "FileLocked",
    "FileOfAnotherUser",
    "FileReadOnly",
    "FileTooNew",
    "FileUnreadable",
    "HostNotFound",
    "ImportUnreadable",
    "InsufficientScope",
    "InvalidFile",
    "InvalidImport",
    "InvalidResponse",
    "KeyringEntryMissing",
    "KeyringError",
    "KeyringFailed",
    "KeyringLocked",
    "KeyringMissing",
    "KeyringNotInstalled",
    "KeyringTimeout",
    "LockFailed",
    "LogNotWritten",
    "MisspelledAccount",
    "NetworkSignIn",
    "NetworkUnreachable",
    "NoAccount",
    "NoHome",
    "NoScopesChosen",
    "NoToken",
    "NotACode",
    "NotAnInstance",
    "OtherScopesGranted",
    "PracticeOnly",
    "ProgramsBlocked",
    "ProxyError",
    "RateLimited",
    "RedirectedCodeRefused",
    "RedirectedElsewhere",
    "RegistrationElsewhere",
    "RegistrationMissing",
    "RegistrationUnknown",
    "RenewalNeeded",
    "RenewedMeanwhile",
    "RequestRejected",
    "ResponseTooLarge",
    "RevocationRefused",
    "RevocationUnsupported",
    "SaveFailed",
    "ServerError",
    "ServerFailure",
    "ShortCode",
    "SignInError",
    "SignedInAnew",
    "StatusDetails",
    "Timeout",
    "TokenMayExist",
    "TokenRefused",
    "TokenRevoked",
    "UnexpectedHtml",
    "UnknownAccount",
    "UnknownScope",
    "Unreachable",
    "UnusableVariable",
    "WizardError",
    "WrongAccount",
]
