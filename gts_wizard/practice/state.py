"""What the pretend server remembers until it stops: applications, sessions, codes, tokens."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.practice.ids import new_id, new_session_key, new_vapid_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.practice.versions import Version


CODE_LIFETIME = 600
"""How long a code can be exchanged, in seconds (measured: 10 minutes)."""


def iso_time(seconds: float) -> str:
    """Write a time as ISO 8601 in UTC with milliseconds, such as `2026-11-23T19:13:06.144Z`.

    Args:
        seconds: The time, in Unix seconds.
    """
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@dataclass(frozen=True, slots=True)
class Application:
    """A registration made at `/api/v1/apps`."""

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
    """What one authorize link asked for, with the challenge of RFC 7636, section 4.3, if any."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str = field(repr=False)
    challenge: str = ""
    challenge_method: str = ""


@dataclass(slots=True)
class BrowserSession:
    """One browser's way from the link to the code."""

    key: str = field(repr=False)
    opened_at: float
    attempt: AuthorizationRequest | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was handed out and not yet exchanged."""

    attempt: AuthorizationRequest
    username: str
    created_at: float


@dataclass(slots=True)
class Token:
    """An access token that is good until it is revoked."""

    id: str
    value: str = field(repr=False)
    application: Application
    username: str
    scope: str
    created_at: float
    last_used: float


class ServerState:
    """Everything one practice instance knows.

    Args:
        version: The version to behave like.
        clock: Gives the time, in Unix seconds.
        hides_card: Whether the instance documents are for people who are signed in only.
        grants: The scope of every token, or None for what its link asked for.

    Attributes:
        lock: Held while a request is answered or the state is changed from outside.
        address: Host and port, such as `localhost:8080`; set when the port is known.
        account_domain: The domain of the accounts; set together with the address.
        applications: The registrations, by client ID.
        codes: The codes not yet exchanged, by their value.
        tokens: The living tokens, by their value.
    """

    def __init__(
        self,
        version: Version,
        clock: Callable[[], float],
        hides_card: bool,
        grants: str | None,
    ) -> None:
        """Begin with nobody signed in and nothing registered."""
        self.version = version
        self.restrict_instance = hides_card
        self.lock = threading.Lock()
        self.address = ""
        self.account_domain = ""
        self.applications: dict[str, Application] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.started_at = clock()
        self.vapid_key = new_vapid_key()
        self._clock = clock
        self._granted_scope = grants
        self._sessions: dict[str, BrowserSession] = {}

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as `http://localhost:8080`."""
        return f"http://{self.address}"

    def now(self) -> float:
        """Give the time, in Unix seconds."""
        return self._clock()

    def register(
        self, name: str, website: str, redirect_uris: tuple[str, ...], scopes: tuple[str, ...]
    ) -> Application:
        """Remember a new application and give it with its fresh identifiers."""
        now = self.now()
        application = Application(
            id=new_id(now),
            client_id=self.version.shapes.client_id(now),
            client_secret=self.version.shapes.client_secret(),
            name=name,
            website=website,
            redirect_uris=redirect_uris,
            scopes=scopes,
            created_at=now,
        )
        self.applications[application.client_id] = application
        return application

    def forget_application(self, client_id: str) -> None:
        """Drop an application and the tokens it was given; do nothing when it is unknown."""
        self.applications.pop(client_id, None)
        self._keep_tokens(lambda token: token.application.client_id != client_id)

    def revoke_tokens(self, username: str) -> None:
        """Drop every token of one account."""
        self._keep_tokens(lambda token: token.username != username)

    def issue_code(self, attempt: AuthorizationRequest, username: str) -> str:
        """Make a code for an attempt that its person allowed."""
        value = self.version.shapes.code()
        self.codes[value] = Code(attempt, username, self.now())
        return value

    def find_code(self, value: str) -> Code | None:
        """Give the code of that value unless it was exchanged or is too old."""
        code = self.codes.get(value)
        if code is None or self.now() - code.created_at >= CODE_LIFETIME:
            return None
        return code

    def issue_token(self, value: str, code: Code, application: Application) -> Token:
        """Use up a code and give the token for it.

        Args:
            value: The code's value.
            code: What stands behind it.
            application: The registration the code belongs to.
        """
        del self.codes[value]
        known = self.reusable_token(code.attempt, code.username)
        return known or self._new_token(code, application)

    def reusable_token(self, attempt: AuthorizationRequest, username: str) -> Token | None:
        """Give the token that allowing an attempt would bring again, where tokens are reused."""
        if not self.version.reuses_tokens:
            return None
        scope = sorted(self._granted(attempt).split())
        for token in self.tokens.values():
            owner = (token.application.client_id, token.username)
            if owner == (attempt.client_id, username) and sorted(token.scope.split()) == scope:
                return token
        return None

    def open_session(self, attempt: AuthorizationRequest | None) -> BrowserSession:
        """Begin a browser's session, with the attempt its link asked for, if any."""
        session = BrowserSession(new_session_key(), self.now(), attempt)
        self._sessions[session.key] = session
        return session

    def find_session(self, key: str) -> BrowserSession | None:
        """Give the session behind a cookie's value unless it ended or is too old."""
        session = self._sessions.get(key)
        if session is None or self.now() - session.opened_at >= self.version.session_lifetime:
            return None
        return session

    def end_session(self, session: BrowserSession) -> None:
        """Forget a browser's session, so that its next link asks for the password."""
        self._sessions.pop(session.key, None)

    def _new_token(self, code: Code, application: Application) -> Token:
        now = self.now()
        token = Token(
            id=new_id(now),
            value=self.version.shapes.code(),
            application=application,
            username=code.username,
            scope=self._granted(code.attempt),
            created_at=now,
            last_used=now,
        )
        self.tokens[token.value] = token
        return token

    def _granted(self, attempt: AuthorizationRequest) -> str:
        return attempt.scope if self._granted_scope is None else self._granted_scope

    def _keep_tokens(self, keep: Callable[[Token], bool]) -> None:
        self.tokens = {value: token for value, token in self.tokens.items() if keep(token)}
