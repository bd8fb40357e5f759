"""The domain models. No I/O; imports only `secret` and `version`.

A model holds values and what can be derived from them alone. They are named tuples, because every
command loads them: dataclasses take five times as long, and import `inspect`.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from gts_wizard.secret import KeyringRef, Secret, SecretStorage
from gts_wizard.version import APP_NAME

OOB_REDIRECT_URI = "urn:ietf:wg:oauth:2.0:oob"
"""The out-of-band redirect URI: the server shows the code on a page of its own.

It is GoToSocial's (https://docs.gotosocial.org/en/latest/api/authentication/), and Mastodon's.
"""

Scopes = tuple[str, ...]
"""OAuth scopes (RFC 6749 section 3.3), each a word such as `read` or `write:statuses`."""


class ServerMetadata(NamedTuple):
    """A server's OAuth metadata (RFC 8414 section 2); the defaults hold without it.

    Attributes:
        authorization_endpoint: the path of the page that the user opens; like the others, on the
            server's own origin.
        token_endpoint: the path that exchanges codes for tokens.
        revocation_endpoint: the path that revokes tokens (RFC 7009).
        supports_pkce: whether a link may have a SHA-256 code challenge (RFC 7636, `S256`).
        scopes_supported: the scopes the server knows; empty where it does not list them.
    """

    authorization_endpoint: str = "/oauth/authorize"
    token_endpoint: str = "/oauth/token"  # noqa: S105 - a path, no secret
    revocation_endpoint: str = "/oauth/revoke"
    supports_pkce: bool = False
    scopes_supported: Scopes = ()


class Server(NamedTuple):
    """A server, as its instance document describes it.

    Attributes:
        origin: the origin of its API, such as `https://social.example.org`.
        account_domain: the part after the last @ in its handles, such as `example.org`.
        title: the name it gives itself.
        software: the lower-case NodeInfo name, such as `gotosocial`; empty where it is hidden.
        version: the software's version as the server spells it; empty where it is hidden.
        metadata: its OAuth metadata.
    """

    origin: str
    account_domain: str
    title: str = ""
    software: str = ""
    version: str = ""
    metadata: ServerMetadata = ServerMetadata()

    @property
    def host(self) -> str:
        """The host, with its port if the origin has one, as a user would type it."""
        return self.origin.partition("://")[2]


class ClientRegistration(NamedTuple):
    """The wizard's OAuth client on one server (RFC 6749 section 2), reused for its accounts.

    Attributes:
        origin: the server's origin.
        client_id: the client identifier.
        client_secret: the client secret, or a reference to it.
        scopes: the registered scopes; a link may request these at most.
        created_at: when it was registered, UTC.
        storage: where the secret is to be stored.
        redirect_uris: the registered redirect URIs; a link has one of them.
        name: the name that it was registered with, under which the server lists its tokens.
    """

    origin: str
    client_id: str
    client_secret: Secret | KeyringRef
    scopes: Scopes
    created_at: datetime
    storage: SecretStorage = SecretStorage.FILE
    redirect_uris: tuple[str, ...] = (OOB_REDIRECT_URI,)
    name: str = APP_NAME


class ClientCredentials(NamedTuple):
    """The credentials that authenticate the wizard at one server (RFC 6749 section 2.3.1).

    Attributes:
        origin: the server's origin.
        client_id: the client identifier.
        client_secret: the client secret.
        metadata: the server's OAuth metadata.
    """

    origin: str
    client_id: str
    client_secret: Secret
    metadata: ServerMetadata = ServerMetadata()


class Token(NamedTuple):
    """An access token, as the server issued it.

    Attributes:
        value: the bearer token (RFC 6750), or a reference to it.
        scopes: the scopes it was issued with, as the server spells them.
        created_at: when it was issued, UTC.
        storage: where the value is to be stored.
    """

    value: Secret | KeyringRef
    scopes: Scopes
    created_at: datetime
    storage: SecretStorage = SecretStorage.FILE


class AccountStatus(StrEnum):
    """The result of the last check of an account. The values are those in the file.

    `UNCLEAR` is a server that answered, but not how the account stands. `UNKNOWN` is a token that
    no server was asked about; it is not saved, so as not to replace what was known before.
    """

    FINE = "fine"
    REVOKED = "ended"
    INSUFFICIENT_SCOPE = "too small"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "wait"
    BLOCKED = "blocked"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    CHANGED = "changed"
    UNKNOWN = "unknown"


class WizardStep(StrEnum):
    """The step a sign-in has reached, so that it can be resumed there. Values as in the file."""

    PERMISSIONS = "permissions"
    AUTHORIZE = "authorize"
    CODE = "code"
    PROFILE = "profile"


class PendingSignIn(NamedTuple):
    """An unfinished sign-in, from the found server to the verified account.

    Attributes:
        state: the link's `state` (RFC 6749 section 10.12), which also identifies the sign-in.
        server: the server to sign in to.
        step: the step it has reached.
        started_at: when it was started, UTC.
        username: the username in the handle that was typed; empty where only a server was typed.
        scopes: the chosen scopes; empty before the choice.
        client_id: the client identifier in its link; empty before registering.
        code_challenge: the code challenge in its link (RFC 7636); empty where there is none.
        token: the access token, from its issue until the account is verified; None before.
        renewed_handle: the handle of the account whose token it renews; empty for a new account.
        first_state: the `state` of the first link of the same journey; empty in that one itself.
        chosen_scopes: the scopes that were chosen last, where its code was of this earlier link,
            which asked for other `scopes`; empty otherwise.
        redirect_uri: where its link sends the code (RFC 6749 section 3.1.2).
        code_sent: whether a code of its link was sent, no answer is known, and nobody was told of
            that: the server may have issued a token.
        app_name: the name of the client in its link, or the one to register.
    """

    state: str
    server: Server
    step: WizardStep
    started_at: datetime
    username: str = ""
    scopes: Scopes = ()
    client_id: str = ""
    code_challenge: str = ""
    token: Token | None = None
    renewed_handle: str = ""
    first_state: str = ""
    chosen_scopes: Scopes = ()
    redirect_uri: str = OOB_REDIRECT_URI
    code_sent: bool = False
    app_name: str = APP_NAME

    @property
    def journey(self) -> str:
        """What the links of one journey share: other links of the server are other people's."""
        return self.first_state or self.state

    def with_state(self, state: str) -> "PendingSignIn":
        """Return the pending sign-in of another link of the same journey."""
        return self._replace(state=state, first_state=self.journey)

    @property
    def requested_handle(self) -> str:
        """The handle that is renewed or was typed, with its domain; empty where there is none."""
        typed = f"@{self.username}@{self.server.account_domain}" if self.username else ""
        return self.renewed_handle or typed


