"""What the practice instance remembers: applications, codes, tokens and browser sessions.

The handlers read and change a `State` while its lock is held for them, so they need not think of
threads. Time comes from the clock that was handed in. Nothing is written to disk.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gts_wizard.practice.ids import (
    new_client_secret,
    new_code,
    new_id,
    new_session_key,
    new_vapid_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.practice.versions import Version

CODE_LIFETIME = 600
"""How long a code can be exchanged, in seconds (measured: 10 minutes)."""

SESSION_LIFETIME = 120
"""How long the browser's session lasts from opening the link, in seconds (as measured)."""


@dataclass(frozen=True, slots=True)
class Application:
    """A registration made at `/api/v1/apps`. Times are Unix seconds."""

    id: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    website: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one authorize link asked for."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str = field(repr=False)


@dataclass(slots=True)
class BrowserSession:
    """One browser's way from the link to the code. Times are Unix seconds."""

    key: str = field(repr=False)
    opened_at: float
    attempt: Attempt | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was handed out and not yet exchanged. Times are Unix seconds."""

    attempt: Attempt
    username: str
    created_at: float


@dataclass(slots=True)
class Token:
    """An access token that is good until it is revoked. Times are Unix seconds."""

    id: str
    value: str = field(repr=False)
    application: Application
    username: str
    scope: str
    created_at: float
    last_used: float


class State:
    """Everything one practice instance knows.

    Args:
        version: The GoToSocial version to behave like.
        clock: Gives the time, in Unix seconds.

    Attributes:
        lock: Held while a request is answered or the state is changed from outside.
        address: Host and port, such as `localhost:8080`; set when the port is known.
        applications: The registrations, by client ID.
        codes: The codes not yet exchanged, by their value.
        tokens: The living tokens, by their value.
    """

    def __init__(self, version: Version, clock: Callable[[], float]) -> None:
        """Begin with nobody signed in and nothing registered."""
        self.version = version
        self.lock = threading.Lock()
        self.address = ""
        self.applications: dict[str, Application] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.started_at = clock()
        self.vapid_key = new_vapid_key()
        self._clock = clock
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
            client_id=new_id(now),
            client_secret=new_client_secret(),
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

    def hand_out_code(self, attempt: Attempt, username: str) -> str:
        """Make a code for an attempt that its person allowed."""
        value = new_code()
        self.codes[value] = Code(attempt, username, self.now())
        return value

    def living_code(self, value: str) -> Code | None:
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
        now = self.now()
        token = Token(
            id=new_id(now),
            value=new_code(),
            application=application,
            username=code.username,
            scope=code.attempt.scope,
            created_at=now,
            last_used=now,
        )
        self.tokens[token.value] = token
        return token

    def open_session(self, attempt: Attempt | None) -> BrowserSession:
        """Begin a browser's session, with the attempt its link asked for, if any."""
        session = BrowserSession(new_session_key(), self.now(), attempt)
        self._sessions[session.key] = session
        return session

    def living_session(self, key: str) -> BrowserSession | None:
        """Give the session behind a cookie's value unless it ended or is too old."""
        session = self._sessions.get(key)
        if session is None or self.now() - session.opened_at >= SESSION_LIFETIME:
            return None
        return session

    def end_session(self, session: BrowserSession) -> None:
        """Forget a browser's session, so that its next link asks for the password."""
        self._sessions.pop(session.key, None)

    def _keep_tokens(self, keep: Callable[[Token], bool]) -> None:
        self.tokens = {value: token for value, token in self.tokens.items() if keep(token)}
