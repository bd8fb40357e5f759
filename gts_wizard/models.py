"""The things the wizard talks about, as frozen dataclasses: the ground floor.

Every room may come here; this module imports only `secret` and touches nothing. A model holds
facts and what follows from them alone; judging, asking and saving happen upstairs.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gts_wizard.secret import KeyringRef, Secret, SecretStorage

Scopes = tuple[str, ...]
"""OAuth scopes (RFC 6749 section 3.3), each a word such as `read` or `write:statuses`."""


@dataclass(frozen=True)
class ServerMetadata:
    """What a server says of its OAuth (RFC 8414 section 2), or what is so everywhere.

    Attributes:
        authorization_endpoint: the path of the page that a person opens; like the others, on the
            server's own origin.
        token_endpoint: the path that gives tokens for codes.
        revocation_endpoint: the path that ends tokens.
        takes_challenge: whether a link may carry a code challenge (RFC 7636), by SHA-256.
        scopes_supported: the scopes it knows; empty where it does not say.
    """

    authorization_endpoint: str = "/oauth/authorize"
    token_endpoint: str = "/oauth/token"  # noqa: S105 - a path, no secret
    revocation_endpoint: str = "/oauth/revoke"
    supports_pkce: bool = False
    scopes_supported: Scopes = ()


@dataclass(frozen=True)
class Server:
    """An instance, as its card describes it.

    Attributes:
        origin: where its API answers, such as `https://social.example.org`.
        account_domain: what stands after the last @ in its handles, such as `example.org`.
        title: the name it gives itself.
        software: the lower-case NodeInfo name, such as `gotosocial`; empty when it hides it.
        version: the software's version as the server words it; empty when it hides it.
        metadata: what it says of its OAuth.
    """

    origin: str
    account_domain: str
    title: str = ""
    software: str = ""
    version: str = ""
    metadata: ServerMetadata = ServerMetadata()

    @property
    def host(self) -> str:
        """The host with its port, as a person would type it."""
        return self.origin.partition("://")[2]


@dataclass(frozen=True)
class ClientRegistration:
    """The wizard's application on one server (RFC 6749 section 2), reused for its accounts.

    Attributes:
        origin: the server's origin.
        client_id: the client identifier.
        client_secret: the client's password, or where it is kept.
        scopes: the most its links may ask for.
        created_at: when it was made, UTC.
        kept_in: where the secret is meant to be kept.
    """

    origin: str
    client_id: str
    client_secret: Secret | KeyringRef
    scopes: Scopes
    created_at: datetime
    storage: SecretStorage = SecretStorage.FILE


@dataclass(frozen=True)
class ClientCredentials:
    """What proves the wizard to one server (RFC 6749 section 2.3.1).

    Attributes:
        origin: the server's origin.
        client_id: the client identifier.
        client_secret: the client's password.
        metadata: what the server says of its OAuth.
    """

    origin: str
    client_id: str
    client_secret: Secret
    metadata: ServerMetadata = ServerMetadata()


@dataclass(frozen=True)
class Token:
    """An access token, as the server issued it.

    Attributes:
        value: the bearer token (RFC 6750), or where it is kept.
        scopes: what it may do, in the server's words.
        created_at: when it was issued, UTC.
        kept_in: where the value is meant to be kept.
    """

    value: Secret | KeyringRef
    scopes: Scopes
    created_at: datetime
    storage: SecretStorage = SecretStorage.FILE


class AccountStatus(StrEnum):
    """How an account stood when it was last checked."""

    FINE = "fine"
    REVOKED = "ended"
    INSUFFICIENT_SCOPE = "too small"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "wait"
    CHANGED = "changed"


class WizardStep(StrEnum):
    """Where in the journey a person stands, so that an interrupted one goes on from there."""

    PERMISSIONS = "permissions"
    AUTHORIZE = "authorize"
    CODE = "code"
    PROFILE = "profile"


@dataclass(frozen=True)
class PendingSignIn:
    """One try at signing in, from a known server to a verified account.

    Attributes:
        state: the link's `state` (RFC 6749 section 10.12), which also identifies the attempt.
        server: whom it signs in to.
        step: where the person stands.
        started_at: when it began, UTC.
        username: whose handle was typed, if one was; empty otherwise.
        scopes: what was chosen; empty before the choice.
        client_id: the registration its link names; empty before registering.
        challenge: the code challenge its link carries (RFC 7636); empty where there is none.
        token: the access token once it was issued, until the account is verified.
        renews: the handle of the account whose access it renews; empty where it is a new one.
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
    renewing: str = ""

    @property
    def requested_handle(self) -> str:
        """The full handle that is renewed or was typed; empty where only a server was."""
        typed = f"@{self.username}@{self.server.account_domain}" if self.username else ""
        return self.renewing or typed


@dataclass(frozen=True)
class Account:
    """A verified account that programs on this computer can use.

    Attributes:
        server: where it lives.
        id: the account's identifier on that server.
        username: the part of the handle before the domain.
        display_name: the name the person gave themselves, already safe to show.
        token: what acts for it.
        client_id: the registration the token belongs to, which revoking needs.
        verified_at: when the server last confirmed it, UTC.
        state: how it stood when it was last checked.
        checked_at: when that was, UTC; none where that is when it was confirmed.
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
        """The full handle, such as `@alice@example.org`; it identifies the account."""
        return f"@{self.username}@{self.server.account_domain}"


@dataclass(frozen=True)
class Profile:
    """What a server says of the account a token belongs to; all text already safe to show.

    Attributes:
        id: the account's identifier on the server.
        username: the part of the handle before the domain.
        display_name: the name the person gave themselves; the username where there is none.
        bio: the description as plain text.
        url: the public profile page.
        picture: the address of the account's picture; empty where there is none to fetch.
        posts: how many posts it wrote.
        following: how many accounts it follows.
        followers: how many follow it.
        role: the server's word for its role, such as `admin`; empty where there is none.
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


@dataclass(frozen=True)
class Notification:
    """One thing that happened to the account; all text already safe to show.

    Attributes:
        kind: the server's word, such as `mention` or `follow`.
        who: the display name or handle of whoever did it.
        at: when, UTC; None where the server does not say.
        text: the beginning of the post it is about; empty where there is none.
    """

    kind: str
    who: str
    at: datetime | None
    text: str


@dataclass(frozen=True)
class AuthorizedApp:
    """An access to an account, as its server lists it; all text already safe to show.

    Attributes:
        application: the name of the application that has it; empty where it has none.
        scopes: what it may do, in the server's words.
        created_at: when it was issued, UTC; none where the server does not say.
        last_used: when it was last used, roughly, UTC; none where the server does not say.
    """

    application: str
    scopes: Scopes
    created_at: datetime | None
    last_used: datetime | None