class Account(NamedTuple):
    """A verified account that programs on this computer can use.

    Attributes:
        server: its server.
        id: the account's identifier on that server.
        username: the part of the handle before the domain; empty where only its token is known.
        display_name: the account's display name, already safe to show.
        token: its access token.
        client_id: the client that the token was issued to, which is needed to revoke it; empty
            where it is not known.
        verified_at: when the server last confirmed the account, UTC.
        status: the result of the last check.
        checked_at: when that check was, UTC; None where it was not checked since `verified_at`.
    """

    server: Server
    id: str
    username: str
    display_name: str
    token: Token
    client_id: str
    verified_at: datetime
    status: AccountStatus = AccountStatus.FINE
    checked_at: datetime | None = None

    @property
    def handle(self) -> str:
        """The handle with its domain, such as `@alice@example.org`; it identifies the account.

        Empty where only the token is known.
        """
        return f"@{self.username}@{self.server.account_domain}" if self.username else ""

    @property
    def is_imported(self) -> bool:
        """Whether its token is from another program's file, which does not tell its scopes."""
        return not self.token.scopes


class ReplacedToken(NamedTuple):
    """The token that an account had before a new one, until the server has revoked it.

    Attributes:
        handle: the account's handle.
        server: its server.
        client_id: the client that the token was issued to, which is needed to revoke it.
        token: the token.
    """

    handle: str
    server: Server
    client_id: str
    token: Token


class Profile(NamedTuple):
    """The profile of the account that a token belongs to; all text already safe to show.

    Attributes:
        id: the account's identifier on the server.
        username: the part of the handle before the domain.
        display_name: the account's display name; the username where there is none.
        bio: the description as plain text.
        url: the URL of the public profile page.
        picture: the URL of the avatar; empty where there is none to fetch.
        posts: the number of posts.
        following: the number of accounts it follows.
        followers: the number of its followers.
        role: the name of its role on the server, such as `admin`; empty where there is none.
    """

    id: str
    username: str
    display_name: str
    bio: str
    url: str
    picture: str
    posts: int
    following: int
    followers: int
    role: str


class Notification(NamedTuple):
    """A notification of the account; all text already safe to show.

    Attributes:
        kind: the type in the API, such as `mention` or `follow`.
        who: the display name or handle of the account that caused it.
        at: when it happened, UTC; None where the server does not say.
        text: the beginning of the post it is about; empty where there is none.
    """

    kind: str
    who: str
    at: datetime | None
    text: str


class AuthorizedApp(NamedTuple):
    """A token of an account, as its server lists it; all text already safe to show.

    Attributes:
        application: the name of the application it was issued to; empty where it has none.
        scopes: its scopes, as the server spells them.
        created_at: when it was issued, UTC; None where the server does not say.
        last_used: roughly when it was last used, UTC; None where the server does not say.
    """

    application: str
    scopes: Scopes
    created_at: datetime | None
    last_used: datetime | None
