"""A case of the catalogue: one way in which a server or a network misbehaves, and its outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from gts_wizard.errors import (
    ConnectionLost,
    InvalidResponse,
    RateLimited,
    ResponseTooLarge,
    Timeout,
    TokenMayExist,
    UnexpectedHtml,
    WizardError,
)
from tests.helpers.hostile.environments import EnvironmentFactory, at_server
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import Responder
from tests.helpers.samples import INSTANCE_V2

# Of a code that was sent nobody knows then whether it was exchanged.
_UNCLEAR = {ConnectionLost, InvalidResponse, ResponseTooLarge, Timeout}
PLACEHOLDER = re.compile(r"\{\w+\}")
"""Where an error's sentence names a fact."""
ExpectedError = type[WizardError] | None
"""The error that a step ends with; None where it succeeds."""


def hint_template(error: type[WizardError], *, is_typed: bool) -> str:
    """Return the hint of an error, which may be another one for an address just typed."""
    typed_hint: str = getattr(error, "typed_hint_template", "") if is_typed else ""
    return typed_hint or error.hint_template


class Stage(Enum):
    """A step at which a request is sent, by the path of that request."""

    LOOK_UP = INSTANCE_V2
    REGISTER = "/api/v1/apps"
    EXCHANGE = "/oauth/token"
    VERIFY = "/api/v1/accounts/verify_credentials"
    NOTIFICATIONS = "/api/v1/notifications"
    TOKENS = "/api/v1/tokens"
    REVOKE = "/oauth/revoke"


AUTHENTICATED = (Stage.VERIFY, Stage.NOTIFICATIONS, Stage.TOKENS)
LATER_STAGES = tuple(Stage)[1:]
# Revoking succeeds with any body but a web page (RFC 7009 section 2.2).
ANY_BODY: Mapping[Stage, ExpectedError] = {Stage.REVOKE: None}
NO_STAGES: Mapping[Stage, ExpectedError] = {}


@dataclass(frozen=True)
class Case:
    """One way to misbehave.

    Attributes:
        name: what happens.
        error: the error that the look-up ends with.
        script: how the server responds to a request; None where no request arrives.
        factory: makes the environment; a server on this computer when left out.
        at: the errors of other steps, where they differ.
        words: what the message says besides the error's own sentences.
        is_slow: whether only the deadline ends it.
    """

    name: str
    error: ExpectedError
    script: Responder | None = None
    factory: EnvironmentFactory | None = None
    at: Mapping[Stage, ExpectedError] = field(default_factory=dict)
    words: str = ""
    is_slow: bool = False

    def __str__(self) -> str:
        return self.name

    def error_at(self, stage: Stage) -> ExpectedError:
        """Return the error that a step ends with."""
        error = self.at.get(stage, self.error)
        return TokenMayExist if stage is Stage.EXCHANGE and error in _UNCLEAR else error

    @property
    def environment(self) -> EnvironmentFactory:
        """Makes the environment in which this happens."""
        if self.factory is not None:
            return self.factory
        assert self.script is not None
        return at_server(self.script)


def slow_case(
    name: str, script: Responder | None, factory: EnvironmentFactory | None = None
) -> Case:
    """Return a case that only the deadline ends."""
    return Case(name, Timeout, script, factory, is_slow=True)


def network_case(
    name: str, error: ExpectedError, factory: EnvironmentFactory, words: str = ""
) -> Case:
    """Return a case that needs an environment of its own, so only a look-up can meet it."""
    return Case(name, error, None, factory, words=words)


def body_case(
    name: str, body: bytes, error: ExpectedError = InvalidResponse, **headers: str
) -> Case:
    """Return a case of a status 200 with an unusable body."""
    at = {} if error is UnexpectedHtml else ANY_BODY
    return Case(name, error, respond(200, body, **headers), at=at)


def status_case(
    status: int,
    look_up: ExpectedError,
    call: ExpectedError,
    *,
    page: bool = False,
    at: Mapping[Stage, ExpectedError] = NO_STAGES,
) -> Case:
    """Return a case of a status.

    Args:
        status: the status.
        look_up: the error that the look-up ends with.
        call: the error that the other steps end with.
        page: whether the body is a web page.
        at: the errors of steps for which `call` does not hold.
    """
    body = b"<!doctype html>" if page else b"" if status in {204, 304} else b"{}"
    name = f"status {status}{' with a web page' if page else ''}"
    return Case(
        name, look_up, respond(status, body), at={**dict.fromkeys(LATER_STAGES, call), **at}
    )


def rate_limit_case(status: int, words: str, **headers: str) -> Case:
    """Return a case of a server that asks to wait, with what the message says of how long."""
    shown = ", ".join(f"{name.replace('_', '-')} {value[:32]}" for name, value in headers.items())
    script = respond(status, b"{}", **headers)
    return Case(
        f"status {status} with {shown or 'no Retry-After'}", RateLimited, script, words=words
    )
