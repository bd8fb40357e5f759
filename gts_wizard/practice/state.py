"""What the practice server remembers until it stops: applications, sessions, codes, tokens.

Handlers read and change it while its lock is held for them, so they need not think of threads. All
times are Unix seconds, from the clock that was passed in. Nothing is written to disk.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.practice.ids import new_id, new_session_key, new_vapid_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.practice.versions import ServerBehavior


# Measured.
_CODE_LIFETIME_SECONDS = 600


def iso_time(seconds: float) -> str:
    """Format a time as ISO 8601 in UTC with milliseconds, such as `2026-11-23T19:13:06.144Z`.

    Args:
        seconds: the time, in Unix seconds.
    """
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@dataclass(frozen=True, slots=True)
class Application:
    """A client that was registered at `/api/v1/apps`; times are in Unix seconds."""

    id: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    website: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: float


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The parameters of an authorization link; `challenge` is of PKCE (RFC 7636 section 4.3)."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str = field(repr=False)
    challenge: str = ""
    challenge_method: str = ""


@dataclass(slots=True)
class BrowserSession:
    """A browser's session, from the authorization link to the code."""

    key: str = field(repr=False)
    opened_at: float
    authorization: AuthorizationRequest | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code that was issued and not yet exchanged."""

    authorization: AuthorizationRequest
    username: str
    created_at: float


@dataclass(slots=True)
class Token:
    """An access token, valid until it is revoked; times are in Unix seconds."""

    id: str
    value: str = field(repr=False)
    application: Application
    username: str
    scope: str
    created_at: float
    last_used: float


class ServerState:
    """The state of one practice server.

    Args:
        behavior: how the emulated server behaves.
        clock: returns the time, in Unix seconds.
        restrict_instance: whether the instance documents need a token.
        granted_scope: the scope of every token, or None for the scope its link asked for.

    Attributes:
        lock: held while a request is handled or the state is changed from outside.
        address: host and port, such as `localhost:8080`; set when the port is known.
        account_domain: the domain of the accounts; set together with the address.
        applications: the registered applications, by client ID.
        codes: the codes not yet exchanged, by value.
        tokens: the valid tokens, by value.
        started_at: when the state was created, in Unix seconds.
        vapid_key: the server's public VAPID key.
    """

    def __init__(
        self,
        behavior: ServerBehavior,
        clock: Callable[[], float],
        restrict_instance: bool,
        granted_scope: str | None,
    ) -> None:
        """Start without any application, session, code or token."""
        self.behavior = behavior
        self.restrict_instance = restrict_instance
        self.lock = threading.Lock()
        self.address = ""
        self.account_domain = ""
        self.applications: dict[str, Application] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.started_at = clock()
        self.vapid_key = new_vapid_key()
        self._clock = clock
        self._granted_scope = granted_scope
        self._sessions: dict[str, BrowserSession] = {}

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as `http://localhost:8080`."""
        return f"http://{self.address}"

    def now(self) -> float:
        """Return the time, in Unix seconds."""
        return self._clock()

    def register(
        self, name: str, website: str, redirect_uris: tuple[str, ...], scopes: tuple[str, ...]
    ) -> Application:
        """Create an application with new identifiers."""
        now = self.now()
        application = Application(
            id=new_id(now),
            client_id=self.behavior.ids.client_id(now),
            client_secret=self.behavior.ids.client_secret(),
            name=name,
            website=website,
            redirect_uris=redirect_uris,
            scopes=scopes,
            created_at=now,
        )
        self.applications[application.client_id] = application
        return application

    def forget_application(self, client_id: str) -> None:
        """Delete an application and its tokens; do nothing when it is unknown."""
        self.applications.pop(client_id, None)
        self._keep_tokens(lambda token: token.application.client_id != client_id)

    def revoke_tokens(self, username: str) -> None:
        """Delete every token of an account."""
        self._keep_tokens(lambda token: token.username != username)

    def issue_code(self, authorization: AuthorizationRequest, username: str) -> str:
        """Create a code for an authorization that the user allowed."""
        value = self.behavior.ids.code()
        self.codes[value] = Code(authorization, username, self.now())
        return value

    def find_code(self, value: str) -> Code | None:
        """Return a code by its value, or None when it was exchanged or is expired."""
        code = self.codes.get(value)
        if code is None or self.now() - code.created_at >= _CODE_LIFETIME_SECONDS:
            return None
        return code

    def issue_token(self, value: str, code: Code, application: Application) -> Token:
        """Delete a code and return the token for it.

        Args:
            value: the code's value.
            code: the code.
            application: the application the code belongs to.
        """
        del self.codes[value]
        reusable = self.reusable_token(code.authorization, code.username)
        return reusable or self._new_token(code, application)

    def reusable_token(self, authorization: AuthorizationRequest, username: str) -> Token | None:
        """Return the existing token that an authorization would yield, where tokens are reused."""
        if not self.behavior.reuses_tokens:
            return None
        scope = sorted(self._scope_for(authorization).split())
        for token in self.tokens.values():
            owner = (token.application.client_id, token.username)
            if (
                owner == (authorization.client_id, username)
                and sorted(token.scope.split()) == scope
            ):
                return token
        return None

    def open_session(self, authorization: AuthorizationRequest | None) -> BrowserSession:
        """Create a browser's session, with the parameters of its link if there was one."""
        session = BrowserSession(new_session_key(), self.now(), authorization)
        self._sessions[session.key] = session
        return session

    def find_session(self, key: str) -> BrowserSession | None:
        """Return a session by its cookie's value, or None when it was ended or is expired."""
        session = self._sessions.get(key)
        if session is None or self.now() - session.opened_at >= self.behavior.session_lifetime:
            return None
        return session

    def end_session(self, session: BrowserSession) -> None:
        """Delete a browser's session, so that its next link asks for the password."""
        self._sessions.pop(session.key, None)

    def _new_token(self, code: Code, application: Application) -> Token:
        now = self.now()
        token = Token(
            id=new_id(now),
            value=self.behavior.ids.code(),
            application=application,
            username=code.username,
            scope=self._scope_for(code.authorization),
            created_at=now,
            last_used=now,
        )
        self.tokens[token.value] = token
        return token

    def _scope_for(self, authorization: AuthorizationRequest) -> str:
        return authorization.scope if self._granted_scope is None else self._granted_scope

    def _keep_tokens(self, keep: Callable[[Token], bool]) -> None:
        self.tokens = {value: token for value, token in self.tokens.items() if keep(token)}
