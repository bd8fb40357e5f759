"""The records of what the practice instance remembers, from the registration to the token.

`state` keeps them; the handlers read them. All times are Unix seconds. Imports nothing of the other
modules.
"""

from __future__ import annotations

from dataclasses import dataclass, field


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
